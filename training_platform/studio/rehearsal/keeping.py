"""Ending a recording, looking its steps over, and keeping them as a solution of the draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from training_platform.core.db import lock
from training_platform.core.errors import RuleError
from training_platform.core.kinds import SLUG
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.practicals.schemas import TaskFile
from training_platform.practicals.selecting import UnknownNameError
from training_platform.practicals.solving import put_in
from training_platform.studio.models import StudioDraft
from training_platform.studio.patching import patched, read
from training_platform.studio.rehearsal import services, steps
from training_platform.studio.rehearsal.meant import answers_meant, meant_by
from training_platform.studio.rehearsal.models import StudioRehearsal
from training_platform.studio.rehearsal.places import Places
from training_platform.studio.rehearsal.reading import read_task, solution_path, task_path
from training_platform.studio.rehearsal.rules import Recording
from training_platform.studio.rehearsal.steps import Built, Value, built, field_key
from training_platform.studio.services import drafts


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


NO_STEPS = _("There is no step to keep.")
BAD_NAME = _("Lower-case letters, digits and hyphens, such as known-entered-again.")
NO_LOSSES = _("Choose at least one check that this way loses.")
NO_WHY = _("Say in both languages what goes wrong here: trainees read it as a hint.")
NOT_THERE = _("%(said)s was not drawn. See what was drawn, below.")
UNREADABLE = _("The task's file cannot be read at the moment. Mend it first, as text.")


@dataclass(frozen=True)
class Kept:
    """What recorded steps are kept as: the solution, or a wrong one of this name."""

    #: None: the solution.
    wrong: str | None = None
    #: Of a wrong one that the task does not name yet: what it loses, and why.
    is_new: bool = False
    loses: Sequence[str] = ()
    why: Mapping[str, str] | None = None


def stop_recording(
    session: Session, rehearsal: StudioRehearsal, actor: Person, worth: Mapping[str, Any]
) -> None:
    """Note nothing more; worth is what the work was found to be worth."""
    rehearsal = lock(session, StudioRehearsal, rehearsal.id)
    authorize(actor, rehearsal.draft, Permission.STUDIO_USE)
    if rehearsal.recording is Recording.RUNNING:
        rehearsal.recording = Recording.STOPPED
        rehearsal.opened, rehearsal.worth = [], dict(worth)


def steps_of(rehearsal: StudioRehearsal) -> list[Built]:
    """Return what was recorded, step by step, as the author has decided so far."""
    drawn, _start = services.start_of(rehearsal)
    task = _task(rehearsal)
    return built(rehearsal.notes, drawn, rehearsal.choices, meant_by(task) if task else None)


def decide_steps(
    session: Session, rehearsal: StudioRehearsal, actor: Person, choices: Mapping[str, Any]
) -> None:
    """Keep which steps are left out, and what the values of the others mean on another draw.

    Raises RuleError naming the field where the author wrote a place that was not drawn.
    """
    rehearsal = lock(session, StudioRehearsal, rehearsal.id)
    authorize(actor, rehearsal.draft, Permission.STUDIO_USE)
    drawn, _start = services.start_of(rehearsal)
    for number, choice in choices.items():
        for name, text in choice.get("own", {}).items():
            try:
                put_in(text, {"key": drawn.key, "params": drawn.params})
            except UnknownNameError as error:
                field = f"own-{number}-{field_key(name)}"
                raise RuleError(NOT_THERE, field=field, said=str(error)) from None
    rehearsal.choices = dict(choices)


def answers_of(rehearsal: StudioRehearsal) -> list[Value]:
    """Return what was typed into the task's own fields, with the places that it came from."""
    (drawn, _start), task = services.start_of(rehearsal), _task(rehearsal)
    wanted = answers_meant(task) if task else {}
    return steps.answers_of(rehearsal.answers, drawn, rehearsal.choices.get("answers"), wanted)


def _task(rehearsal: StudioRehearsal) -> TaskFile | None:
    return read_task(rehearsal.draft.slug, rehearsal.draft.read_files()).task


def drawn_of(rehearsal: StudioRehearsal) -> dict[str, str]:
    """Return everything that was drawn, by its place."""
    return Places(services.start_of(rehearsal)[0]).all()


def solution_of(rehearsal: StudioRehearsal) -> dict[str, Any]:
    """Return the solution's file that the recording makes."""
    drawn, _start = services.start_of(rehearsal)
    return steps.file_of(steps_of(rehearsal), answers_of(rehearsal), drawn)


def keep_solution(session: Session, rehearsal: StudioRehearsal, actor: Person, kept: Kept) -> None:
    """Write the recorded steps into the draft. Raises RuleError naming the field in the way."""
    authorize(actor, rehearsal.draft, Permission.STUDIO_USE)
    draft = lock(session, StudioDraft, rehearsal.draft_id)
    value = solution_of(rehearsal)
    if not value["steps"] and not value.get("answers"):
        raise RuleError(NO_STEPS)
    files: dict[str, bytes | None] = {}
    if kept.is_new:
        files |= _named(draft, kept)
    path = solution_path(draft.slug, kept.wrong)
    before = draft.file(path)
    text = before.text if before is not None and before.text else "steps: []\n"
    files[path] = patched(text, value).encode()
    drafts.put_files(session, draft, actor, files)


def _named(draft: StudioDraft, kept: Kept) -> dict[str, bytes | None]:
    """Return the task's file with a wrong solution more."""
    name, why = kept.wrong or "", dict(kept.why or {})
    if not SLUG.fullmatch(name):
        raise RuleError(BAD_NAME, field="name")
    if not kept.loses:
        raise RuleError(NO_LOSSES, field="loses")
    if not all(why.get(code) for code in ("zh", "en")):
        raise RuleError(NO_WHY, field="why")
    path = task_path(draft.slug)
    file = draft.file(path)
    value = read(file.text or "") if file is not None else None
    if file is None or value is None:
        raise RuleError(UNREADABLE)
    listed = value.get("wrong")
    wrong = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    entry = {"name": name, "loses": [*kept.loses], "why": why}
    named = [each for each in wrong if each.get("name") != name] + [entry]
    return {path: patched(file.text or "", {**value, "wrong": named}).encode()}
