"""The rules of tidy.py for C++: include directions, sizes, coroutines, words, dead files.

It reads text, not syntax: comments and strings are blanked, brackets are counted. That is right
often enough for code in the project's own layout, and fast enough to run before every commit.
"""
import fnmatch
import posixpath
import re

import tidy_coroutines
from tidy_text import Lines

# The include table of ARCHITECTURE.md: what a folder may include besides itself. Siblings do not
# include each other; chat/, account/ and jobs/ know no HTTP; api/ knows no SQL; only app/ sees
# everything.
FOLDERS = {
    'base': '',
    'net': 'base',
    'db': 'base',
    'shared': 'base',
    'vault': 'base',
    'safety': 'base',
    'llm': 'base net db shared vault safety',
    'chat': 'base db shared vault safety llm',
    'account': 'base db shared vault safety llm chat',
    'jobs': 'base db shared vault safety llm chat account',
    'api': 'base net shared vault safety llm chat account',
    'app': 'base net db shared vault safety llm chat account jobs api',
}
# Libraries that one folder wraps, so that the rest of the code can be built and read without them.
LIBRARIES = [
    (r'boost/beast|openssl/', ['src/net/*.cc']),
    (r'sqlite3\.h|libpq', ['src/db/*.cc']),
    (r'hiredis', ['src/shared/*.cc']),
    (r'sodium', ['src/base/*.cc', 'src/vault/*.cc', 'src/account/*.cc']),
    (r'prometheus/|spdlog/', ['src/base/*']),
    (r'CLI/', ['src/app/*.cc']),
]

SOURCE_LINES_MAX = 400
TEST_LINES_MAX = 800
HEADER_LINES_MAX = 200
FUNCTION_LINES_MAX = 60

