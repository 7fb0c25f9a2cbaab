"""The rules of tidy.py for the page: JavaScript, CSS and HTML (STYLE 40 to 42)."""
import re

SCRIPT_LINES_MAX = 150
SCRIPT_TEST_LINES_MAX = 300
# The one place where markup may be built from text: it hands DOMPurify's output on as Trusted
# Types.
MAY_SET_MARKUP = 'web/js/lib/markdown.js'
# The one place where a colour may be written down.
MAY_NAME_COLOURS = 'web/css/tokens.css'

COMMENT = re.compile(r'/\*.*?\*/|(?<![:"\'`])//[^\n]*', re.S)
MARKUP = re.compile(r'\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write)\b')
WORDS = re.compile(r'\b(?!sessionStorage)\w*(session|manager|helper|utils?(?=[A-Z_]|\b))\w*', re.I)
# The colours of a mask are amounts.
DECLARATION = re.compile(r'(?<![\w-])(?!(?:-webkit-)?mask)([\w-]+)\s*:\s*([^;{}]*)(?=[;}])')
COLOUR = re.compile(r'(?<!url\()#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|lch|lab)\('
                    r'|\b(?:white|black)\b', re.I)
INLINE = [
    (re.compile(r'<script\b(?![^>]*\bsrc=)', re.I), 'a script without src'),
    (re.compile(r'<style\b', re.I), 'a style element'),
    (re.compile(r'\sstyle\s*=', re.I), 'a style attribute'),
    (re.compile(r'\son[a-z]+\s*=\s*["\']', re.I), 'an event handler attribute'),
]


def blank(match):
    return re.sub(r'[^\n]', ' ', match[0])


def line_of(text, position):
    return text.count('\n', 0, position) + 1


def script_size(file):
    limit = SCRIPT_TEST_LINES_MAX if file.is_test else SCRIPT_LINES_MAX
    if len(file.lines) > limit:
        yield len(file.lines), 'size', f'{len(file.lines)} lines; {limit} is the limit'


def markup_from_text(file):
    if file.path == MAY_SET_MARKUP or file.is_test:
        return
    code = COMMENT.sub(blank, file.text)
    for match in MARKUP.finditer(code):
        yield line_of(code, match.start()), 'markup', f'{match[1]}: build nodes, set textContent'


def script_words(file):
    code = COMMENT.sub(blank, file.text)
    for match in WORDS.finditer(code):
        yield line_of(code, match.start()), 'words', f'"{match[0]}": STYLE 11'


def colours(file):
    if file.path == MAY_NAME_COLOURS:
        return
    code = COMMENT.sub(blank, file.text)
    for declaration in DECLARATION.finditer(code):
        found = COLOUR.search(declaration[2])
        if found:
            position = declaration.start(2) + found.start()
            yield line_of(code, position), 'colours', f'"{found[0]}": colours come from tokens.css'


def inline_code(file):
    text = re.sub(r'<!--.*?-->', blank, file.text, flags=re.S)
    for pattern, what in INLINE:
        for match in pattern.finditer(text):
            yield line_of(text, match.start()), 'inline', f'{what}: the page allows none'


def rules_of(path):
    if not path.startswith('web/'):
        return []
    if path.endswith(('.js', '.mjs')):
        return [script_size, markup_from_text, script_words]
    if path.endswith('.css'):
        return [colours]
    if path.endswith('.html'):
        return [inline_code]
    return []
