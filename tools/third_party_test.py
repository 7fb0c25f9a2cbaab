"""Tests of third_party.py's check: a library without an entry is noticed."""
import unittest

from third_party import missing_entries

PAGE = '''
| openssl | Apache-2.0 | libssl-dev, libssl3 | TLS |
| marked | MIT | 15.0.12 | markdown |
'''


class ThirdParty(unittest.TestCase):
    def test_a_library_without_an_entry(self):
        self.assertEqual(missing_entries(PAGE, ['libicu-dev'], {'dompurify': '3.4.18'}),
                         ['libicu-dev', 'dompurify'])

    def test_a_part_of_a_name_is_no_entry(self):
        self.assertEqual(missing_entries(PAGE, ['ssl-dev'], {}), ['ssl-dev'])

    def test_an_entry_of_another_version(self):
        self.assertEqual(missing_entries(PAGE, [], {'marked': '16.0.0'}), ['marked'])

    def test_all_there(self):
        self.assertEqual(missing_entries(PAGE, ['libssl-dev'], {'marked': '15.0.12'}), [])


if __name__ == '__main__':
    unittest.main()