# STYLE 11. Names that libraries gave are theirs.
WORDS = re.compile(r'(session|manager|helper)|(?:^|_)utils?(?:_|$)|Util(?:s?$|[A-Z])', re.I)
WORDS_OF_LIBRARIES = re.compile(r'^(SSL|OPENSSL|TLS|BIO|X509)_')
EMPTY_NAMES = re.compile(r'(?<![\w.:>])(data|info)\b(?!\s*\()')
EMPTY_TYPES = re.compile(r'\b(?:class|struct|enum class|enum|using)\s+(\w+(?:Info|Data))\b')

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def includes(file):
    """The includes of a file as (line, '<' or '"', path)."""
    for number, line in enumerate(file.lines, 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match[1], match[2]


def include_directions(file):
    if not file.path.startswith('src/'):
        return
    folder = file.path.split('/')[1]
    allowed = set(FOLDERS.get(folder, '').split()) | {folder}
    for line, _, target in includes(file):
        other = target.split('/')[0]
        if other in FOLDERS and '/' in target and other not in allowed:
            yield line, 'include', f'{folder}/ may not include {other}/'
        for pattern, places in LIBRARIES:
            is_library = re.match(pattern, target)
            if is_library and not any(fnmatch.fnmatch(file.path, place) for place in places):
                yield line, 'include', f'<{target}> belongs in {" or ".join(places)}'


def pragma_once(file):
    if file.path.endswith('.h') and not re.search(r'^#pragma once$', file.text, re.M):
        yield 1, 'pragma', 'a header begins with #pragma once'


def file_size(file):
    limit = HEADER_LINES_MAX if file.path.endswith('.h') else SOURCE_LINES_MAX
    if file.path.endswith('_test.cc'):
        limit = TEST_LINES_MAX
    if len(file.lines) > limit:
        yield len(file.lines), 'size', f'{len(file.lines)} lines; {limit} is the limit'


def scope_kind(head):
    """What an opening brace begins, judged by the text between it and the statement before."""
    if re.search(r'\b(namespace|extern)\b', head):
        return 'namespace'
    bare = re.sub(r'\([^()]*\)', '()', re.sub(r'\([^()]*\)', '()', head))
    if re.search(r'\b(class|struct|union|enum)\b', bare) and '()' not in bare:
        return 'type'
    if '()' in bare and not re.search(r'(?<!operator)(?<![=!<>])=(?!=)', bare):
        return 'function'
    return 'other'


def functions(code, lines):
    """The functions of a source as (first line, last line, name)."""
    scopes, head_start, resumed = [], 0, None
    for match in re.finditer(r'[;{}]', code):
        position = match.start()
        head = code[head_start:position]
        if match[0] == '{':
            first = lines.of(head_start + len(head) - len(head.lstrip()))
            inside = any(kind == 'function' for kind, _, _ in scopes)
            kind = 'inner' if inside else scope_kind(head)
            # A member initialiser `: a_{x}` looks like a body; what follows it is the body, or the
            # next one.
            if resumed and (not head.strip() or head.lstrip().startswith(',')):
                kind, first, head = 'function', *resumed
            scopes.append((kind, first, head))
            resumed = None
        elif match[0] == '}' and scopes:
            kind, first, head = scopes.pop()
            after = code[position + 1:position + 200].lstrip()
            if kind == 'function' and after.startswith((',', '{')):
                resumed = (first, head)
            elif kind == 'function':
                name = re.search(r'([\w:~]+)\s*\(', head)
                yield first, lines.of(position), name[1] if name else '?'
        head_start = position + 1


def function_size(file):
    for first, last, name in functions(file.code, Lines(file.code)):
        size = last - first + 1
        if size > FUNCTION_LINES_MAX:
            yield first, 'size', f'{name} has {size} lines; {FUNCTION_LINES_MAX} is the limit'


def words(file):
    lines = Lines(file.code)
    for match in re.finditer(r'\b[A-Za-z_]\w*', file.code):
        banned = WORDS.search(match[0])
        if banned and not WORDS_OF_LIBRARIES.match(match[0]):
            yield lines.of(match.start()), 'words', f'"{match[0]}": STYLE 11'
    for pattern in (EMPTY_NAMES, EMPTY_TYPES):
        for match in pattern.finditer(file.code):
            yield lines.of(match.start()), 'words', f'"{match[1]}" says nothing; STYLE 11'


def banned_calls(file):
    lines = Lines(file.code)
    for match in re.finditer(r'\bstd::w?regex\b', file.code):
        yield lines.of(match.start()), 'regex', 'std::regex backtracks without bound'
    if file.path.startswith('src/') and not file.is_test:
        for match in re.finditer(r'\bdetached\b', file.code):
            yield lines.of(match.start()), 'detached', 'TaskGroup::Spawn counts and drains tasks'


def own_headers(files):
    """foo.cc and foo_test.cc include foo.h first, which proves that the header stands alone."""
    for path in sorted(files):
        if not path.endswith('.cc') or not path.startswith('src/'):
            continue
        header = re.sub(r'(_test)?\.cc$', '.h', path)
        first = next(includes(files[path]), (1, '"', ''))
        if header in files and first[2] != header.removeprefix('src/'):
            yield path, first[0], 'own-header', f'include "{header.removeprefix("src/")}" first'


def dead_files(files):
    """Headers that only their own source and test include, and sources without a header."""
    included_by = {}
    for path, file in files.items():
        if not file.is_cpp:
            continue
        for _, _, target in includes(file):
            for full in (f'src/{target}', target, posixpath.join(posixpath.dirname(path), target)):
                included_by.setdefault(full, set()).add(path)
    for path in sorted(files):
        if not path.startswith(('src/', 'tests/support/')) or not files[path].is_cpp:
            continue
        stem = path.rsplit('.', 1)[0]
        others = included_by.get(path, set()) - {f'{stem}.cc', f'{stem}_test.cc'}
        if path.endswith('.h') and not others:
            yield path, 1, 'dead', 'nobody includes this header but its own source and test'
        if path.endswith('.cc') and not speaks_for_itself(files[path], files):
            yield path, 1, 'dead', 'a source without a header'


def speaks_for_itself(file, files):
    """Sources that need no header of their own name."""
    folder, name = file.path.rsplit('/', 1)
    parts = name.removesuffix('.cc').split('_')
    return (file.path.endswith(('_test.cc', 'main.cc'))
            or folder == 'src/api'  # handlers.h declares all of them
            or not file.code.strip()  # compiles the implementation of a library, and nothing else
            # conversation_store_pages.cc implements a part of conversation_store.h
            or any(f'{folder}/{"_".join(parts[:n])}.h' in files for n in range(1, len(parts) + 1)))


RULES = [include_directions, pragma_once, file_size, function_size, words,
         banned_calls] + tidy_coroutines.RULES
PROJECT_RULES = [own_headers, dead_files]
