"""What the views of attempts share: finding one by its token, and what its pages show of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_login import current_user

from training_platform.content.queries import revision_data
from training_platform.core.db import db
from training_platform.core.errors import NotFoundError
from training_platform.core.i18n import language
from training_platform.core.permissions import Permission, may
from training_platform.core.web import check
from training_platform.crm.desk import open_desk
from training_platform.crm.models import CrmWorkspace
from training_platform.crm.queries.names import Names, names_of
from training_platform.crm.scope import enter
from training_platform.practicals import queries, services
from training_platform.practicals.briefing import Block, blocks_of
from training_platform.practicals.checks.typed import choices_of
from training_platform.practicals.drawing import Drawn
from training_platform.practicals.models import PracticalAttempt
from training_platform.practicals.schemas import Answer, Rubric, TaskFile, TypedRows
from training_platform.practicals.selecting import resolve
from training_platform.quizzes.queries import lesson_titles


@dataclass(frozen=True)
class Field:
    """A field of the task's own: a line, a choice, or a text of several lines."""

    check: str
    label: Mapping[str, str]
    kind: str
    text: str
    #: What is saved of each choice, and what it is called.
    choices: Sequence[tuple[str, Mapping[str, str]]] = ()


@dataclass(frozen=True)
class Sheet:
    """A task as one attempt has it: the brief with what was drawn, its fields, its files."""

    attempt: PracticalAttempt
    task: TaskFile
    drawn: Drawn
    blocks: Sequence[Block]
    fields: Sequence[Field]

    @property
    def title(self) -> dict[str, str]:
        """Return the task's title in both languages."""
        return self.task.title.model_dump()


def own_attempt(token: str) -> PracticalAttempt:
    """Return the person's own attempt; another's is as unknown as one that does not exist."""
    found = queries.attempt_by_token(db.session(), token)
    if found is None or not may(current_user, found, Permission.PRACTICAL_ATTEMPT_TAKE):
        raise NotFoundError
    return found


def readable_attempt(token: str) -> PracticalAttempt:
    """Return an attempt that the person may look at."""
    found = queries.attempt_by_token(db.session(), token)
    return check(found, PracticalAttempt.read_permission)


def sheet_of(attempt: PracticalAttempt) -> Sheet:
    """Return the task as the attempt has it, in the page's language."""
    session = db.session()
    data = revision_data(session, attempt.revision_id)
    task = TaskFile.model_validate(data["task"])
    drawn, _start = services.start_of(session, attempt.id)
    return Sheet(
        attempt,
        task,
        drawn,
        blocks_of(data["brief"][language()], drawn.params),
        shown_fields(task, drawn, queries.answers_of(session, attempt.id)),
    )


def shown_fields(task: TaskFile, drawn: Drawn, answers: Mapping[str, str]) -> list[Field]:
    """Return the fields of the task's own with what stands in them."""
    found: dict[str, Field] = {}
    for each in task.checks:
        if isinstance(each, Answer):
            offered = resolve(choices_of(each), drawn) or ()
            kind = "choice" if offered else "line"
            label, text = each.question.model_dump(), answers.get(each.id, "")
            found[each.id] = Field(each.id, label, kind, text, [(c["zh"], c) for c in offered])
        elif isinstance(each, Rubric | TypedRows):
            name = each.field_id if isinstance(each, TypedRows) else each.id
            label, text = each.prompt.model_dump(), answers.get(name, "")
            found.setdefault(name, Field(name, label, "text", text))
    return list(found.values())


def names_in(attempt: PracticalAttempt, wanted: Mapping[str, set[int]]) -> Names:
    """Return what records of the attempt's workspace are called."""
    if not any(wanted.values()):
        return Names()
    session = db.session()
    workspace = session.get_one(CrmWorkspace, attempt.workspace_id)
    if workspace.erased_at is not None:
        return Names()
    try:
        return names_of(open_desk(session, workspace, current_user, is_writing=False), wanted)
    finally:
        enter(None)


def titles_of(lessons: Sequence[str]) -> Mapping[str, Any]:
    """Return the titles of lessons by id."""
    return lesson_titles(db.session(), {each.split("/")[0] for each in lessons}) if lessons else {}
