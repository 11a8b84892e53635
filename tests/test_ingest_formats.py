"""Numbers in the formats of spreadsheets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.workbook.formats import BUILT_IN, shown

ACCOUNTS = '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-'


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (4.5, "0.00", "4.50"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (0.195, "0.0%", "19.5%"),
        (1234.5, '"$"#,##0.00', "$1,234.50"),
        (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
        (-5, '#,##0.00 "€";[Red]-#,##0.00 "€"', "-5.00 €"),
        (-5, "0.0;(0.0)", "(5.0)"),
        (-5, "0.0", "-5.0"),
        (-0.001, "0.00", "0.00"),
        (1234.5, ACCOUNTS, "1,234.50 €"),
        (-1234.5, ACCOUNTS, "-1,234.50 €"),
        (0, ACCOUNTS, "- €"),
        (45415, "dd.mm.yyyy", "03.05.2024"),
        (45415, BUILT_IN[14], "2024-05-03"),
        (45415.75, "d mmmm yyyy h:mm AM/PM", "3 May 2024 6:00 PM"),
        (45415, "[$-409]dddd, mmmm d, yyyy", "Friday, May 3, 2024"),
        (45415.5, "hh:mm:ss", "12:00:00"),
        (1.5, "[h]:mm", "36:00"),
        (0.0625, "mm:ss", "30:00"),
        (1234567, '0.0,,"M"', "1.2M"),
        (12345, "0.00E+00", "1.23E+04"),
        (0.1 + 0.2, "General", "0.3"),
        (12, 'General "kg"', "12 kg"),
        (1234567890123, "General", "1234567890123"),
        (7, "000", "007"),
        (0, '0;-0;"none"', "none"),
        (5, ";;;", ""),
        (0.5, "# ?/?", "0.5"),
        (2125551234, "(000) 000-0000", "(212) 555-1234"),
        (150, '[>=100]"high";[<10]"low";"mid"', "high"),
        (50, '[>=100]"high";[<10]"low";"mid"', "mid"),
        (2.5, "0", "3"),
        (float("inf"), "0", "inf"),
    ],
)
def test_a_number_is_shown_as_its_format_says(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text


def test_a_workbook_may_count_from_1904() -> None:
    assert shown(43953, "yyyy-mm-dd", since_1904=True) == "2024-05-03"


def test_the_first_days_of_1900_are_those_that_excel_counts() -> None:
    assert [shown(day, "yyyy-mm-dd") for day in (1, 61)] == ["1900-01-01", "1900-03-01"]


@settings(max_examples=300, deadline=None)
@given(value=st.floats(), code=st.text(alphabet='0#?.,%;@[]$€-ymdhsAMP/E+"\\_* <>=1aG\n', max_size=25))
def test_no_format_fails(value: float, code: str) -> None:
    assert isinstance(shown(value, code), str)
