"""One page of a list: view, filters, columns and order, as its address says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, and_, case, func, nulls_last, select, true
from werkzeug.datastructures import MultiDict

from training_platform.core.i18n import translate
from training_platform.core.tables import Page, page_number
from training_platform.core.text import whole_number
from training_platform.crm import cells
from training_platform.crm.cells import Cell
from training_platform.crm.desk import Desk
from training_platform.crm.fields import CUSTOM_PREFIX, Field, FieldKind
from training_platform.crm.models import Layered, SavedView
from training_platform.crm.queries import filters as filtering
from training_platform.crm.queries.names import Names, names_for
from training_platform.crm.queries.scores import scores, scores_of
from training_platform.crm.queries.sellers import within_reach
from training_platform.crm.queries.tiers import open_amounts_of, paid_of, tier_column
from training_platform.crm.queries.views import View, views_of
from training_platform.crm.registry import Entity
from training_platform.crm.rules.tiers import tier_of
from training_platform.crm.services.checking import custom_fields

PER_PAGE = 50
SAVED = "saved-"
MOST_COLUMNS = 14
_UNSORTED = frozenset({FieldKind.TAGS, FieldKind.CUSTOM, FieldKind.JSON, FieldKind.LONG_TEXT})


@dataclass(frozen=True)
class ListState:
    """What a list shows: read from its address, and written back to it."""

    entity: Entity
    view: str
    filters: filtering.Filters = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    order: str = ""

    def arguments(self) -> dict[str, str]:
        """Return the values of the list's address."""
        found = {"view": self.view, **filtering.to_arguments(self.filters)}
        if self.columns and self.columns != self.entity.columns:
            found["columns"] = ",".join(self.columns)
        if self.order:
            found["sort"] = self.order
        return found

    def without(self, name: str) -> "ListState":
        """Return the list without one filter."""
        return replace(self, filters={k: v for k, v in self.filters.items() if k != name})

    def sorted_by(self, name: str) -> "ListState":
        """Return the list ordered by a column; a second time, the other way round."""
        return replace(self, order=f"-{name}" if self.order == name else name)


@dataclass(frozen=True)
class Row:
    """A record with its cells, in the order of the columns."""

    record: Layered
    title: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class ListPage(Page[Row]):
    """One page of a list; the addresses of the others keep view, filters, columns and order."""

    state: ListState | None = None
    workspace_id: int = 0

    def url_for(self, number: int) -> str:
        """Return the address of another page of this list."""
        assert self.state is not None  # noqa: S101  # for the type checker
        return url_for(
            "crm.records",
            workspace_id=self.workspace_id,
            entity=self.state.entity.name,
            page=number,
            **self.state.arguments(),  # type: ignore[arg-type]
        )


def read_state(desk: Desk, entity: Entity, arguments: MultiDict[str, str]) -> ListState:
    """Return the list that an address names; what it does not know, it leaves out.

    A saved view gives its filters, columns and order; the address changes them.
    """
    given = {name: arguments.getlist(name) for name in arguments}
    view = arguments.get("view", "")
    saved = saved_view(desk, entity, view)
    base = saved.definition if saved else {}
    known = {each.key for each in views_of(entity, desk.seller.role)}
    if saved is None and view not in known:
        view = views_of(entity, desk.seller.role)[0].key
    found = filtering.read_filters(entity, given)
    if saved is not None and not found and "filters" not in arguments:
        found = dict(base.get("filters", {}))
    columns = _columns(desk, entity, given.get("columns", [])) or _columns(
        desk, entity, [",".join(base.get("columns", []))]
    )
    order = arguments.get("sort", "") or base.get("order", "")
    return ListState(
        entity, view, found, columns or entity.columns, order if _may_sort(entity, order) else ""
    )


