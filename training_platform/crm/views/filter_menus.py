"""The filters that a list offers, as its page draws them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from sqlalchemy import select

from training_platform.core.i18n import translate
from training_platform.crm import cells
from training_platform.crm.desk import Desk
from training_platform.crm.fields import CUSTOM_PREFIX, FieldKind
from training_platform.crm.queries.filters import EMPTY, GRADED, RANGES
from training_platform.crm.queries.lists import ListState
from training_platform.crm.queries.names import choices_for
from training_platform.crm.registry import Entity
from training_platform.crm.rules.roles import Reach, reach_of
from training_platform.crm.rules.scoring import GRADES
from training_platform.crm.services.checking import custom_fields

MOST_TAGS = 40


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


NOBODY = _("Nobody")


@dataclass(frozen=True)
class FilterMenu:
    """One filter: boxes for values, or the two ends of a range."""

    name: str
    label: str
    options: Sequence[tuple[str, str]] | None
    chosen: Sequence[str] = ()
    least: str = ""
    most: str = ""
    input: str = "text"

    @property
    def shown(self) -> str:
        """Return what is chosen, in short."""
        texts = [text for code, text in self.options or () if code in self.chosen]
        if len(texts) > 2:
            return str(len(texts))
        ends = f"{self.least}–{self.most}" if self.least or self.most else ""
        return "、".join(texts) or ends


def filter_menus(desk: Desk, state: ListState) -> list[FilterMenu]:
    """Return the filters of a list with what is chosen."""
    entity = state.entity
    menus = [_grades(state, name) for about, name in GRADED if about == entity.name]
    menus += [_choice(state, name) for name in entity.filters]
    if entity.has_owner and reach_of(desk.seller.role) is not Reach.OWN:
        menus.append(_owner(desk, state))
    if "tags" in entity.fields:
        menus.append(_tags(desk, state))
    menus += _custom(desk, state)
    menus += [_range(state, name) for name in _range_names(entity)]
    return [menu for menu in menus if menu.options is None or menu.options]


def chosen_chips(
    desk: Desk, state: ListState, offered: Sequence[FilterMenu]
) -> list[tuple[str, str]]:
    """Return (text, address without it) of each filter that is on."""
    chips = []
    menus = {menu.name: menu for menu in offered}
    for name in state.filters:
        menu = menus.get(name)
        label = f"{menu.label}: {menu.shown}" if menu else f"“{state.filters[name]}”"
        address = url_for(
            "crm.records",
            workspace_id=desk.workspace.id,
            entity=state.entity.name,
            **state.without(name).arguments(),  # type: ignore[arg-type]
        )
        chips.append((label, address))
    return chips


def _chosen(state: ListState, name: str) -> list[str]:
    value = state.filters.get(name, [])
    return [str(each) for each in value] if isinstance(value, list) else []


def _grades(state: ListState, name: str) -> FilterMenu:
    known = cells.DERIVED[state.entity.name][name]
    grades = known.choices or GRADES  # a score is a number: what is chosen is its grade
    options = [(code, translate(text)) for code, text in grades.items()]
    return FilterMenu(name, translate(known.label), options, _chosen(state, name))


def _choice(state: ListState, name: str) -> FilterMenu:
    known = state.entity.fields[name]
    if known.kind is FieldKind.BOOLEAN:
        options = [("1", translate(cells.YES)), ("0", translate(cells.NO))]
    else:
        options = [(code, translate(text)) for code, text in (known.choices or {}).items()]
    return FilterMenu(name, translate(known.label), options, _chosen(state, name))


def _owner(desk: Desk, state: ListState) -> FilterMenu:
    options = [(str(ident), name) for ident, name in choices_for(desk, "seller")]
    options.append((EMPTY, translate(NOBODY)))
    label = translate(state.entity.fields["owner_id"].label)
    return FilterMenu("owner_id", label, options, _chosen(state, "owner_id"))


def _tags(desk: Desk, state: ListState) -> FilterMenu:
    model = state.entity.model
    found = desk.session.scalars(select(model.tags).distinct())  # type: ignore[attr-defined]
    tags = sorted({tag for tags in found for tag in tags or []})[:MOST_TAGS]
    label = translate(state.entity.fields["tags"].label)
    return FilterMenu("tags", label, [(tag, tag) for tag in tags], _chosen(state, "tags"))


def _custom(desk: Desk, state: ListState) -> list[FilterMenu]:
    if "custom" not in state.entity.fields:
        return []
    return [
        FilterMenu(
            CUSTOM_PREFIX + key,
            translate(known.label),
            [(option, option) for option in known.choices],
            _chosen(state, CUSTOM_PREFIX + key),
        )
        for key, known in custom_fields(desk, state.entity.name).items()
        if known.choices
    ]


def _range_names(entity: Entity) -> list[str]:
    return [
        name
        for name in entity.columns
        if name in entity.fields and entity.fields[name].kind in RANGES
    ]


def _range(state: ListState, name: str) -> FilterMenu:
    known, found = state.entity.fields[name], state.filters.get(name, {})
    ends = found if isinstance(found, dict) else {}  # a list of it asks for empty ones
    is_day = known.kind in {FieldKind.DATE, FieldKind.INSTANT}
    return FilterMenu(
        name,
        translate(known.label),
        None,
        least=str(ends.get("from", "")),
        most=str(ends.get("to", "")),
        input="date" if is_day else "text",
    )
