"""Tests of tidy.py: for each rule a text that breaks it and one that keeps it."""
import time
import unittest

import tidy
from tidy_text import File


def rules_broken(files):
    """The names of the rules that a project of these files (path -> text) breaks."""
    if isinstance(files, tuple):
        files = dict([files])
    texts = {'src/base/README.md': 'Ground.\n'} | files
    project = {path: File(path, text) for path, text in texts.items()}
    return {rule for path, _, rule, _ in tidy.faults(project)}


def cpp(code, path='src/chat/turn.cc'):
    """The rules that a source breaks which is in good order otherwise."""
    header = path.rsplit('.', 1)[0] + '.h'
    opening = f'#include "{header.removeprefix("src/")}"\n'
    return rules_broken({
        path: opening + code,
        header: '#pragma once\n',
        'src/app/main.cc': opening,
        'src/app/README.md': '',
        f'src/{path.split("/")[1]}/README.md': '',
    })


def coroutine(body):
    return cpp('Task<void> Run() {\n' + body + '\n}\n')


class Rules(unittest.TestCase):
    def breaks(self, rule, broken, case=None):
        self.assertIn(rule, broken, case)

    def keeps(self, broken, case=None):
        self.assertEqual(broken, set(), case)


class Lines(Rules):
    def test_columns(self):
        self.breaks('columns', cpp('// ' + 'x' * 98))
        self.keeps(cpp('// ' + 'x' * 97))
        self.keeps(cpp('// see https://example.org/' + 'x' * 98))
        self.keeps(cpp('auto x = R"(' + 'x' * 200 + ')";'))

    def test_columns_count_characters_and_not_bytes(self):
        self.keeps(cpp('// ' + 'ü' * 97))

    def test_todo(self):
        self.breaks('todo', cpp('// TODO: later'))
        self.breaks('todo', rules_broken(('web/js/a.js', '// FIXME')))
        self.keeps(cpp('// TODO(limits): raise with #12'))

    def test_machine_path(self):
        self.breaks('machine-path', rules_broken(('docs/a.md', 'see /home/ann/x\n')))
        self.breaks('machine-path', rules_broken(('bench/a.py', 'open("/tmp/x")\n')))
        self.keeps(rules_broken(('docs/a.md', 'https://example.org/home/ann\n')))
        self.keeps(rules_broken(('tests/flow/a.txt', '/tmp/x\n')))
        self.keeps(rules_broken(('deploy/docker/Dockerfile', 'ENV HOME=/home/app\n')))

    def test_words_in_file_names(self):
        self.breaks('words', rules_broken(('web/js/lib/dom_helper.js', '')))
        self.breaks('words', rules_broken(('web/js/utils/dom.js', '')))
        self.keeps(rules_broken(('web/js/lib/dom.js', '')))


class Folders(Rules):
    def test_readme(self):
        self.breaks('folder-readme', rules_broken({'src/net/sse.h': '#pragma once\n'}))
        self.breaks('folder-readme', rules_broken({'src/net/README.md': 'x\n' * 26}))
        self.assertNotIn('folder-readme', rules_broken({'src/net/README.md': 'x\n' * 25}))

    def test_dead_header(self):
        self.breaks('dead', rules_broken({
            'src/base/id.h': '#pragma once\n', 'src/base/id.cc': '#include "base/id.h"\nint x;\n'}))
        self.keeps(rules_broken({
            'src/base/id.h': '#pragma once\n', 'src/base/id_test.cc': '#include "base/id.h"\n',
            'src/app/main.cc': '#include "base/id.h"\n', 'src/app/README.md': ''}))

    def test_source_without_a_header(self):
        self.breaks('dead', rules_broken({'src/base/id.cc': 'int x;\n'}))
        self.keeps(rules_broken({'src/base/asio.cc': '#include <boost/asio/impl/src.hpp>\n'}))
        self.keeps(rules_broken({
            'src/api/turns.cc': 'int x;\n', 'src/api/README.md': ''}))
        self.keeps(cpp('int x;', 'src/chat/turn.cc') | rules_broken({
            'src/app/app_start.cc': 'int x;\n', 'src/app/app.h': '#pragma once\n',
            'src/app/main.cc': '#include "app/app.h"\n', 'src/app/README.md': ''}))


