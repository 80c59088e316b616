"""The worked solution and the replay: what was to be done, and what was done, line by line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training_platform.core.i18n import translate
from training_platform.crm.fields import Field, FieldKind
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
#: What forms take: the number of a record, and an instant by the practice company's clock.
_NUMBER, _LOCAL = re.compile(r"#?(\d+)"), re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


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
    """Return the records that a solution opens or fills in, by entity: what needs a title."""
    wanted: dict[str, set[int]] = {}
    scope = {"params": drawn.params, "key": drawn.key}
    for step in solution.steps:
        for each in rounds(step, scope):
            page, fill = str(put_in(step.page, each)), put_in(step.fill, each)
            found = _PAGE.match(page)
            entity = _ABOUT.get(found[1], found[1]) if found else ""
            if found and entity in ENTITIES and found[2]:
                wanted.setdefault(entity, set()).add(int(found[2]))
            for name, value in fill.items() if isinstance(fill, Mapping) else ():
                record = _record(_known(_entity(page), str(name)), value)
                if record is not None:
                    wanted.setdefault(record[0], set()).add(record[1])
    return wanted


def _steps(solution: SolutionFile, drawn: Drawn, names: Names) -> Iterator[WorkedStep]:
    scope = {"params": drawn.params, "key": drawn.key}
    for step in solution.steps:
        for each in rounds(step, scope):
            page = str(put_in(step.page, each))
            if page == BACK:
                fields = _fields(None, put_in(step.fill, each), names)
                yield WorkedStep(translate(AGAIN), "", fields)
                continue
            fields = [] if step.look else _fields(_entity(page), put_in(step.fill, each), names)
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


def _fields(entity: Entity | None, fill: Any, names: Names) -> list[tuple[str, str]]:
    if not isinstance(fill, Mapping):
        return []
    return [_field(_known(entity, str(name)), str(name), fill[name], names) for name in fill]


def _known(entity: Entity | None, name: str) -> Field | None:
    """Return a field of the entity; of another one where it has none of this name."""
    if entity is not None and name in entity.fields:
        return entity.fields[name]
    return next((each.fields[name] for each in ENTITIES.values() if name in each.fields), None)


def _field(known: Field | None, name: str, value: Any, names: Names) -> tuple[str, str]:
    """Return a field and its value as the page of the record would show them."""
    if known is None:
        return name, say(value)
    text, record = say(value), _record(known, value)
    if known.choices and value in known.choices:
        text = translate(known.choices[value])
    elif record is not None:
        text = names.of(*record) or text
    elif _LOCAL.fullmatch(text):
        text = text.replace("T", " ")
    return translate(known.label), text


def _record(known: Field | None, value: Any) -> tuple[str, int] | None:
    """Return the record that a value refers to, as (entity, id)."""
    found = _NUMBER.fullmatch(str(value))
    if known is None or known.kind is not FieldKind.REFERENCE or not known.refers_to or not found:
        return None
    return known.refers_to, int(found[1])
