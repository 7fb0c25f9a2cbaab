#!/usr/bin/env python3
"""Reads every line the companion can say and reports what VOICE does not allow.

    tools/companion_lint.py [directory]     default: data/companion

Checked: banned claims and stock phrases, therapy words, more than one question, questions where
none belong, unknown
slots, lines that are there twice, reading age, phrases that can never match, topics that can
never speak, and the
fields `source`, `date`, `reviewed` and `language` of every file. Prints one finding per line and
the reading age;
exits with 1 when there is a finding.
"""

import pathlib
import re
import sys
import tomllib

READING_AGE_MAX = 12.0
LINE_WORDS_MAX = 60
ROLES = ("reflect", "give", "ask", "answer")
SLOTS = {"person", "event", "duration", "quote", "word", "topic", "earlier", "list"}
FIELDS = ("source", "date", "reviewed", "language")
KINDS = {"crisis", "intent", "goodbye", "exercise", "situation", "feeling", "ignored", "pool"}

# VOICE, section Never, as patterns. Each is looked for in lower case.
BANNED = [
    r"\bi (?:really |truly |do )?(?:feel|love|miss|worry|understand|care|remember|enjoy|hope for)\b"
    r"(?! (?:no|nothing))",
    r"\bi'm (?:so |very |really )?"
    r"(?:glad|happy|sad|proud|worried|lonely|sorry|touched|excited|afraid for)\b",
    r"\bi(?:'ve| have) (?:missed|been thinking of you)\b(?!\")",
    r"exactly how you feel", r"always here for you", r"here for you", r"stays between us\b(?!,)",
    r"tell me anything",
    r"like i do\b", r"great question", r"good question", r"you are so strong", r"you're so strong",
    r"so brave",
    r"proud of you", r"thank you for (?:sharing|telling|trusting|opening)", r"before you go",
    r"don't leave",
    r"come back soon", r"sorry to hear", r"important to remember", r"considered therapy",
    r"as an ai language model",
    r"deep breath", r"happens for a reason", r"stay positive", r"\bat least\b", r"silver lining",
    r"\bjourney\b",
    r"\bvalid\b", r"safe space", r"\bcope\b", r"\bcoping\b", r"\bsession\b", r"\bpatients?\b",
    r"\bclinical\b",
    r"\btreatment\b", r"\btreat\b", r"\bcure\b", r"\bdiagnos", r"counsel", r"\bself-care\b",
    r"\bcommitted\b",
    r"\boops\b", r"!", r"\bjust a (?:bot|program|script|machine)\b",
]
# Who we are not may be named, in these words only.
NOT_A_THERAPIST = re.compile(r"(?:not|no|or|isn't|nor)\b[^.]{0,40}\btherapist\b", re.I)


