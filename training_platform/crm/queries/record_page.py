"""What the page of one record shows: details, related records, its timeline, its history."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from training_platform.core.i18n import format_datetime, translate
from training_platform.core.text import like_pattern
from training_platform.crm import cells
from training_platform.crm.cells import Cell
from training_platform.crm.choices import RETENTION_STATES
from training_platform.crm.desk import Desk
from training_platform.crm.fields import CUSTOM_PREFIX, Field, FieldKind
from training_platform.crm.models import Activity, CrmEvent, Layered, StageChange
from training_platform.crm.queries.lists import Row, derived_of, rows_of, title_text
from training_platform.crm.queries.names import Names, names_for, names_of
from training_platform.crm.queries.sellers import within_reach
from training_platform.crm.queries.workspaces import LOOKS
from training_platform.crm.registry import ENTITIES, Entity, entity_of
from training_platform.crm.services.checking import custom_fields
from training_platform.crm.services.retention import PERSONAL
from training_platform.crm.values import from_plain

SHOWN_RELATED = 5
SHOWN_MOMENTS = 20
#: Related records in the order in which people look for them; the others follow.
FIRST_RELATED = ("contact", "opportunity", "ticket", "quote", "contract", "order", "payment")
#: A quote shows its lines with their sums already.
_SHOWN_ABOVE = frozenset({("quote", "quote_line")})
#: Fields that the highlight bar or the slots show already.
_ELSEWHERE = frozenset({"custom", "tags", "score"})


@dataclass(frozen=True)
class Detail:
    """One field of the record's page."""

    name: str
    cell: Cell
    is_editable: bool
    #: How a number was typed that is stored in its normal form (V02).
    typed: str = ""


@dataclass(frozen=True)
class Related:
    """The records of another entity that refer to this one."""

    entity: Entity
    field: str
    rows: Sequence[Row]
    has_more: bool


@dataclass(frozen=True)
class Moment:
    """Something that happened with the record."""

    at: datetime
    title: str
    icon: str
    text: str = ""
    who: str = ""
    quote: str = ""
    link: tuple[str, int] | None = None
    tone: str | None = None


@dataclass(frozen=True)
class Change:
    """One field before and after an act of the trainee."""

    event: CrmEvent
    fields: Sequence[tuple[str, str, str]] = field(default_factory=tuple)


def details_of(desk: Desk, record: Layered) -> tuple[list[Detail], Names]:
    """Return the fields of a record with their values, and the names of what it refers to."""
    entity = entity_of(type(record))
    names = names_for(desk, entity, [record])
    typed = _typed_numbers(desk, record)
    derived = [name for name in cells.DERIVED.get(entity.name, {}) if name not in _ELSEWHERE]
    computed = derived_of(desk, entity, [record.id], derived)
    found = [
        Detail(name, cells.cell(desk, record, name, names, computed[name][record.id]), False)
        for name in derived
    ]
    for name, known in entity.fields.items():
        if name in _ELSEWHERE or known.kind is FieldKind.JSON:
            continue
        value = getattr(record, name)
        if known.is_read_only and value in (None, "", False):
            continue
        shown = cells.cell(desk, record, name, names)
        as_typed = "" if shown.is_masked else typed.get(name, "")
        found.append(Detail(name, shown, name in entity.editable, as_typed))
    return found, names


def _typed_numbers(desk: Desk, record: Layered) -> dict[str, str]:
    """V02: return how the numbers of a record were typed; only of those that still stand there."""
    kinds = {known.kind for known in entity_of(type(record)).fields.values()}
    if FieldKind.MOBILE not in kinds:
        return {}
    found: dict[str, str] = {}
    for event in reversed(_events(desk, record, 200)):
        found = {name: text for name, text in found.items() if name not in event.changes}
        found |= event.context.get("typed") or {}
    return found


def current_values(desk: Desk, record: Layered) -> list[tuple[str, str]]:
    """Return a record's fields as (label, text), for whoever worked on an older version."""
    details, _names = details_of(desk, record)
    return [(translate(each.cell.label), each.cell.text) for each in details if each.cell.text]