class Includes(Rules):
    def test_directions(self):
        for path, target in [('src/base/a.cc', 'net/sse.h'), ('src/net/a.cc', 'db/database.h'),
                             ('src/chat/a.cc', 'net/http.h'), ('src/jobs/a.cc', 'api/router.h'),
                             ('src/api/a.cc', 'db/database.h'), ('src/llm/a.cc', 'chat/model.h')]:
            self.breaks('include', cpp(f'#include "{target}"', path), path)
        for path, target in [('src/net/a.cc', 'base/id.h'), ('src/llm/a.cc', 'net/sse.h'),
                             ('src/api/a.cc', 'chat/model.h'), ('src/app/a.cc', 'db/database.h'),
                             ('src/chat/a.cc', 'chat/stages/risk.h')]:
            self.keeps(cpp(f'#include "{target}"', path), path)

    def test_libraries(self):
        self.breaks('include', cpp('#include <boost/beast/core.hpp>', 'src/api/a.cc'))
        self.breaks('include', rules_broken({'src/net/a.h': '#include <openssl/ssl.h>'}))
        self.breaks('include', cpp('#include <sqlite3.h>', 'src/chat/a.cc'))
        self.keeps(cpp('#include <boost/beast/core.hpp>', 'src/net/a.cc'))

    def test_own_header_first(self):
        files = {'src/base/id.h': '#pragma once\n', 'src/app/main.cc': '#include "base/id.h"\n',
                 'src/app/README.md': ''}
        self.breaks('own-header', rules_broken(
            files | {'src/base/id.cc': '#include <string>\n#include "base/id.h"\n'}))
        self.breaks('own-header', rules_broken(files | {'src/base/id_test.cc': 'int x;\n'}))
        self.keeps(rules_broken(
            files | {'src/base/id.cc': '#include "base/id.h"\n#include <string>\n'}))

    def test_pragma_once(self):
        self.breaks('pragma', rules_broken(('tests/flow/a.h', 'int x;\n')))
        self.keeps(rules_broken(('tests/flow/a.h', '// A.\n#pragma once\n')))


class Sizes(Rules):
    def test_files(self):
        self.breaks('size', cpp('int x;\n' * 400))
        self.keeps(cpp('int x;\n' * 399))
        self.breaks('size', rules_broken(('tests/flow/a.h', '#pragma once\n' * 201)))
        self.breaks('size', rules_broken(('tests/flow/a_test.cc', 'int x;\n' * 801)))
        self.keeps(rules_broken(('tests/flow/a_test.cc', 'int x;\n' * 800)))

    def test_functions(self):
        for head in ('int F(int x) {', 'TEST(Turn, Ends) {', 'Turn::Turn(int x) : a_{x}, b_{x} {',
                     'auto F() -> Task<int> {', 'bool operator==(const X& a, const X& b) {',
                     'namespace nat {\nstruct X {\nvoid F() const {'):
            ends = '}\n' * head.count('{\n') + '}\n'
            self.breaks('size', cpp(head + '\n' + '  x();\n' * 60 + ends), head)
            self.keeps(cpp(head + '\n' + '  x();\n' * 56 + ends), head)

    def test_what_is_no_function(self):
        self.keeps(cpp('constexpr Rows kRows = {{\n' + '    {F(1), 2},\n' * 70 + '}};'))
        self.keeps(cpp('namespace nat {\n' + 'int x;\n' * 70 + '}'))
        self.keeps(cpp('// {\nconst char* x = "{";\n' + 'void F() { G(\'{\'); }\n' * 70))