def syllables(word):
    """A rough count: groups of vowels, without a silent e at the end."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1:
        groups -= 1
    return max(groups, 1)


def sentences_of(line):
    return [s for s in re.split(r"(?<=[.?!])\"?\s+", line) if s.strip()]


def reading_age(lines):
    """Flesch-Kincaid grade of all lines together, plus the five years before school."""
    text = [re.sub(r"\{\w+\}", "thing", line) for line in lines]
    sentences = sum(len(sentences_of(line)) for line in text)
    words = [word for line in text for word in re.findall(r"[A-Za-z']+", line)]
    if not words or not sentences:
        return 0.0
    spoken = sum(syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * spoken / len(words) - 15.59 + 5


def check_line(line, role, kind):
    """What is wrong with one line, as a list of short texts."""
    found = []
    low = line.lower()
    for pattern in BANNED:
        match = re.search(pattern, low)
        if match:
            found.append(f'says "{match.group(0)}"')
    if "therap" in low.replace("notatherapist", "") and not NOT_A_THERAPIST.search(line):
        found.append("speaks of therapy")
    if line.count("?") > 1:
        found.append("asks twice")
    if line.count("?") > 0 and role in ("reflect", "give") and '"' not in line:
        found.append(f"asks in {role}")
    if role == "ask" and "?" not in line:
        found.append("asks nothing")
    if kind == "goodbye" and ("?" in line or len(line) > 110):
        found.append("is no short goodbye")
    if re.search(r"\d", line):
        found.append("holds a number")
    if len(line.split()) > LINE_WORDS_MAX:
        found.append("is too long")
    if not re.match(r"[\"{A-Z]", line) or not re.search(r"[.?:]\"?$", line):
        found.append("is no whole sentence")
    for slot in re.findall(r"\{(\w+)\}", line):
        if slot.lower() not in SLOTS:
            found.append(f"has the unknown slot {slot}")
    return found


def folded_away(phrase, folds):
    """The part of a phrase that the reader never sees, because it is read as another word."""
    words = phrase.split()
    for i, word in enumerate(words):
        if "|" not in word and word in folds:
            return word
        following = words[i + 1].split("|") if i + 1 < len(words) else []
        for first in word.split("|"):
            for second in following:
                if f"{first} {second}" in folds and "|" not in word and len(following) == 1:
                    return f"{first} {second}"
    return None


def check_topic(topic, folds):
    found = []
    name = topic.get("id", "?")
    kind = topic.get("kind")
    if kind not in KINDS:
        found.append(f"{name}: unknown kind {kind}")
    needs_phrases = kind not in ("pool",)
    if needs_phrases and not topic.get("match"):
        found.append(f"{name}: nothing leads to it")
    wanted = {"crisis": ("reflect", "give", "answer"), "intent": ("answer",), "goodbye": ("answer",
    ),
              "situation": ("reflect", "give", "ask"), "feeling": ("reflect", "give", "ask"),
              "exercise": ("offer",)}.get(kind, ())
    for key in wanted:
        if not topic.get(key):
            found.append(f"{name}: has no {key}")
    for phrase in topic.get("match", []):
        gone = folded_away(phrase, folds)
        if gone:
            found.append(f'{name}: phrase "{phrase}" never matches, "{gone}" is folded')
    for role in ROLES:
        for line in topic.get(role, []):
            found += [f'{name}.{role}: {what}: "{line}"' for what in check_line(line, role, kind)]
    return found


def check_directory(directory):
    """All findings, and the reading age of all lines."""
    found, topics, lines, folds = [], [], {}, {}
    for path in sorted(pathlib.Path(directory).glob("*.toml")):
        try:
            script = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as wrong:
            found.append(f"{path.name}: {wrong}")
            continue
        found += [f"{path.name}: no {field}" for field in FIELDS if not script.get(field)]
        topics += script.get("topic", [])
        for target, spellings in script.get("lexicon", {}).get("folds", {}).items():
            folds.update({spelling: target for spelling in spellings})
    for topic in topics:
        found += check_topic(topic, folds)
        for role in ROLES:
            for line in topic.get(role, []):
                if line in lines:
                    found.append(f'{topic.get("id")}.{role}: also in {lines[line]}: "{line}"')
                lines[line] = f'{topic.get("id")}.{role}'
    phrases = {}
    for topic in topics:
        for phrase in topic.get("match", []):
            if phrase in phrases and phrases[phrase] == topic.get("id"):
                found.append(f'{topic.get("id")}: phrase "{phrase}" is there twice')
            phrases[phrase] = topic.get("id")
    age = reading_age(lines)
    if age > READING_AGE_MAX:
        found.append(f"reading age {age:.1f} is above {READING_AGE_MAX:.0f}")
    return found, age, len(lines)


def main(arguments):
    default = pathlib.Path(__file__).resolve().parent.parent / "data" / "companion"
    directory = pathlib.Path(arguments[1]) if len(arguments) > 1 else default
    found, age, count = check_directory(directory)
    for finding in found:
        print(finding)
    print(f"{count} lines, reading age {age:.1f}, {len(found)} findings")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
