"""What the rules of tidy.py read: a file, its C++ without comments and strings, its lines."""
import bisect
import re

TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/'
    r'|\bR"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])*'", re.S)
PREPROCESSOR = re.compile(r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', re.M)


def blank(text):
    return re.sub(r'[^\n]', ' ', text)


def without_comments_and_strings(text):
    """The text with comments, literals and preprocessor lines blanked; the lines of raw strings."""
    raw_string_lines = set()

    def replace(match):
        token = match[0]
        if token.startswith('R"'):
            first = text.count('\n', 0, match.start()) + 1
            raw_string_lines.update(range(first, first + token.count('\n') + 1))
        if token.startswith('/'):
            return blank(token)
        return '"' + blank(token[1:-1]) + '"'

    code = TOKEN.sub(replace, text)
    return PREPROCESSOR.sub(lambda m: blank(m[0]), code), raw_string_lines


class Lines:
    """Line numbers of positions in a text."""

    def __init__(self, text):
        self.ends = [m.start() for m in re.finditer('\n', text)]

    def of(self, position):
        return bisect.bisect_left(self.ends, position) + 1


class File:
    """One file of the project and what several rules want to know of it."""

    def __init__(self, path, text):
        self.path = path
        self.name = path.rsplit('/', 1)[-1]
        self.text = text
        self.lines = text.splitlines()
        self.is_cpp = path.endswith(('.cc', '.h'))
        self.is_test = (path.startswith('tests/') or '/test/' in path or
                        re.search(r'[_.]test\.\w+$', path) is not None)
        if self.is_cpp:
            self.code, self.raw_string_lines = without_comments_and_strings(text)
