#!/usr/bin/env python3
"""STYLE.md as far as a program can check it.

    tools/tidy.py

Prints `path:line: rule: message` for each fault and exits with 1 on any. This file holds what
concerns every kind of file; tidy_cpp.py, tidy_coroutines.py and tidy_web.py hold the rules of their
language.
"""
import pathlib
import re
import subprocess
import sys

import tidy_cpp
import tidy_web
from tidy_text import File

ROOT = pathlib.Path(__file__).resolve().parent.parent

COLUMNS_MAX = 100
COLUMNS_ARE_CHECKED = ('.cc', '.h', '.js', '.mjs', '.css', '.py', '.sh')
FOLDER_README_LINES_MAX = 25
BINARY = ('.png', '.ico', '.woff2', '.gz', '.webp', '.jpg')
# These speak about the words that they forbid.
ABOUT_STYLE = re.compile(r'tools/tidy\w*\.py|STYLE\.md')


def long_lines(file):
    is_command = '.' not in file.name and file.text.startswith('#!')
    if not file.path.endswith(COLUMNS_ARE_CHECKED) and not is_command:
        return
    exempt = file.raw_string_lines if file.is_cpp else set()
    for number, line in enumerate(file.lines, 1):
        if len(line) > COLUMNS_MAX and number not in exempt and '://' not in line:
            yield number, 'columns', f'{len(line)} columns; {COLUMNS_MAX} is the limit'


def open_ends(file):
    """STYLE 32: what is left to do has an issue, or is not mentioned."""
    if ABOUT_STYLE.fullmatch(file.path):
        return
    for number, line in enumerate(file.lines, 1):
        is_open = re.search(r'\b(TODO|FIXME|XXX)\b', line)
        if is_open and not re.search(r'TODO\([^)]+\).*#\d+', line):
            yield number, 'todo', 'write TODO(topic) with an issue number such as #12, or do it'


def machine_paths(file):
    """A path of the machine on which something was written is wrong everywhere else."""
    is_about_containers = (file.path.startswith('deploy/') or
                           file.name in ('Dockerfile', 'compose.yaml'))
    if is_about_containers or ABOUT_STYLE.fullmatch(file.path):
        return
    homes = re.compile(r'(?<![\w./:~$}-])/(?:work|home|root|Users)/[\w.]')
    scratch = re.compile(r'(?<![\w./:~$}-])/tmp/[\w.]')
    for number, line in enumerate(file.lines, 1):
        if homes.search(line) or (scratch.search(line) and not file.is_test):
            yield number, 'machine-path', 'an absolute path of one machine'


def words_in_file_names(file):
    banned = re.search(r'(session|manager|helper|utils?)(_|-|\.|/|$)', file.path.lower())
    if banned and file.path.startswith(('src/', 'web/js/', 'tests/')):
        yield 1, 'words', f'"{banned[1]}" in a file name says nothing; STYLE 11'


EVERY_FILE = [long_lines, open_ends, machine_paths, words_in_file_names]


def folder_readmes(files):
    """Every folder of src/ says what it is for, in a few lines."""
    inside = (path.split('/') for path in files if path.startswith('src/'))
    folders = {parts[1] for parts in inside if len(parts) > 2}
    for folder in sorted(folders):
        path = f'src/{folder}/README.md'
        if path not in files:
            yield (path, 1, 'folder-readme',
                   'missing: purpose, the file to read first, what must not be here')
        elif len(files[path].lines) > FOLDER_README_LINES_MAX:
            yield (path, len(files[path].lines), 'folder-readme',
                   f'longer than {FOLDER_README_LINES_MAX} lines')


def faults(files):
    """Every fault in `files` (path -> File) as (path, line, rule, message)."""
    for path, file in sorted(files.items()):
        rules = EVERY_FILE + (tidy_cpp.RULES if file.is_cpp else tidy_web.rules_of(path))
        for rule in rules:
            for line, name, message in rule(file):
                yield path, line, name, message
    for rule in [folder_readmes] + tidy_cpp.PROJECT_RULES:
        yield from rule(files)


def project_files():
    listing = subprocess.run(
        ['git', '-c', f'safe.directory={ROOT}', '-C', ROOT,
         'ls-files', '-coz', '--exclude-standard'],
        check=True, capture_output=True, text=True).stdout
    files = {}
    for path in filter(None, listing.split('\0')):
        full = ROOT / path
        if path.endswith(BINARY) or not full.is_file():
            continue
        try:
            files[path] = File(path, full.read_text(encoding='utf-8'))
        except UnicodeDecodeError:
            if path.endswith(COLUMNS_ARE_CHECKED):
                raise
    return files


def main():
    found = list(faults(project_files()))
    for path, line, rule, message in found:
        print(f'{path}:{line}: {rule}: {message}')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
