"""The coroutine rules of tidy.py (STYLE 23 and 24).

GCC 12.2 destroys some temporaries twice when they stand in the same expression as co_await. What is
checked: a co_await is the first thing of its statement, or stands alone to the right of `=`,
`return` or a control head; there is no brace and no lambda beside it; a coroutine's parameters
cannot dangle; no coroutine is a capturing lambda. A temporary aggregate in parentheses,
F(Aggregate(x)), looks like a call and is for reviewers to see.
"""
import re

from tidy_text import Lines

OPENING = {')': '(', '}': '{', ']': '['}
# What may stand directly before a co_await.
MAY_PRECEDE = re.compile(r'(?:^|[;{}]|(?<![=!<>])=|\breturn|\bco_return|\belse|\bdo|\(void\)'
                         r'|(?:^|[;{}(])[^;{}?]*:)\s*$')
CONTROL_HEAD = re.compile(r'\b(?:if|while|switch)\s*(?:constexpr\s*)?\(\s*!?\s*$')
AFTER_CONTROL_HEAD = re.compile(r'\b(?:if|while|for|switch)\s*(?:constexpr\s*)?$')
LAMBDA = re.compile(r'(?<![\w)\]\[])\[(?!\[)[^\[\]]*\]\s*(?=[({]|mutable\b|->)')
BLOCK_HEAD = re.compile(r'(?:^|[;{}:)\]]|\b(?:else|do|try|noexcept|override|final|const|mutable)'
                        r'|->\s*[\w:<>,&*\s]+)\s*$')
DANGLING = re.compile(r'std::string_view|std::span\b|&&'
                      r'|const\s+std::(?:string|vector|optional|map|function|variant)\b[^&]*&')
TASK = re.compile(r'\b(?:Task|asio::awaitable)<')
LAMBDA_COROUTINE = re.compile(r'(?<![\w)\]\[])\[([^\[\]]+)\]\s*(?:\([^{};]*?\))?\s*'
                              r'(?:mutable\s*|noexcept\s*)*->\s*(?:nat::)?'
                              r'(?:Task|(?:boost::)?asio::awaitable)<')


def closing(code, start):
    """The position of the bracket that closes the one at `start`, or the end of the text."""
    depth = 0
    for position in range(start, len(code)):
        if code[position] in '([{':
            depth += 1
        elif code[position] in ')]}':
            depth -= 1
            if depth == 0:
                return position
    return len(code)


def enclosing(code, position):
    """The position of the innermost bracket that is open at `position`, or -1."""
    depth = 0
    for at in range(position - 1, -1, -1):
        if code[at] in ')]}':
            depth += 1
        elif code[at] in '([{':
            if depth == 0:
                return at
            depth -= 1
    return -1


def operand(code, start):
    """What co_await is applied to: to the end of the statement, or of the bracket that holds it."""
    depth = 0
    for position in range(start, len(code)):
        if code[position] in '([{':
            depth += 1
        elif code[position] in ')]}':
            depth -= 1
            if depth < 0:
                return code[start:position]
        elif code[position] == ';' and depth == 0:
            return code[start:position]
    return code[start:]


def is_after_control_head(code, position):
    """`if (x) co_await F();`: the closing bracket before belongs to a control head."""
    before = code[:position].rstrip()
    if not before.endswith(')'):
        return False
    opening = enclosing(code, len(before) - 1)
    return AFTER_CONTROL_HEAD.search(code[max(0, opening - 40):opening].rstrip()) is not None


def stands_alone(code, position):
    before = code[max(0, position - 200):position]
    opening = enclosing(code, position)
    holder = code[max(0, opening - 200):opening + 1]
    if opening >= 0 and code[opening] == '{' and not BLOCK_HEAD.search(holder[:-1]):
        return False
    if holder.endswith('static_cast<void>('):  # says that the result is dropped on purpose
        return stands_alone(code, opening + 1 - len('static_cast<void>('))
    if opening >= 0 and code[opening] in '([':
        if not re.search(r'\b(?:if|while|switch|for)\s*\($', holder):
            return False
        return bool(CONTROL_HEAD.search(before) or MAY_PRECEDE.search(before))
    return MAY_PRECEDE.search(before) is not None or is_after_control_head(code, position)


def awaits(file):
    lines = Lines(file.code)
    for match in re.finditer(r'\bco_await\b', file.code):
        line = lines.of(match.start())
        beside = operand(file.code, match.end())
        if not stands_alone(file.code, match.start()):
            yield line, 'await', 'give the awaited value a name in a statement of its own'
        if LAMBDA.search(beside):
            yield line, 'await', 'a lambda beside co_await is destroyed twice; name it first'
        elif '{' in beside:
            yield line, 'await', 'a brace beside co_await is destroyed twice; name the value first'


def parameters(text):
    """The parameters of a list, split at its own commas."""
    depth, start = 0, 0
    for position, letter in enumerate(text):
        depth += (letter in '(<[{') - (letter in ')>]}')
        if letter == ',' and depth == 0:
            yield text[start:position]
            start = position + 1
    yield text[start:]


def dangling_parameters(file):
    lines = Lines(file.code)
    for match in TASK.finditer(file.code):
        end, depth = match.end(), 1
        while depth and end < len(file.code):
            depth += (file.code[end] == '<') - (file.code[end] == '>')
            end += 1
        name = re.match(r'\s+[\w:]+\s*\(', file.code[end:])
        if not name:
            continue
        opening = end + name.end() - 1
        for parameter in parameters(file.code[opening + 1:closing(file.code, opening)]):
            found = DANGLING.search(parameter)
            if found:
                what = ' '.join(parameter.split())
                yield (lines.of(opening), 'coroutine-parameter',
                       f'"{what}" may be gone when the task resumes; take a value')


def capturing_coroutines(file):
    lines = Lines(file.code)
    for match in LAMBDA_COROUTINE.finditer(file.code):
        opening = file.code.find('{', match.end())
        body = file.code[opening:closing(file.code, opening)]
        if re.search(r'\bco_(?:await|return|yield)\b', body):
            yield (lines.of(match.start()), 'coroutine-lambda',
                   'captures die with the lambda, the coroutine goes on; write a function')


RULES = [awaits, dangling_parameters, capturing_coroutines]
