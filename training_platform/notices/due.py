"""What is due for people: packages register how their open items are found; notices remind.

A package says it once, in its init_app: `due.register(app, due.Kind(...))`. An item that is done is
no longer found, so its reminders stop by themselves.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Flask, current_app
from sqlalchemy.orm import Session

from training_platform.core.permissions import Permission
from training_platform.notices.rules import Reminders

_KEY = "notices.due"


@dataclass(frozen=True)
class Item:
    """Something that one person is to do until a day."""

    #: The same for the same thing, among the items of its kind.
    key: str
    employee_id: int
    #: Both languages, or one text for both.
    title: Mapping[str, str] | str
    due_on: date
    #: Where the person does it.
    href: str
    #: What else the kind's notices say, besides title and due.
    values: Mapping[str, str] = field(default_factory=dict)


#: Finds the open items that are due from the first to the last day, both included.
Finder = Callable[[Session, date, date], Iterable[Item]]


@dataclass(frozen=True)
class Kind:
    """One kind of due days."""

    id: str
    #: As HR reads it, a lazy text.
    label: Any
    find: Finder
    reminders: Reminders = field(default_factory=Reminders)
    #: Kinds of notices (notices/texts.py); they get title and due.
    soon: str = "item_due_soon"
    late: str = "item_overdue"
    #: What a superior must hold on the employee to be told what it is; None: never is.
    shown_to_superior: Permission | None = None
    #: Where a superior looks at it: "/archives/people/{employee_id}".
    superior_href: str = "/team"


def register(app: Flask, kind: Kind) -> None:
    """Add a kind of due days; raise ValueError where its id is taken."""
    kinds = app.extensions.setdefault(_KEY, {})
    if kind.id in kinds:
        raise ValueError(f"due days {kind.id} are registered twice")
    kinds[kind.id] = kind


def kinds() -> Mapping[str, Kind]:
    """Return the registered kinds by their ids, in the order of registration."""
    found: Mapping[str, Kind] = current_app.extensions.get(_KEY, {})
    return found
