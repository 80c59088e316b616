"""Publishing tasks in a test, and sitting down to them as somebody who is signed in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from training_platform.config import ROOT
from training_platform.content.library import parse
from training_platform.content.services import publish_revision
from training_platform.core.kinds import Draft
from training_platform.core.permissions import SYSTEM
from training_platform.practicals.content_kinds import PracticalKind
from training_platform.practicals.files import FOLDER, SCENARIOS
from training_platform.practicals.hand import Hand
from training_platform.practicals.models import Practical
from training_platform.practicals.schemas import SolutionFile
from training_platform.practicals.solving import solve


def draft_of(slug: str, root: Path = ROOT) -> Draft:
    """Return a shipped task, read from its files."""
    paths = [root / FOLDER / f"{slug}.yaml", *sorted((root / SCENARIOS / slug).rglob("*.*"))]
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
    return parse(PracticalKind(), slug, files)


def publish(
    session: Session, slug: str, change: Callable[[dict[str, Any]], None] | None = None
) -> Practical:
    """Publish a shipped task as it stands, or with what change does to its data."""
    draft = draft_of(slug)
    if change is not None and draft.data is not None:
        change(draft.data)
        draft.files = {**draft.files, f"{SCENARIOS}/{slug}/changed.txt": repr(draft.data).encode()}
    publish_revision(session, PracticalKind(), draft, SYSTEM)
    session.flush()
    return session.get_one(Practical, slug)


def work(client: Any, attempt: Any, drawn: Any, solution: SolutionFile) -> dict[str, str]:
    """Take a solution's steps in the workspace of an attempt; return what is to be typed."""
    return solve(solution, Hand(client, f"/crm/{attempt.workspace_id}/"), drawn)
