"""Tests of count_results.py: each runner's words, and the silence of one that died."""
import unittest

from count_results import count


class CountResults(unittest.TestCase):
    def test_silence_is_one_failure(self):
        self.assertEqual(count([]), (0, 1))
        self.assertEqual(count(['Building build/asan', '']), (0, 1))

    def test_googletest_failures(self):
        log = ['[==========] 3 tests ran.', '[  PASSED  ] 2 tests.',
               '[  FAILED  ] 1 test, listed below:', '[  FAILED  ] Sse.Splits']
        self.assertEqual(count(log), (2, 1))

    def test_googletest_success(self):
        self.assertEqual(count(['[  PASSED  ] 1 test.', '[  PASSED  ] 41 tests.']), (42, 0))

    def test_node_counts_cancelled_tests_as_failed(self):
        log = ['# tests 5', '# pass 3', '# fail 1', '# cancelled 1', '# skipped 0', '# todo 0']
        self.assertEqual(count(log), (3, 2))

    def test_node_with_the_reporter_of_a_terminal(self):
        self.assertEqual(count(['ℹ tests 4', 'ℹ pass 4', 'ℹ fail 0']), (4, 0))

    def test_unittest_failures_and_errors(self):
        log = ['Ran 9 tests in 0.1s', '', 'FAILED (failures=1, errors=2)']
        self.assertEqual(count(log), (6, 3))

    def test_unittest_does_not_count_skipped_tests(self):
        self.assertEqual(count(['Ran 9 tests in 0.1s', '', 'OK (skipped=2)']), (7, 0))
        self.assertEqual(count(['Ran 9 tests in 0.1s', 'FAILED (failures=1, skipped=2)']), (6, 1))

    def test_our_own_checks(self):
        log = ['check passed: format', 'check failed: net_test ended with 134']
        self.assertEqual(count(log), (1, 1))


if __name__ == '__main__':
    unittest.main()
