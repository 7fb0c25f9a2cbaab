#!/usr/bin/env python3
"""Writes THIRD_PARTY.md: whose work the service is built on, under which licence.

    tools/third_party.py [binary]   reads the built binary (build/release/notatherapist), the
                                    package list and the lock file of the page; needs Debian and
                                    web/node_modules
    tools/third_party.py --check    verifies that every listed library has its entry

Licences are what Debian's copyright file says for a package's own files, and what a package.json
says.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / 'THIRD_PARTY.md'
# Their copyright files are prose.
LICENCES_IN_PROSE = {
    'gcc-12': 'GPL-3 with the GCC Runtime Library Exception',
    'glibc': 'LGPL-2.1+',
}
RUNTIME = {'gcc-12': 'the C++ run-time library', 'glibc': 'the C library'}

OPENING = '''# Third parties

The service is built on the work of others; thank you. Nothing of theirs is in this repository:
libraries come from Debian 12 and from npm. This page is written by `tools/third_party.py`; the
licences are those that Debian's copyright files and the npm packages state for their own files.
Tools that only build or test are not part of what is distributed and are not listed here;
`bin/packages` and the lock files of `tests/e2e` and `tests/peers` name them.
'''


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def listed_libraries():
    """The libraries of the package list: Debian package -> what it is for."""
    libraries = {}
    for line in (ROOT / 'bin/packages/build.txt').read_text().splitlines():
        package, _, rest = line.partition(' ')
        if package.endswith('-dev'):
            libraries[package] = rest.split(maxsplit=1)[1]
    return libraries


def npm_packages():
    """What the page ships: npm package -> version, from the lock file."""
    lock = json.loads((ROOT / 'web/package-lock.json').read_text())
    return {path.removeprefix('node_modules/'): entry['version']
            for path, entry in lock['packages'].items()
            if path and not entry.get('dev') and not entry.get('optional')}


def linked_packages(binary):
    """The Debian packages of the shared libraries that the binary loads by itself."""
    loaded = dict(re.findall(r'^\s+(\S+) => (\S+)', output_of('ldd', binary), re.M))
    for name in re.findall(r'\(NEEDED\).*\[(.+)\]', output_of('readelf', '-d', binary)):
        if name not in loaded:  # the loader itself
            continue
        # With a merged /usr the package may say /lib where the file is found in /usr/lib.
        real = str(pathlib.Path(loaded[name]).resolve())
        found = subprocess.run(['dpkg', '-S', real, real.removeprefix('/usr')],
                               capture_output=True, text=True)
        yield found.stdout.split(':')[0]


def licence_of(package, source):
    if source in LICENCES_IN_PROSE:
        return LICENCES_IN_PROSE[source]
    text = pathlib.Path(f'/usr/share/doc/{package}/copyright').read_text(errors='replace')
    for paragraph in re.split(r'\n\s*\n', text):
        if re.search(r'^Files:\s*\*', paragraph, re.M):
            return re.search(r'^License:\s*(.+)$', paragraph, re.M)[1].strip()
    sys.exit(f'{package}: no licence for its own files in the copyright file')


def debian_rows(binary):
    """A row for each source package: name, licence, binary packages, what for."""
    listed = listed_libraries()
    rows = {}
    for package in [*listed, *linked_packages(binary)]:
        source = output_of('dpkg-query', '-W', '-f', '${source:Package}', package)
        licence = licence_of(package, source)
        row = rows.setdefault(source, {'licence': licence, 'packages': [], 'why': []})
        if package not in row['packages']:
            row['packages'].append(package)
        if package in listed:
            row['why'].append(listed[package])
    for source, row in sorted(rows.items()):
        why = '; '.join(row['why']) or RUNTIME.get(source, 'used by the libraries above')
        yield source, row['licence'], ', '.join(row['packages']), why


def npm_rows():
    for name, version in sorted(npm_packages().items()):
        package = json.loads((ROOT / 'web/node_modules' / name / 'package.json').read_text())
        yield name, package['license'], version, package['description'].split('. ')[0]


def page(binary):
    lines = [OPENING, '## In the service', '', '| from Debian | licence | packages | what for |',
             '|---|---|---|---|']
    lines += ['| ' + ' | '.join(row) + ' |' for row in debian_rows(binary)]
    lines += ['', '## In the page', '', '| from npm | licence | version | what it is |',
              '|---|---|---|---|']
    lines += ['| ' + ' | '.join(row) + ' |' for row in npm_rows()]
    return '\n'.join(lines) + '\n'


def missing_entries(text, debian, npm):
    """The libraries that the page does not name; for npm also those it names in another version."""
    cells = {cell.strip() for cell in re.split(r'[|,\n]', text)}
    rows = [[cell.strip() for cell in line.split('|')] for line in text.splitlines()]
    return ([package for package in debian if package not in cells] +
            [name for name, version in npm.items()
             if not any(name in row and version in row for row in rows)])


def main():
    if sys.argv[1:] == ['--check']:
        missing = missing_entries(TARGET.read_text(), listed_libraries(), npm_packages())
        for name in missing:
            print(f'THIRD_PARTY.md: no entry for {name}; run tools/third_party.py')
        return 1 if missing else 0
    TARGET.write_text(page(sys.argv[1] if sys.argv[1:] else ROOT / 'build/release/notatherapist'))
    return 0


if __name__ == '__main__':
    sys.exit(main())