def custom_of(desk: Desk, record: Layered) -> list[tuple[str, str, str]]:
    """Return the own fields of a record as (key, label, value)."""
    entity = entity_of(type(record))
    if "custom" not in entity.fields:
        return []
    values: Mapping[str, Any] = record.custom or {}  # type: ignore[attr-defined]
    return [
        (CUSTOM_PREFIX + key, known.label, str(values.get(key, "")))
        for key, known in custom_fields(desk, entity.name).items()
    ]


def related_of(desk: Desk, record: Layered) -> list[Related]:
    """Return what refers to a record, entity by entity, the newest first."""
    target = entity_of(type(record))
    pairs = [
        (entity, name)
        for entity in ENTITIES.values()
        for name, known in entity.fields.items()
        if known.refers_to == target.name
        and entity.model is not Activity
        and (target.name, entity.name) not in _SHOWN_ABOVE
    ]
    if target.name == "seller":
        pairs = []
    found = [_related(desk, entity, name, record.id) for entity, name in pairs]
    order = {name: position for position, name in enumerate(FIRST_RELATED)}
    filled = [each for each in found if each.rows or each.entity.name in _always(target)]
    return sorted(filled, key=lambda each: order.get(each.entity.name, len(order)))


def _always(target: Entity) -> frozenset[str]:
    """Return the entities whose list stands there even while it is empty, to add the first."""
    if target.name == "customer":
        return frozenset({"contact", "opportunity", "ticket"})
    return frozenset({"quote", "contract"}) if target.name == "opportunity" else frozenset()


def _related(desk: Desk, entity: Entity, name: str, record_id: int) -> Related:
    model: Any = entity.model
    rows = desk.session.scalars(
        select(model)
        .where(getattr(model, name) == record_id, within_reach(desk, model))
        .order_by(model.id.desc())
        .limit(SHOWN_RELATED + 1)
    ).all()
    columns = [each for each in entity.columns if each != name][:5]
    shown = rows_of(desk, entity, columns, rows[:SHOWN_RELATED])
    return Related(entity, name, shown, len(rows) > SHOWN_RELATED)


def moments_of(desk: Desk, record: Layered, *, is_whole: bool) -> tuple[list[Moment], bool]:
    """Return what happened with a record, the newest first, and whether there is more."""
    most = 500 if is_whole else SHOWN_MOMENTS
    found = [*_activities(desk, record, most + 1), *_own_acts(desk, record, most + 1)]
    found += _stage_changes(desk, record)
    found.sort(key=lambda each: each.at, reverse=True)
    return found[:most], len(found) > most


def by_month(moments: Sequence[Moment]) -> dict[str, list[Moment]]:
    """Return moments under the month in which they happened, the order kept."""
    found: dict[str, list[Moment]] = defaultdict(list)
    for moment in moments:
        found[format_datetime(moment.at)[:7]].append(moment)
    return found


def _activities(desk: Desk, record: Layered, most: int) -> list[Moment]:
    column = getattr(Activity, f"{type(record).entity}_id", None)
    if column is None:
        return []
    rows = desk.session.scalars(
        select(Activity)
        .where(column == record.id, Activity.done_at.is_not(None))
        .order_by(Activity.done_at.desc(), Activity.id.desc())
        .limit(most)
    ).all()
    names = names_for(desk, ENTITIES["activity"], rows, ["owner_id", "contact_id"])
    methods = ENTITIES["activity"].fields["method"]
    return [
        Moment(
            row.done_at or row.created_at,
            f"{cells.plain(methods, row.method)} · {row.subject}",
            ACTIVITY_ICONS.get(row.method, "phone"),
            text=row.summary or "",
            who=_who(names, row),
            quote=row.reaction or "",
            link=("activity", row.id),
        )
        for row in rows
    ]


def _who(names: Names, row: Activity) -> str:
    parts = (names.of("seller", row.owner_id), names.of("contact", row.contact_id))
    return " · ".join(part for part in parts if part)


def _own_acts(desk: Desk, record: Layered, most: int) -> list[Moment]:
    """Return the trainee's acts that are more than a change of fields (merge, claim, stage …)."""
    from training_platform.crm import texts  # noqa: PLC0415  # reads the registry

    rows = _events(desk, record, most)
    plain = {"update", "create", "stage_change"}
    return [
        Moment(row.virtual_at, texts.act_line(row), texts.act_icon(row), tone="accent")
        for row in rows
        if row.act not in plain
    ]