class Coroutines(Rules):
    def test_good_statements(self):
        for body in ('co_await F(a, std::move(b));', 'auto x = co_await F(a);',
                     'co_return co_await F();', 'x.n = co_await F();', 'co_return Agg{x};',
                     'for (auto& x : co_await F()) {\n  G(x);\n}', 'if (ready) co_await F();',
                     'if (!co_await F()) {\n  G();\n}', 'while (co_await stream.Next()) G();',
                     'if (auto x = co_await F(); !x) {\n  G();\n}',
                     'do {\n  co_await F();\n} while (x);', '(void)co_await F(items[i](0));',
                     'static_cast<void>(co_await F());'):
            self.keeps(coroutine(body), body)

    def test_braces_and_lambdas_beside_an_await(self):
        for body in ('co_await F({.a = x});', 'auto x = co_await F(Aggregate{a});',
                     'co_await G([s] { return s; });', 'co_await F({"a", "b"});',
                     'co_await F(a,\n         B{c});', 'Aggregate a{.x = co_await F()};',
                     'auto a = Aggregate{co_await F()};'):
            self.breaks('await', coroutine(body), body)

    def test_two_awaits_in_a_statement(self):
        for body in ('auto x = co_await F(co_await G());', 'auto x = co_await F() + co_await G();',
                     'H(static_cast<void>(co_await F()));', 'H(Aggregate(x), co_await F());',
                     'EXPECT_TRUE(co_await F());',
                     'auto x = (co_await F()).value();', 'auto x = y ? z : co_await F();',
                     'auto x = y && co_await F();', 'bool x = y == co_await F();'):
            self.breaks('await', coroutine(body), body)

    def test_words_in_comments_and_strings_do_not_count(self):
        self.keeps(coroutine('// H(co_await F());\nLog("H(co_await F())");'))

    def test_parameters_that_dangle(self):
        for parameter in ('std::string_view text', 'std::span<const char> bytes', 'std::string&& x',
                          'const std::string& x', 'std::vector<std::string_view> texts',
                          'int a, const std::vector<std::pair<int, int>>& b'):
            broken = cpp(f'Task<Result<int>> F({parameter}) {{}}')
            self.breaks('coroutine-parameter', broken, parameter)
        for parameter in ('', 'std::string text', 'Clock& clock', 'std::map<int, int> x = {}'):
            self.keeps(cpp(f'Task<Result<int>> F({parameter}) {{}}'), parameter)
        self.keeps(cpp('Result<int> F(std::string_view text);'))

    def test_capturing_lambdas(self):
        captured = cpp('auto f = [this](int x) -> Task<void> {\n  co_return;\n};')
        self.breaks('coroutine-lambda', captured)
        self.keeps(cpp('auto f = [](int x) -> Task<void> {\n  co_return;\n};'))
        self.keeps(cpp('auto f = [this](int x) -> Task<void> {\n  return Run(x);\n};'))


class Words(Rules):
    def test_identifiers(self):
        for code in ('class TurnManager;', 'int session_count;', 'void Helper();', 'int x_util;',
                     'struct TurnInfo {};', 'int data = 0;', 'Use(info);'):
            self.breaks('words', cpp(code), code)
        for code in ('text.data();', 'SSL_SESSION_free(x);', '// a session', 'auto x = "session";',
                     '#include <utility>', 'log.info("x");', 'struct Database {};', 'x.data = 1;'):
            self.keeps(cpp(code), code)

    def test_scripts(self):
        self.breaks('words', rules_broken(('web/js/a.js', 'class ScrollManager {}')))
        self.keeps(rules_broken(('web/js/a.js', 'sessionStorage.clear();')))

    def test_banned_calls(self):
        self.breaks('regex', cpp('std::regex x;'))
        self.breaks('detached', cpp('co_spawn(e, F(), asio::detached);'))
        self.keeps(rules_broken(('tests/flow/a.cc', 'co_spawn(e, F(), asio::detached);')))


class Web(Rules):
    def test_markup(self):
        self.breaks('markup', rules_broken(('web/js/components/a.js', 'x.innerHTML = y;')))
        self.keeps(rules_broken(('web/js/components/a.js', '// never innerHTML\n')))
        self.keeps(rules_broken(('web/js/lib/markdown.js', 'x.innerHTML = y;')))

    def test_inline_code(self):
        for text in ('<script>x</script>', '<style>', '<p style="top: 0">', '<a onclick="x()">'):
            self.breaks('inline', rules_broken(('web/index.html', text)), text)
        self.keeps(rules_broken(('web/index.html', '<script type="module" src="app.js">')))

    def test_script_size(self):
        self.breaks('size', rules_broken(('web/app.js', 'x();\n' * 151)))
        self.keeps(rules_broken(('web/app.js', 'x();\n' * 150)))
        self.keeps(rules_broken(('web/test/a.test.js', 'x();\n' * 300)))

    def test_colours(self):
        for value in ('#fff', 'rgb(0 0 0)', 'oklch(.5 .1 190)', '1px solid white'):
            broken = rules_broken(('web/css/a.css', f'p {{\n  color: {value};\n}}\n'))
            self.breaks('colours', broken, value)
            self.keeps(rules_broken(('web/css/tokens.css', f'p {{ color: {value}; }}')))
        for text in ('#add { color: var(--ink); }', 'a:hover #face { top: 0; }', '/* #fff */',
                     'p { mask: url(#fade); }', 'p { color: color-mix(in oklch, var(--a)); }',
                     'p { -webkit-mask-image: linear-gradient(black, transparent); }'):
            self.keeps(rules_broken(('web/css/a.css', text)), text)


class Speed(unittest.TestCase):
    def test_a_large_source_is_read_quickly(self):
        statement = 'auto x = co_await F(a, std::move(b));\n'
        body = ''.join(f'Task<int> F{n}(int x) {{\n{statement * 20}}}\n' for n in range(18))
        started = time.monotonic()
        cpp(body)
        self.assertLess(time.monotonic() - started, 1)


if __name__ == '__main__':
    unittest.main()