def saved_view(desk: Desk, entity: Entity, key: str) -> SavedView | None:
    """Return the saved view that a key names; None for others."""
    number = whole_number(key.removeprefix(SAVED))
    if not key.startswith(SAVED) or number is None:
        return None
    return desk.session.scalar(
        select(SavedView).where(
            SavedView.id == number,
            SavedView.about == entity.name,
            SavedView.seller_id == desk.seller.id,
        )
    )


def saved_views(desk: Desk, entity: Entity) -> Sequence[SavedView]:
    """Return the views of this list that the seller has saved."""
    return desk.session.scalars(
        select(SavedView)
        .where(SavedView.about == entity.name, SavedView.seller_id == desk.seller.id)
        .order_by(SavedView.id)
    ).all()


def conditions(desk: Desk, state: ListState) -> list[ColumnElement[bool]]:
    """Return what the records of a list fulfil; exports take the same ones."""
    entity = state.entity
    return [
        within_reach(desk, entity.model),
        *_view(desk, state).conditions(desk),
        *filtering.conditions(desk, entity, state.filters),
    ]


def statement(desk: Desk, state: ListState) -> Select[Any]:
    """Return the select of a list's records, in its order."""
    model: Any = state.entity.model
    found = select(model).where(*conditions(desk, state))
    order = state.order or _view(desk, state).order or state.entity.order
    name = order.removeprefix("-")
    column: Any
    if name == "tier":
        paid, _tier = tier_column(desk)
        found = found.outerjoin(paid, paid.c.customer_id == model.id)
        column = func.coalesce(paid.c.paid, 0)
    elif name == "score":
        scored = scores(desk).subquery()
        found = found.join(scored, scored.c.lead_id == model.id)
        column = scored.c.score
    else:
        column = getattr(model, name)
    ordered = column.desc() if order.startswith("-") else column.asc()
    return found.order_by(nulls_last(ordered), model.id.desc())


