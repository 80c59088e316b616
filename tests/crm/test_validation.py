"""Reading typed values: every way in which people write them, and what no rule lets through."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from training_platform.crm.choices import INDUSTRIES
from training_platform.crm.fields import Field, FieldKind
from training_platform.crm.rules import validation
from training_platform.crm.rules.parsing import read_value
from training_platform.crm.rules.validation import RefusedError

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2025, 6, 30, 1, 0, tzinfo=UTC)


def read(kind, given, **known):
    return read_value(Field("Field", kind, **known), given, ZONE)


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        (FieldKind.TEXT, "  两 个  空格 ", "两 个 空格"),
        (FieldKind.MOBILE, "+86 154-0000 1234", "15400001234"),
        (FieldKind.MOBILE, "１５４００００１２３４", "15400001234"),
        (FieldKind.MOBILE, 15400001234.0, "15400001234"),
        (FieldKind.MONEY, "¥12,300.50", Decimal("12300.50")),
        (FieldKind.MONEY, "１２３００元", Decimal("12300.00")),
        (FieldKind.MONEY, 0, Decimal("0.00")),
        (FieldKind.INTEGER, "1,200", 1200),
        (FieldKind.PERCENT, "5%", 5),
        (FieldKind.BOOLEAN, "是", True),
        (FieldKind.BOOLEAN, "", False),
        (FieldKind.DATE, "2024年6月5日", date(2024, 6, 5)),
        (FieldKind.DATE, "2024/6/5", date(2024, 6, 5)),
        (FieldKind.INSTANT, "2024-06-05 10:30", datetime(2024, 6, 5, 2, 30, tzinfo=UTC)),
        (FieldKind.INSTANT, "2024-06-05T10:30", datetime(2024, 6, 5, 2, 30, tzinfo=UTC)),
        (FieldKind.TAGS, "华东，年度维保、华东", ["华东", "年度维保"]),
        (FieldKind.TAGS, "", []),
        (FieldKind.EMAIL, "", None),
    ],
)
def test_people_write_values_in_many_ways(kind, given, value):
    assert read(kind, given) == value


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        (FieldKind.MOBILE, "054-0000-1234", "V02"),
        (FieldKind.MOBILE, "25400001234", "V02"),
        (FieldKind.MOBILE, "无", "V02"),
        (FieldKind.EMAIL, "a@b", "V03"),
        (FieldKind.EMAIL, "a b@c.example", "V03"),
        (FieldKind.MONEY, "12.345", "V00"),
        (FieldKind.MONEY, "NaN", "V00"),
        (FieldKind.MONEY, "1e99", "V00"),
        (FieldKind.INTEGER, "-1", "V00"),
        (FieldKind.PERCENT, "101", "V00"),
        (FieldKind.DATE, "2024-02-31", "V00"),
        (FieldKind.DATE, "05-06-2024", "V00"),
        (FieldKind.DATE, "0001-01-01", "V00"),
        (FieldKind.DATE, "9999-12-31", "V00"),
        (FieldKind.INSTANT, "2024-06-05", "V00"),
        (FieldKind.INSTANT, "0001-01-01T00:00", "V00"),
        (FieldKind.INSTANT, "9999-12-31T23:59", "V00"),
        (FieldKind.BOOLEAN, "maybe", "V00"),
        (FieldKind.TEXT, "a\x00b", "V00"),
        (FieldKind.TEXT, "x" * 201, "V00"),
        (FieldKind.TAGS, "x" * 31, "V00"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_code(kind, given, code):
    with pytest.raises(RefusedError) as refused:
        read(kind, given)

    assert refused.value.fault.code == code


def test_a_list_takes_codes_and_its_own_words():
    assert read(FieldKind.CHOICE, "machinery", choices=INDUSTRIES) == "machinery"
    assert read(FieldKind.CHOICE, "Food and drink", choices=INDUSTRIES) == "food"
    with pytest.raises(RefusedError):
        read(FieldKind.CHOICE, "spaceships", choices=INDUSTRIES)


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (date(2025, 6, 1), False),
        (date(2025, 5, 31), True),
        (date(2024, 6, 30), True),
        (date(2025, 7, 1), False),
    ],
)
def test_a_month_closes_on_the_tenth_of_the_next(day, closed):
    assert validation.is_closed(day, date(2025, 6, 30)) is closed
    assert not validation.is_closed(date(2025, 5, 31), date(2025, 6, 9))


def test_next_follow_up_lies_ahead_to_the_minute():
    for wrong in (NOW, NOW.replace(hour=2, second=30)):
        with pytest.raises(RefusedError) as refused:
            validation.check_next_follow_up("Field", wrong, NOW)
        assert refused.value.fault.code == "V06"
    validation.check_next_follow_up("Field", NOW.replace(minute=1), NOW)


def test_every_rule_says_what_it_asks():
    assert list(validation.RULES) == [f"V{number:02d}" for number in range(1, 18)]
