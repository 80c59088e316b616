"""Which plain rows pass the filters of a list or report; the counterpart of crm/queries/filters.py.

Filters are data as the pages keep them: {"industry": ["machinery"], "tier": ["vip"], "q": "华东",
"paid_at": {"from": "2025-05-01", "to": "2025-05-31"}, "owner_id": ["1", "none"]}.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from training_platform.core import clock
from training_platform.core.text import fold
from training_platform.crm.fields import CUSTOM_PREFIX, Field, FieldKind
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules.keys import company_key
from training_platform.crm.rules.parsing import read_value
from training_platform.crm.rules.scoring import VISIT_DAYS, score
from training_platform.crm.rules.tiers import tier_of, window_start
from training_platform.crm.rules.validation import RefusedError
from training_platform.crm.values import to_plain
from training_platform.practicals.evidence import Row
from training_platform.practicals.world import Rows

_NUMBERS = frozenset({FieldKind.MONEY, FieldKind.INTEGER, FieldKind.PERCENT})
_RANGES = _NUMBERS | {FieldKind.DATE, FieldKind.INSTANT}
#: "Nothing is entered"; the second for fields whose list has the first as a code.
_EMPTY, _UNSET = "none", "unset"
_DAY_LENGTH = 10
_NOTHING = Decimal(0)
Test = Callable[[Row], bool]


@dataclass(frozen=True)
class Sources:
    """What filters and groupings look up beside the row itself."""

    rows_of: Callable[[str], Rows]
    now: datetime

    def tier_of(self, customer_id: int) -> str:
        """Return the tier of a customer by what was paid in twelve months."""
        return tier_of(self._paid.get(customer_id))

    def grade_of(self, lead: Row) -> str:
        """Return whether a lead is hot, warm or cold."""
        key, mobile = company_key(lead["company"] or ""), lead["mobile"]
        firms = {*self._firms["key", key], *self._firms["mobile", mobile]} if key or mobile else ()
        return score(lead, sum(self._visits[firm] for firm in firms)).grade

    @cached_property
    def _paid(self) -> Mapping[int, Decimal]:
        after, until = to_plain(window_start(self.now)), to_plain(self.now)
        paid: dict[int, Decimal] = {}
        for row in self.rows_of("order").values():
            if row["paid_at"] and after < row["paid_at"] <= until and row["status"] != "canceled":
                net = Decimal(row["amount"]) - Decimal(row["refunded_amount"] or 0)
                paid[row["customer_id"]] = paid.get(row["customer_id"], _NOTHING) + net
        return paid

    @cached_property
    def _visits(self) -> Counter[int]:
        since, until = to_plain(self.now - timedelta(days=VISIT_DAYS)), to_plain(self.now)
        return Counter(
            row["customer_id"]
            for row in self.rows_of("web_visit").values()
            if since <= row["visited_at"] <= until
        )

    @cached_property
    def _firms(self) -> "_Firms":
        return _Firms(self.rows_of("customer"))


class _Firms(dict[tuple[str, str], list[int]]):
    """Customers by the key of their name and by their mobile number; nobody has an empty one."""

    def __init__(self, rows: Rows) -> None:
        for number, row in rows.items():
            for sort, value in (("key", company_key(row["name"])), ("mobile", row["mobile"])):
                if value:
                    self.setdefault((sort, value), []).append(number)

    def __missing__(self, _key: tuple[str, str]) -> list[int]:
        return []


class Sieve:
    """The filters of one report, made ready once for many rows."""

    def __init__(self, entity: str, filters: Mapping[str, Any], sources: Sources) -> None:
        """Take filters; those that name nothing known ask nothing."""
        self._entity, self._sources = ENTITIES[entity], sources
        self._tests = [
            test for name, wanted in filters.items() if (test := self._test(name, wanted))
        ]

    def passes(self, row: Row) -> bool:
        """Tell whether a row passes every filter."""
        return all(test(row) for test in self._tests)

    def _test(self, name: str, wanted: Any) -> Test | None:
        if name == "q":
            names, text = self._entity.model.search_fields, fold(str(wanted))
            return lambda row: text in fold(" ".join(str(row[n]) for n in names if row[n]))
        if grade := self._grades.get((self._entity.name, name)):
            return lambda row: grade(row) in wanted
        if name.startswith(CUSTOM_PREFIX) and "custom" in self._entity.fields:
            return _own_field(name.removeprefix(CUSTOM_PREFIX), [str(each) for each in wanted])
        known = self._entity.fields.get(name)
        return None if known is None else _on_field(name, known, wanted)

    @cached_property
    def _grades(self) -> Mapping[tuple[str, str], Callable[[Row], str]]:
        """Return the computed columns that can be filtered."""
        return {
            ("customer", "tier"): lambda row: self._sources.tier_of(row["id"]),
            ("lead", "score"): self._sources.grade_of,
        }


def _on_field(name: str, known: Field, wanted: Any) -> Test:
    if isinstance(wanted, Mapping):
        return _between(name, known, wanted)
    return _one_of(name, known, [str(each) for each in wanted])


def _own_field(key: str, texts: list[str]) -> Test:
    def test(row: Row) -> bool:
        value = (row.get("custom") or {}).get(key)
        return _EMPTY in texts if value is None else str(value) in set(texts) - {_EMPTY}

    return test


def _one_of(name: str, known: Field, texts: list[str]) -> Test:
    empty = _UNSET if _EMPTY in (known.choices or {}) else _EMPTY
    if known.kind is FieldKind.TAGS:
        return lambda row: any(tag in (row.get(name) or ()) for tag in texts)
    if known.kind is FieldKind.BOOLEAN:
        values: set[Any] = {text in {"1", "true", "True"} for text in texts if text != empty}
    elif known.kind is FieldKind.REFERENCE:
        values = {int(text) for text in texts if text.isascii() and text.isdigit()}
    else:
        values = set() if known.kind in _RANGES else set(texts) - {empty}
    wanted = values | ({None} if empty in texts else set())
    return lambda row: row.get(name) in wanted


def _between(name: str, known: Field, ends: Mapping[str, Any]) -> Test:
    least, most = _end(known, ends.get("from")), _end(known, ends.get("to"))
    is_day = known.kind is FieldKind.INSTANT and len(str(ends.get("to"))) <= _DAY_LENGTH
    below = most if most is None or not is_day else to_plain(_instant(most) + timedelta(days=1))

    def test(row: Row) -> bool:
        value = row.get(name)
        if value is None or (least is None and below is None):
            return least is None and below is None
        found = Decimal(str(value)) if known.kind in _NUMBERS else value
        is_below = below is None or (found < below if is_day else found <= below)
        return (least is None or found >= least) and is_below

    return test


def _end(known: Field, text: Any) -> Any:
    """Return one end of a range as rows are compared with it; what cannot be read is no end."""
    if not text:
        return None
    zone = clock.company_zone()
    try:
        if known.kind is FieldKind.INSTANT and len(str(text)) <= _DAY_LENGTH:
            day = date.fromisoformat(str(text))
            return to_plain(datetime.combine(day, time.min, tzinfo=zone))
        found = read_value(known, str(text), zone)
    except (RefusedError, ValueError, OverflowError):
        return None
    return Decimal(found) if known.kind in _NUMBERS else to_plain(found)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
