#!/usr/bin/env python3
"""Tests of companion_lint.py. Run: python3 tools/companion_lint_test.py"""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import companion_lint as lint  # noqa: E402

FIELDS = 'source = "s"\ndate = "d"\nreviewed = "r"\nlanguage = "en"\n'


def findings(text):
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "one.toml").write_text(text, encoding="utf-8")
        return lint.check_directory(folder)[0]


class Lines(unittest.TestCase):
    def test_claims_and_stock_phrases_are_found(self):
        for line in ("I love this.", "I'm so proud of it.", "I'm always here for you.",
        "Take a deep breath.",
                     "I'm sorry to hear that.", "At least it is over.", "You are so strong.",
                     "What joy!",
                     "I really care.", "In this session we talk.", "My patients say so.",
                     "She committed it."):
            self.assertTrue(lint.check_line(line, "give", "pool"), line)

    def test_plain_lines_pass(self):
        for line in ("That's hard.", "{Person} went quiet.", "There's no caring on my side."):
            self.assertEqual(lint.check_line(line, "give", "pool"), [], line)

    def test_therapy_may_only_be_denied(self):
        self.assertTrue(lint.check_line("Therapy with me helps.", "give", "pool"))
        self.assertEqual(lint.check_line("I'm not a therapist.", "answer", "intent"), [])
        self.assertEqual(lint.check_line("NotATherapist runs a script.", "answer", "intent"), [])

    def test_questions_stand_where_they_belong(self):
        self.assertTrue(lint.check_line("What now?", "give", "pool"))
        self.assertTrue(lint.check_line("Tell me.", "ask", "pool"))
        self.assertTrue(lint.check_line("What? Why?", "ask", "pool"))
        self.assertTrue(lint.check_line("Bye, and when will you write?", "answer", "goodbye"))
        self.assertEqual(lint.check_line("What now?", "ask", "pool"), [])

    def test_numbers_and_unknown_slots_are_found(self):
        self.assertTrue(lint.check_line("Call 123.", "give", "crisis"))
        self.assertTrue(lint.check_line("Ask {mother}.", "give", "pool"))


class Files(unittest.TestCase):
    def test_missing_fields_are_found(self):
        self.assertEqual(len(findings('source = "s"\n')), 3)

    def test_broken_files_are_found(self):
        self.assertTrue(findings("a = = b"))

    def test_a_line_that_is_there_twice_is_found(self):
        topic = '[[topic]]\nid = "{}"\nkind = "pool"\ngive = ["Same."]\n'
        twice = findings(FIELDS + topic.format("a") + topic.format("b"))
        self.assertTrue(any("also in" in f for f in twice))

    def test_dead_branches_are_found(self):
        silent = FIELDS + '[[topic]]\nid = "a"\nkind = "intent"\nmatch = ["x"]\n'
        self.assertTrue(any("has no answer" in f for f in findings(silent)))
        unreachable = FIELDS + '[[topic]]\nid = "a"\nkind = "intent"\nanswer = ["Yes."]\n'
        self.assertTrue(any("nothing leads" in f for f in findings(unreachable)))
        unknown = FIELDS + '[[topic]]\nid = "a"\nkind = "mood"\nmatch = ["x"]\n'
        self.assertTrue(any("unknown kind" in f for f in findings(unknown)))
        folded = FIELDS + '[lexicon.folds]\nim = ["i am"]\n[[topic]]\nid = "a"\nkind = "intent"\n' \
            'match = ["i am sad"]\nanswer = ["Yes."]\n'
        self.assertTrue(any("never matches" in f for f in findings(folded)))


class ReadingAge(unittest.TestCase):
    def test_short_words_are_for_the_young(self):
        self.assertLess(lint.reading_age(["The dog ran. It was fun."]), 8)

    def test_long_words_are_not(self):
        hard = ("Considerable institutional deliberation necessitates "
                "extraordinary administrative perseverance.")
        self.assertGreater(lint.reading_age([hard]), lint.READING_AGE_MAX)

    def test_nothing_has_no_age(self):
        self.assertEqual(lint.reading_age([]), 0.0)


class Shipped(unittest.TestCase):
    def test_the_shipped_script_is_clean(self):
        directory = pathlib.Path(__file__).resolve().parent.parent / "data" / "companion"
        found, age, count = lint.check_directory(directory)
        self.assertEqual(found, [])
        self.assertGreater(count, 1000)
        self.assertLessEqual(age, lint.READING_AGE_MAX)


if __name__ == "__main__":
    unittest.main()
