"""The check of a report: what was saved is run again, and its numbers are compared. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from training_platform.crm.dataset import files
from training_platform.crm.fields import FieldKind
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules.reports import Definition, read_definition
from training_platform.practicals import schemas
from training_platform.practicals.checks.findings import Finding, Gap, all_or_nothing
from training_platform.practicals.evidence import Row
from training_platform.practicals.reporting import Place, Reporter, Table, folded
from training_platform.practicals.selecting import resolve
from training_platform.practicals.world import World

_ZERO, _EPSILON = Decimal(0), Decimal("0.01")
_TIMES = frozenset({FieldKind.INSTANT, FieldKind.DATE})


@dataclass(frozen=True)
class _Saved:
    """A report of the attempt, with the parts of it that agree with the key."""

    definition: Definition
    reporter: Reporter
    table: Table
    right: frozenset[str]
    is_whole: bool = False


def report_result(check: schemas.ReportIs, world: World) -> Finding:
    """Compare the report that comes nearest to the key: its whole table, or parts of it.

    A part (period, filters, groups, measure) is right where the key's report with this part of the
    trainee's gives the key's numbers: so a wrong period costs the period alone.
    """
    wanted = read_definition(resolve(check.definition, world.evidence))
    if wanted is None:
        raise ValueError(f"{check.id}: no report can be made of {check.definition}")
    limit = _EPSILON if check.within is None else check.within
    saved = [_judged(row, wanted, world, limit) for row in _reports(world)]
    if not saved:
        return Finding(Fraction(0), 0, None, values={"reports": 0})
    nearest = max(saved, key=lambda each: (each.is_whole, len(each.right)))
    key = folded(nearest.reporter.run(wanted))
    return all_or_nothing(
        holds=nearest.is_whole or (bool(check.parts) and nearest.right.issuperset(check.parts)),
        seen=_total(nearest.table),
        wanted=_total(key),
        gaps=tuple(_gaps(nearest.table, key, world, limit)),
        values={"reports": len(saved), **_said(nearest.definition)},
    )


def _reports(world: World) -> list[Row]:
    """Return the reports that were saved or changed in the attempt, the last one first."""
    before = world.before("saved_report")
    rows = [row for number, row in world.after("saved_report").items() if row != before.get(number)]
    return sorted(rows, key=lambda row: (row["last_run_at"] or "", row["id"]), reverse=True)


def _judged(row: Row, wanted: Definition, world: World, limit: Decimal) -> _Saved:
    saved_at = row["last_run_at"] or files.read_header().now
    reporter = Reporter(world.after, row["seller_id"], datetime.fromisoformat(saved_at))
    mine = read_definition(row["definition"])
    if mine is None:
        return _Saved(wanted, reporter, {}, frozenset())
    key, table = folded(reporter.run(wanted)), folded(reporter.run(mine))
    if _agree(table, key, limit):
        return _Saved(mine, reporter, table, frozenset(), is_whole=True)
    right = frozenset(
        part
        for part, mixed in _mixed(wanted, mine).items()
        if _agree(folded(reporter.run(mixed)), key, limit)
    )
    return _Saved(mine, reporter, table, right)


def _mixed(wanted: Definition, mine: Definition) -> Mapping[str, Definition]:
    """Return the key's report with one part of the trainee's, by part; none of other records."""
    if mine.entity != wanted.entity:
        return {}
    times = {name: each for name, each in mine.filters.items() if _is_time(mine.entity, name)}
    others = {name: each for name, each in mine.filters.items() if name not in times}
    own_times = {n: each for n, each in wanted.filters.items() if _is_time(mine.entity, n)}
    own = {name: each for name, each in wanted.filters.items() if name not in own_times}
    period = replace(wanted, period_field=mine.period_field, period=mine.period)
    return {
        "period": replace(period, filters={**own, **times}),
        "filters": replace(wanted, filters={**own_times, **others}),
        "groups": replace(wanted, groups=mine.groups),
        "measure": replace(wanted, measure=mine.measure, measure_field=mine.measure_field),
    }


def _is_time(entity: str, name: str) -> bool:
    known = ENTITIES[entity].fields.get(name)
    return known is not None and known.kind in _TIMES


def _agree(mine: Table, key: Table, limit: Decimal) -> bool:
    return not any(_differing(mine, key, limit))


def _differing(mine: Table, key: Table, limit: Decimal) -> Iterator[Place]:
    """Yield the cells that differ; one that is not there is as good as zero."""
    for place in {*mine, *key}:
        if abs(mine.get(place, _ZERO) - key.get(place, _ZERO)) > limit:
            yield place


def _gaps(mine: Table, key: Table, world: World, limit: Decimal) -> Iterator[Gap]:
    places = {_named(place, world): place for place in _differing(mine, key, limit)}
    for name, place in sorted(places.items()):
        yield Gap(None, name, _text(mine.get(place)), _text(key.get(place)))


def _named(place: Place, world: World) -> str:
    """Return a cell's place in words: month, names of sellers, codes of lists."""
    sellers = world.after("seller")
    parts = [
        str(sellers[value]["name"]) if name == "owner_id" and value in sellers else str(value)
        for name, value in sorted(place, key=lambda pair: pair[0])
    ]
    return " · ".join(parts)


def _total(table: Table) -> str:
    return _text(sum(table.values(), _ZERO)) or ""


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else f"{figure.normalize():f}"


def _said(definition: Definition) -> dict[str, Any]:
    """Return what a check's own sentence may name of the report."""
    return {
        "entity": definition.entity,
        "period_field": definition.period_field,
        "period": definition.period,
        "groups": ", ".join(definition.groups),
        "measure": f"{definition.measure} {definition.measure_field}".strip(),
    }
