"""The worked solution and the replay: what was to be done, and what was done, line by line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training_platform.core.i18n import translate
from training_platform.crm.queries.names import Names
from training_platform.crm.registry import ENTITIES, Entity
from training_platform.practicals.drawing import Drawn
from training_platform.practicals.feedback import say
from training_platform.practicals.hand import BACK
from training_platform.practicals.schemas import SolutionFile, Step
from training_platform.practicals.solving import put_in, rounds


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


OPEN, NEW, CHANGE = _("Open %(what)s"), _("New: %(what)s"), _("Change or add to: %(what)s")
AGAIN = _("On the page that comes back")
#: Pages of the workspace that belong to no single record.
PAGES: Mapping[str, str] = {
    "accounts": _("Accounts"),
    "alerts": _("Alerts"),
    "assignment": _("Assignment rules"),
    "clock": _("The clock of the practice company"),
    "duplicates": _("Duplicates"),
    "exports": _("Exports"),
    "imports": _("Imports"),
    "kanban": _("Board"),
    "merge": _("Merge"),
    "pool": _("Public pool"),
    "reports": _("Reports"),
    "search": _("Search"),
    "tasks": _("Tasks"),
}
#: Pages about records under another name, and what their forms do.
_ABOUT: Mapping[str, str] = {"accounts": "seller"}
_DOES: Mapping[str, str] = {
    "suspend": _("Suspend the account"),
    "rotate": _("Renew the access"),
}
_PAGE = re.compile(r"([a-z_]+)/(?:new|(\d+))?")


@dataclass(frozen=True)
class WorkedStep:
    """One step: what to do, on which page below the workspace, and what to fill in."""

    text: str
    page: str
    fields: Sequence[tuple[str, str]] = ()


def steps_of(solution: SolutionFile, drawn: Drawn, names: Names) -> list[WorkedStep]:
    """Return the steps of a solution in the page's language, with what was drawn put in."""
    return list(_steps(solution, drawn, names))


def answers_of(solution: SolutionFile, drawn: Drawn) -> list[tuple[str, str]]:
    """Return what a solution types into the task's own fields, by check."""
    scope = {"params": drawn.params, "key": drawn.key}
    return [(each.check, say(put_in(each.text, scope))) for each in solution.answers]


def records_named(solution: SolutionFile, drawn: Drawn) -> dict[str, set[int]]:
    """Return the records whose pages a solution opens, by entity: what needs a title."""
    wanted: dict[str, set[int]] = {}
    scope = {"params": drawn.params, "key": drawn.key}
    for step in solution.steps:
        for each in rounds(step, scope):
            found = _PAGE.match(str(put_in(step.page, each)))
            entity = _ABOUT.get(found[1], found[1]) if found else ""
            if found and entity in ENTITIES and found[2]:
                wanted.setdefault(entity, set()).add(int(found[2]))
    return wanted


def _steps(solution: SolutionFile, drawn: Drawn, names: Names) -> Iterator[WorkedStep]:
    scope = {"params": drawn.params, "key": drawn.key}
    for step in solution.steps:
        for each in rounds(step, scope):
            page = str(put_in(step.page, each))
            if page == BACK:
                yield WorkedStep(translate(AGAIN), "", _fields(None, put_in(step.fill, each)))
                continue
            fields = [] if step.look else _fields(_entity(page), put_in(step.fill, each))
            yield WorkedStep(_text(page, names, step), page, fields)


def _entity(page: str) -> Entity | None:
    return ENTITIES.get(page.partition("/")[0])


def _text(page: str, names: Names, step: Step) -> str:
    found, entity = _PAGE.match(page), _entity(page)
    if found is not None and found[1] in _ABOUT and found[2]:
        name = names.of(_ABOUT[found[1]], int(found[2]))
        does = translate(_DOES.get(step.form or "", PAGES[found[1]]))
        return translate(_("%(name)s: %(value)s"), name=does, value=name)
    if entity is None or found is None:
        known = PAGES.get(page.partition("?")[0].partition("/")[0])
        return translate(OPEN, what=translate(known) if known else page)
    label = translate(entity.label)
    if page.startswith(f"{entity.name}/new"):
        return translate(NEW, what=label)
    title = names.of(entity.name, int(found[2])) if found[2] else ""
    what = f"{label} {title}".strip()
    return translate(OPEN if step.look else CHANGE, what=what)


def _fields(entity: Entity | None, fill: Any) -> list[tuple[str, str]]:
    if not isinstance(fill, Mapping):
        return []
    return [_field(entity, str(name), value) for name, value in fill.items()]


def _field(entity: Entity | None, name: str, value: Any) -> tuple[str, str]:
    known = entity.fields.get(name) if entity is not None else None
    if known is None:
        label = next(
            (each.fields[name].label for each in ENTITIES.values() if name in each.fields), None
        )
        return (translate(label) if label else name, say(value))
    text = say(value)
    if known.choices and value in known.choices:
        text = translate(known.choices[value])
    return translate(known.label), text