def page_of(desk: Desk, state: ListState, number: int | None = None) -> ListPage:
    """Return a page of a list: the one that the address asks for, or a numbered one."""
    model: Any = state.entity.model
    count = select(func.count(model.id)).where(*conditions(desk, state))
    total = desk.session.scalar(count) or 0
    pages = max(1, -(-total // PER_PAGE))
    number = min(number or page_number(), pages)
    rows = desk.session.scalars(
        statement(desk, state).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    ).all()
    return ListPage(
        rows_of(desk, state.entity, state.columns, rows),
        number,
        PER_PAGE,
        total,
        state=state,
        workspace_id=desk.workspace.id,
    )


def rows_of(
    desk: Desk, entity: Entity, columns: Sequence[str], found: Sequence[Layered]
) -> list[Row]:
    """Return records with their cells: names and computed values come in one statement each."""
    owners = ("customer_id", "owner_id")
    naming = (entity.model.title_field, *entity.named_by)
    names = names_for(desk, entity, found, {*columns, *owners, *naming})
    computed = derived_of(desk, entity, [record.id for record in found], columns)
    return [
        Row(
            record,
            title_text(entity, record, names),
            [
                cells.cell(desk, record, name, names, computed.get(name, {}).get(record.id))
                for name in columns
                if name != entity.model.title_field
            ],
        )
        for record in found
    ]


def derived_of(
    desk: Desk, entity: Entity, ids: Sequence[int], columns: Sequence[str]
) -> Mapping[str, Mapping[int, Any]]:
    """Return the computed columns that are wanted, by name and id."""
    wanted = set(columns) & set(cells.DERIVED.get(entity.name, {}))
    found: dict[str, Mapping[int, Any]] = {}
    if wanted & {"tier", "paid_amount"}:
        paid = paid_of(desk, ids)
        found["tier"] = {ident: tier_of(paid.get(ident)) for ident in ids}
        found["paid_amount"] = {ident: paid.get(ident, Decimal("0.00")) for ident in ids}
    if "score" in wanted:
        found["score"] = {ident: score.total for ident, score in scores_of(desk, ids).items()}
    if "open_amount" in wanted:
        amounts = open_amounts_of(desk, ids)
        found["open_amount"] = {ident: amounts.get(ident, Decimal("0.00")) for ident in ids}
    return found


def title_text(entity: Entity, record: Layered, names: Names) -> str:
    """Return what a record is called in a list or above its page."""
    naming = entity.named_by or (entity.model.title_field,)
    texts = (cells.plain(entity.fields[name], getattr(record, name), names) for name in naming)
    found = [text for text in texts if text][:2]
    return " · ".join(found) or f"{translate(entity.label)} #{record.id}"


def counts_of(desk: Desk, entity: Entity) -> Mapping[str, int]:
    """Return how many records each view of a list holds, in one pass over them."""
    model: Any = entity.model
    views = views_of(entity, desk.seller.role)
    columns = [func.count(case((and_(true(), *each.conditions(desk)), 1))) for each in views]
    row = desk.session.execute(
        select(*columns).select_from(model).where(within_reach(desk, model))
    ).one()
    return {view.key: row[index] for index, view in enumerate(views)}


def _view(desk: Desk, state: ListState) -> View:
    offered = views_of(state.entity, desk.seller.role)
    views = {view.key: view for view in offered}
    saved = saved_view(desk, state.entity, state.view)
    key = saved.definition.get("view", "all") if saved else state.view
    return views.get(key) or offered[-1]


def own_fields(desk: Desk, entity: Entity) -> Mapping[str, Field]:
    """Return the fields that the company added to an entity, as lists name them: custom.<key>."""
    if "custom" not in entity.fields:
        return {}
    found = custom_fields(desk, entity.name)
    return {CUSTOM_PREFIX + key: known for key, known in found.items()}


def _columns(desk: Desk, entity: Entity, given: Sequence[str]) -> tuple[str, ...]:
    names = [name for text in given for name in text.split(",")]
    has_own = any(name.startswith(CUSTOM_PREFIX) for name in names)
    own = own_fields(desk, entity) if has_own else {}
    known = [name for name in dict.fromkeys(names) if cells.field_of(entity, name) or name in own]
    title = entity.model.title_field
    if known and title in entity.fields:
        known = [title, *(name for name in known if name != title)]
    return tuple(known[:MOST_COLUMNS])


def _may_sort(entity: Entity, order: str) -> bool:
    name = order.removeprefix("-")
    if (entity.name, name) in filtering.GRADED:
        return True
    known = entity.fields.get(name)
    return known is not None and known.kind not in _UNSORTED


def all_columns(desk: Desk, entity: Entity) -> Sequence[tuple[str, str]]:
    """Return every column that a list can show, with its label in the page's language."""
    names = [*cells.DERIVED.get(entity.name, {}), *entity.fields]
    unshown = {FieldKind.JSON, FieldKind.CUSTOM}
    found = [
        (name, translate(known.label))
        for name in names
        if (known := cells.field_of(entity, name)) and known.kind not in unshown
    ]
    return [*found, *((name, known.label) for name, known in own_fields(desk, entity).items())]


def column_labels(desk: Desk, state: ListState) -> Sequence[tuple[str, str, bool, bool]]:
    """Return the columns of a list as (name, label, is a number, may be sorted)."""
    found = []
    has_own = any(name.startswith(CUSTOM_PREFIX) for name in state.columns)
    own = own_fields(desk, state.entity) if has_own else {}
    for name in state.columns:
        known = cells.field_of(state.entity, name) or own.get(name)
        if known is not None:
            is_number = known.kind in {FieldKind.MONEY, FieldKind.INTEGER, FieldKind.PERCENT}
            found.append((name, known.label, is_number, _may_sort(state.entity, name)))
    return found


def definition_of(desk: Desk, state: ListState) -> dict[str, Any]:
    """Return what a saved view keeps of a list."""
    saved = saved_view(desk, state.entity, state.view)
    return {
        "view": saved.definition.get("view", "all") if saved else state.view,
        "filters": state.filters,
        "columns": list(state.columns),
        "order": state.order,
    }
