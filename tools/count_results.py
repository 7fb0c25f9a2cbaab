#!/usr/bin/env python3
"""Adds up what the test runners said. Reads a log, prints two numbers: passed and failed.

It understands the summaries of GoogleTest, node --test and unittest, and the lines "check passed:"
and "check failed:" of our own scripts. A log without any result counts as one failure, for tests
that do not run prove nothing.
"""
import re
import sys

PASSED = [
    re.compile(r'^\[  PASSED  \] (\d+) tests?\.$'),
    re.compile(r'^(?:#|ℹ) pass (\d+)$'),
    re.compile(r'^(check passed): '),
]
FAILED = [
    re.compile(r'^\[  FAILED  \] (\d+) tests?, listed below:$'),
    re.compile(r'^(?:#|ℹ) (?:fail|cancelled) (\d+)$'),
    re.compile(r'^(check failed): '),
]
UNITTEST_RAN = re.compile(r'^Ran (\d+) tests? in ')
UNITTEST_SKIPPED = re.compile(r'^(?:OK|FAILED) \(.*?skipped=(\d+)')
UNITTEST_FAILED = re.compile(r'^FAILED \((.*)\)$')


def number(match):
    return int(match[1]) if match[1].isdigit() else 1


def count(lines):
    """The tests that passed and that failed, according to the lines of a log."""
    passed = failed = 0
    for line in lines:
        line = line.rstrip()
        passed += sum(number(m) for m in (p.match(line) for p in PASSED) if m)
        failed += sum(number(m) for m in (p.match(line) for p in FAILED) if m)
        if match := UNITTEST_RAN.match(line):
            passed += int(match[1])
        if match := UNITTEST_SKIPPED.match(line):
            passed -= int(match[1])
        if match := UNITTEST_FAILED.match(line):
            broken = sum(int(n) for n in re.findall(r'(?:failures|errors)=(\d+)', match[1]))
            passed -= broken
            failed += broken
    if passed == 0 and failed == 0:
        failed = 1
    return passed, failed


if __name__ == '__main__':
    with open(sys.argv[1], encoding='utf-8', errors='replace') as log:
        print(*count(log))