def _stage_changes(desk: Desk, record: Layered) -> list[Moment]:
    if type(record).entity != "opportunity":
        return []
    rows = desk.session.scalars(
        select(StageChange)
        .where(StageChange.opportunity_id == record.id)
        .order_by(StageChange.entered_at)
    ).all()
    stages = ENTITIES["stage_change"].fields["to_stage"]
    names = names_of(desk, {"seller": [row.seller_id for row in rows if row.seller_id]})
    return [
        Moment(
            row.entered_at,
            translate(ENTERED, stage=cells.plain(stages, row.to_stage)),
            "flag",
            text=row.evidence or row.reason or "",
            who=names.of("seller", row.seller_id),
            tone={"won": "ok", "lost": "bad"}.get(row.to_stage),
        )
        for row in rows
    ]


def history_of(desk: Desk, record: Layered) -> list[Change]:
    """Return what the trainee changed in a record's fields, the newest act first."""
    entity = entity_of(type(record))
    changes = []
    rows = _events(desk, record, 200)
    names = names_of(desk, _referred(entity, rows))
    blanked = next((row for row in rows if row.act == "anonymize"), None)
    is_own = cells.is_own(desk, record, names_for(desk, entity, [record], ["customer_id"]))
    for row in rows:
        is_blank = blanked is not None and row.seq <= blanked.seq
        hidden = PERSONAL.get(entity.name, frozenset()) if is_blank else frozenset()
        shown = [
            _hidden_change(entity.fields[name], pair)
            if name in hidden
            else _shown_change(entity, names, name, pair, is_own=is_own)
            for name, pair in row.changes.items()
            if name in entity.fields
        ]
        changes.append(Change(row, shown))
    return changes


def _referred(entity: Entity, rows: Sequence[CrmEvent]) -> dict[str, set[int]]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        for name, pair in row.changes.items():
            known = entity.fields.get(name)
            if known is not None and known.kind is FieldKind.REFERENCE and known.refers_to:
                wanted[known.refers_to] |= {value for value in pair if isinstance(value, int)}
    return wanted


def _hidden_change(known: Field, pair: Sequence[Any]) -> tuple[str, str, str]:
    gone = translate(RETENTION_STATES["anonymized"])
    before, after = (gone if value else "" for value in pair)
    return known.label, before, after


def _shown_change(
    entity: Entity, names: Names, name: str, pair: Sequence[Any], *, is_own: bool
) -> tuple[str, str, str]:
    known = entity.fields[name]
    before, after = (
        cells.mask(known, str(value))
        if known.is_masked and value and not is_own
        else cells.plain(known, from_plain(value, known.kind), names)
        for value in pair
    )
    return known.label, before, after


def _events(desk: Desk, record: Layered, most: int) -> Sequence[CrmEvent]:
    return desk.session.scalars(
        select(CrmEvent)
        .where(
            CrmEvent.layer_id == desk.layer.id,
            CrmEvent.entity == type(record).entity,
            CrmEvent.record_id == record.id,
            CrmEvent.act.not_in(LOOKS),
        )
        .order_by(CrmEvent.seq.desc())
        .limit(most)
    ).all()


def suggest(desk: Desk, entity: Entity, text: str, most: int = 12) -> list[str]:
    """Return records to refer to, as a reference field takes them: #12 and the name."""
    model: Any = entity.model
    words = text.split(maxsplit=1)[-1] if text.startswith("#") else text
    if not words.strip():
        return []
    rows = desk.session.scalars(
        select(model)
        .where(
            within_reach(desk, model),
            or_(model.folded.like(like_pattern(words), escape="\\")),
        )
        .order_by(model.id)
        .limit(most)
    ).all()
    names = names_for(desk, entity, rows, entity.named_by)
    return [f"#{row.id} {title_text(entity, row, names)}" for row in rows]


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


ENTERED = _("Entered the stage %(stage)s")
ACTIVITY_ICONS = {
    "call": "phone",
    "visit": "map-pin",
    "online_meeting": "video",
    "email": "mail",
    "wechat": "brand-wechat",
    "task": "checklist",
}
