"""Recorded steps tried on other draws: put as a job, and what came of it read again."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from training_platform.core import jobs
from training_platform.core.db import lock, writing
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.practicals import feedback, proof_runs
from training_platform.practicals.schemas import SolutionFile, TaskFile
from training_platform.studio.rehearsal import keeping
from training_platform.studio.rehearsal.models import StudioRehearsal
from training_platform.studio.rehearsal.reading import read_task
from training_platform.studio.rehearsal.rules import Recording

log = logging.getLogger(__name__)
#: The job that tries recorded steps on other draws.
TRY = "studio.try_recording"
_LOST = frozenset({"partly", "failed"})
#: Where it is kept in what a recording is worth.
_KEPT = "again"


@dataclass(frozen=True)
class OtherDraw:
    """What the recorded steps are worth on another draw: check by check, or where they stop."""

    number: int
    language: str
    points: str = ""
    is_whole: bool = False
    stuck: str = ""
    #: It is worth as much as where it was recorded: everything, or it loses the same checks.
    is_same: bool = False
    lines: Sequence[feedback.CheckLine] = ()


def ask_try(session: Session, rehearsal: StudioRehearsal, actor: Person) -> None:
    """Let the recorded steps be tried on other draws, as the author has decided them by now."""
    rehearsal = lock(session, StudioRehearsal, rehearsal.id)
    authorize(actor, rehearsal.draft, Permission.STUDIO_USE)
    if rehearsal.recording is not Recording.STOPPED:
        return
    number = int(rehearsal.worth.get(_KEPT, {}).get("number", 0)) + 1
    again = {"number": number, "state": "running"}
    rehearsal.worth = {**rehearsal.worth, _KEPT: again}
    payload = {"rehearsal": rehearsal.id, "number": number}
    jobs.put(session, TRY, payload, key=f"{rehearsal.id}-{number}", owner_id=actor.id)


def state_of(rehearsal: StudioRehearsal) -> str:
    """Return running, ended, stopped or mistakes; empty where nothing was tried yet."""
    return str(rehearsal.worth.get(_KEPT, {}).get("state", ""))


def draws_of(rehearsal: StudioRehearsal) -> list[OtherDraw]:
    """Return what the steps were worth when they were tried last, in the page's language."""
    task = read_task(rehearsal.draft.slug, rehearsal.draft.read_files()).task
    told = rehearsal.worth.get(_KEPT, {}).get("draws", [])
    lost = {*rehearsal.worth.get("lost", ())}
    return [_told(task, each, lost) for each in told] if task else []


def try_now(rehearsal_id: int, number: int) -> str:
    """Try the steps of this asking, if it is the last one and waits; return the state."""
    with writing() as session:
        found = session.get_one(StudioRehearsal, rehearsal_id)
        if not _waits(found, number):
            return state_of(found)
        task = read_task(found.draft.slug, found.draft.read_files()).task
        value = keeping.solution_of(found)
    again = {"number": number, **_tried(task, value)}
    with writing() as session:
        found = lock(session, StudioRehearsal, rehearsal_id)
        if _waits(found, number):
            found.worth = {**found.worth, _KEPT: again}
    return str(again["state"])


def _waits(found: StudioRehearsal, number: int) -> bool:
    again = found.worth.get(_KEPT, {})
    is_open = found.ended_at is None and again.get("state") == "running"
    return bool(is_open and again.get("number") == number)


def _tried(task: TaskFile | None, value: Mapping[str, Any]) -> dict[str, Any]:
    if task is None:
        return {"state": "mistakes"}
    try:
        SolutionFile.model_validate(value)
        plain = task.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return {"state": "ended", "draws": proof_runs.try_out(plain, value)}
    except ValidationError as error:
        said = "; ".join(str(each["msg"]) for each in error.errors()[:3])
        return {"state": "ended", "draws": [{"draw": [0, "zh"], "stuck": said}]}
    except proof_runs.ProofStoppedError as error:
        log.warning("recorded steps that were tried ended without an outcome: %s", error)
        return {"state": "stopped"}


def _told(task: TaskFile, each: Mapping[str, Any], lost: set[str]) -> OtherDraw:
    number, language = each["draw"]
    if "stuck" in each:
        return OtherDraw(number + 1, language, stuck=each["stuck"])
    lines = feedback.lines_of(task, each["outcomes"])
    percent = each.get("percent")
    points = "" if percent is None else feedback.points_text(percent)
    is_whole = bool(percent is not None and float(percent) == 100 and each["is_passed"])
    is_same = {line.id for line in lines if line.status in _LOST} == lost
    return OtherDraw(number + 1, language, points, is_whole, "", is_same, lines)
