from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_platform.assessment.normalize import equal, normalize, parse_number

SAME = [
    ("２４小时", "24小时"),
    ("24 小时", "二十四小时"),
    ("二十四小時", "24小时"),
    ("客戶關係", "客户关系"),
    ("三万五", "35000"),
    ("3.5万", "35000"),
    ("百分之五十", "50%"),
    ("５０％", "50%"),
    ("百分之百", "100%"),
    ("1,200 元", "一千二百元"),
    ("二〇二六年", "2026年"),
    ("Follow-Up", "follow up"),
    ("don’t", "don't"),
    ("两天。", "2天"),
    ("一点五", "1.5"),
    ("负五", "-5"),
]
DIFFERENT = [
    ("24小时", "48小时"),
    ("二十四", "四十八"),
    ("respond within 24 hours", "respond within 48 hours"),
    ("share the list", "do not share the list"),
    ("得转发", "不得转发"),
    ("is not able", "is notable"),
    ("3.5", "35"),
    ("10:30", "1030"),
    ("-5", "5"),
    ("3-5", "35"),
    ("1 000", "1000"),
    ("5%", "5"),
    ("三五天", "三十五天"),
    ("一 3", "13"),
    ("八点三十", "八点三"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_ways_of_writing_the_same_are_equal(first: str, second: str) -> None:
    assert equal(first, second), (normalize(first), normalize(second))


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_what_means_something_else_is_different(first: str, second: str) -> None:
    assert not equal(first, second)


TEXTS = st.text(
    st.sampled_from(
        "0123456789０９ ,.，。-−%％:/abcN不是零〇一二两三四五六七八九十百千万亿点负分之小时時hour'’"
    ),
    max_size=24,
)


@given(TEXTS)
def test_normalizing_again_changes_nothing(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@given(TEXTS, TEXTS)
def test_equality_has_no_direction(first: str, second: str) -> None:
    assert equal(first, second) == equal(second, first)


@given(st.integers(0, 99_999_999))
def test_a_number_in_hanzi_equals_its_digits(number: int) -> None:
    assert normalize(cn2an.an2cn(number)) == str(number)


@given(st.integers(0, 9_999_999), st.integers(0, 9_999_999))
def test_different_numbers_are_never_equal(first: int, second: int) -> None:
    assert equal(cn2an.an2cn(first), str(second)) == (first == second)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("24", "24", ""),
        ("２４ 小时", "24", "小时"),
        ("二十四小时", "24", "小时"),
        ("1,200.50", "1200.50", ""),
        ("¥1,200", "1200", "¥"),
        ("3万", "30000", ""),
        ("两万五千元", "25000", "元"),
        ("-3", "-3", ""),
        (".5", "0.5", ""),
        ("百分之二十", "20", "%"),
        ("20 %", "20", "%"),
        ("1 000", "1000", ""),
        ("24.", "24", ""),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, number: str, unit: str) -> None:
    assert parse_number(text) == (Decimal(number), unit)


@pytest.mark.parametrize(
    "text", ["", "twelve", "24 or 48", "not 24", "3,5", "1e9", "9" * 80, "不是24"]
)
def test_what_is_not_one_number_is_none(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize("text", ["十千万", "一千万万", "万一", "零零百千", "一十百千万亿"])
def test_what_is_no_number_in_hanzi_is_never_a_fault(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)
