"""What the page of each metric shows: figures, charts and tables, in the page's language."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for
from sqlalchemy import select

from training_platform.core.i18n import format_money, language, translate
from training_platform.crm.choices import REGIONS
from training_platform.crm.desk import Desk
from training_platform.crm.metrics import periods
from training_platform.crm.metrics.shapes import Span
from training_platform.crm.metrics.sql import SqlSource
from training_platform.crm.models import Seller
from training_platform.crm.queries.filters import EMPTY
from training_platform.crm.queries.names import names_of
from training_platform.crm.queries.report_groups import NOTHING
from training_platform.crm.queries.reports import ReportTable, owners_within_reach, period_days
from training_platform.crm.queries.sellers import shown_name
from training_platform.crm.rules.reports import MONTH

MOST_ROWS = 50
#: Amounts from here on are drawn in large units.
LARGE_FROM = 100_000


@dataclass(frozen=True)
class Link:
    """A cell that leads somewhere."""

    text: str
    href: str


@dataclass(frozen=True)
class Table:
    """A table: columns are (label, is number); the first cell of a row names it."""

    caption: str
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[Any]]
    #: How many rows there are, where not all are shown.
    total: int | None = None
    #: The sums below the rows, as long as a row; empty where sums mean nothing.
    foot: Sequence[Any] = ()


@dataclass(frozen=True)
class Chart:
    """A chart: bars or line over (label, value, note)."""

    kind: str
    label: str
    points: Sequence[tuple[str, float | None, str]]
    unit: str = ""
    digits: int = 0
    target: float | None = None
    #: What the mark at the target is, where it is none.
    mark: str | None = None
    #: How many of the last points of a line have not come yet.
    expected: int = 0

    @property
    def top(self) -> float:
        """Return the end of the scale, a round number above every value."""
        most = max([*(point[1] or 0 for point in self.points), self.target or 0, 1])
        if self.unit == "%":
            return max(100, most)
        size = 10 ** (len(str(int(most))) - 1)
        return float(-(-most // (size / 2)) * size / 2)


@dataclass(frozen=True)
class Shown:
    """A page of a metric."""

    figures: Sequence[tuple[str, Any, Any]] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()


@dataclass
class Page:
    """What the builder of a page works with: the desk, the figures' source, the period, names."""

    desk: Desk
    first: date
    after: date
    #: RFM by fifths of the customers instead of the printed limits.
    by_fifths: bool = False
    source: SqlSource = field(init=False)
    sellers: Mapping[int, Seller] = field(init=False)

    def __post_init__(self) -> None:
        """Ask for what every page needs."""
        self.source = SqlSource(self.desk, owners_within_reach(self.desk))
        found = self.desk.session.scalars(select(Seller).order_by(Seller.id))
        self.sellers = {seller.id: seller for seller in found}

    @property
    def span(self) -> Span:
        """Return the period as instants."""
        return periods.span_of(self.first, self.after)

    @property
    def months(self) -> list[date]:
        """Return the months of the period."""
        return periods.months_in(self.first, self.after)

    def seller(self, ident: int | None) -> str:
        """Return a seller's name, with the team."""
        seller = self.sellers.get(ident or 0)
        if seller is None:
            return translate(NOTHING)
        return f"{shown_name(seller)} · {translate(REGIONS[seller.team])}"

    def members(self, team: str) -> str:
        """Return the sellers of a team as lists are filtered by them; nobody for no team."""
        found = [str(ident) for ident, seller in self.sellers.items() if seller.team == team]
        return ",".join(found) or EMPTY

    def customers(self, idents: Iterable[int]) -> Callable[[int], Link]:
        """Return a function that names these customers, each a link to its page."""
        names = names_of(self.desk, {"customer": list(idents)})

        def link(ident: int) -> Link:
            return Link(names.of("customer", ident) or f"#{ident}", self.record("customer", ident))

        return link

    def record(self, entity: str, ident: int) -> str:
        """Return the address of a record."""
        return url_for(
            "crm.record", workspace_id=self.desk.workspace.id, entity=entity, item_id=ident
        )

    def rows_of(self, entity: str, **filters: Any) -> str:
        """Return the address of a list with filters."""
        return url_for(
            "crm.records", workspace_id=self.desk.workspace.id, entity=entity, view="all", **filters
        )


def page_of(desk: Desk, period: str, *, by_fifths: bool = False) -> Page:
    """Return the page for a period such as last_12 or 2025-06; this month where it is unknown."""
    days = period_days(desk, period) or period_days(desk, "this_month")
    assert days is not None  # noqa: S101  # this_month is known
    return Page(desk, *days, by_fifths=by_fifths)


def team_name(code: str) -> str:
    """Return a team's name; nobody's is said to be none."""
    return translate(REGIONS.get(code, NOTHING))


def report_chart(table: ReportTable, label: str, *, is_money: bool) -> Chart:
    """Return the rows of a report as a chart; large amounts in large units, as axes are narrow."""
    points, unit = table.points(), ""
    if is_money and max([0, *(point[1] or 0 for point in points)]) >= LARGE_FROM:
        unit = large_unit()
        points = [
            (text, value if value is None else large(Decimal(str(value))), note)
            for text, value, note in points
        ]
    if table.rows is not None and table.rows.name == MONTH:
        points = [(_short_month(text), value, note) for text, value, note in points]
    kind = "line" if table.definition.chart == "line" and not table.columns else "bars"
    return Chart(kind, label, points, unit, 1 if unit else 0)


def _short_month(text: str) -> str:
    """Return a month without its century; others, such as none at all, as they are."""
    return text[2:] if text[:4].isdigit() else text


def money(value: Decimal | None) -> str:
    """Return an amount as people read it."""
    return format_money(value) if value is not None else "–"


def whole(value: Decimal) -> str:
    """Return a large amount without its fen."""
    return f"¥{value:,.0f}"


def large(value: Decimal) -> float:
    """Return an amount as charts write it: in 万 in Chinese, in thousands in English."""
    return float(value) / (10_000 if language() == "zh" else 1_000)


def large_unit() -> str:
    """Return the unit of large()."""
    return "万元" if language() == "zh" else "k"


def share(value: Decimal | None) -> str:
    """Return a percentage as people read it."""
    return f"{value} %" if value is not None else "–"


def plain(value: Any) -> str:
    """Return a figure; a dash for none."""
    return "–" if value is None else str(value)


def plotted(value: Decimal | None) -> float | None:
    """Return a figure as charts draw it; what could not be counted stays open."""
    return None if value is None else float(value)
