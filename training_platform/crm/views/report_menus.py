"""The filters of the report builder: one menu each, and what has none is kept as it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from training_platform.core.i18n import translate
from training_platform.crm.desk import Desk
from training_platform.crm.queries.filters import Filters, to_arguments
from training_platform.crm.queries.lists import ListState
from training_platform.crm.registry import Entity
from training_platform.crm.views.filter_menus import filter_menus


@dataclass(frozen=True)
class Select:
    """One filter: its values, and the one that is chosen (several are joined by commas)."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str = ""


def selects(desk: Desk, entity: Entity, filters: Filters) -> list[Select]:
    """Return the menus of tier, owner, tags and own fields, and of every field with a list."""
    given = to_arguments(filters)
    offered = {
        menu.name: (menu.label, menu.options)
        for menu in filter_menus(desk, ListState(entity, "all", filters))
        if menu.options
    }
    for name, known in entity.fields.items():
        if known.choices and name not in offered:
            texts = [(code, translate(text)) for code, text in known.choices.items()]
            offered[name] = translate(known.label), texts
    return [
        Select(name, label, _with_chosen(options, given.get(name, "")), given.get(name, ""))
        for name, (label, options) in offered.items()
    ]


def kept(filters: Filters, shown: Sequence[Select]) -> dict[str, str]:
    """Return the address values of filters that have no menu: ranges, a search."""
    names = {each.name for each in shown}
    return {name: text for name, text in to_arguments(filters).items() if name not in names}


def _with_chosen(options: Sequence[tuple[str, str]], chosen: str) -> list[tuple[str, str]]:
    """Return the options, and the chosen ones together where a list or a link chose several."""
    texts = dict(options)
    if not chosen or chosen in texts:
        return [*options]
    together = "、".join(texts.get(code, code) for code in chosen.split(","))
    return [(chosen, together), *options]
