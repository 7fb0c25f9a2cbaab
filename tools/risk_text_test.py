"""The text that the risk recogniser learns from: whole, labelled in known words, and paired."""

import collections
import pathlib
import unicodedata
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "training" / "risk"
COLUMNS = ["level", "domain", "subject", "category", "pair", "register", "language", "text"]
WORDS = {
    "level": {"none", "watch", "crisis", "imminent"},
    "domain": {"suicide", "self_harm", "eating_disorder", "abuse", "violence", "overdose",
               "psychosis", "minor", "distress", "none"},
    "subject": {"self", "other", "none"},
    "category": {"plain", "idiom", "negation", "past", "third_person", "quotation", "fiction",
                 "medical", "academic", "games", "lyrics", "obfuscation", "emoji", "hyperbole",
                 "condition", "slang", "misspelling", "multi_turn", "indirect", "farewell",
                 "goodbye", "identity", "injection"},
    "register": {"teen", "young", "adult", "older", "formal", "chatty", "terse",
                 "second_language", "dialect"},
    "language": {"en", "es", "fr", "de", "pt", "it", "zh", "hi", "hi-Latn"},
}


def read_lines():
    """Every message as a dictionary, with the place where it stands."""
    for path in sorted(FOLDER.glob("*.tsv")):
        lines = path.read_text(encoding="utf-8").split("\n")
        assert lines[0] == "\t".join(COLUMNS) and lines[-1] == "", path
        for number, line in enumerate(lines[1:-1], 2):
            fields = line.split("\t")
            assert len(fields) == len(COLUMNS), f"{path.name}:{number}"
            yield f"{path.name}:{number}", dict(zip(COLUMNS, fields))


class RiskText(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lines = list(read_lines())

    def test_is_labelled_in_known_words(self):
        for place, line in self.lines:
            for column, words in WORDS.items():
                self.assertIn(line[column], words, place)
            self.assertTrue(line["text"].strip(), place)
            self.assertEqual(line["text"], unicodedata.normalize("NFC", line["text"]), place)

    def test_names_no_danger_where_there_is_none(self):
        for place, line in self.lines:
            if line["level"] == "none":
                self.assertEqual((line["domain"], line["subject"]), ("none", "none"), place)
            else:
                self.assertNotEqual(line["domain"], "none", place)

    def test_says_nothing_twice(self):
        places = {}
        for place, line in self.lines:
            first = places.setdefault((line["language"], line["text"]), place)
            self.assertEqual(first, place)

    def test_pairs_two_lines_of_different_levels(self):
        pairs = collections.defaultdict(list)
        for place, line in self.lines:
            if line["pair"]:
                pairs[line["pair"]].append((line["level"], place))
        for name, lines in pairs.items():
            self.assertEqual(len(lines), 2, (name, lines))
            self.assertNotEqual(lines[0][0], lines[1][0], (name, lines))


if __name__ == "__main__":
    unittest.main()
