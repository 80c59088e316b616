"""What a task's form does to several files at once."""

import re
from collections.abc import Mapping

from sqlalchemy.orm import Session

from training_platform.core.errors import RuleError
from training_platform.core.permissions import Person
from training_platform.practicals import stamps
from training_platform.practicals.files import FOLDER, SCENARIOS
from training_platform.studio.models import StudioDraft
from training_platform.studio.patching import patched, read
from training_platform.studio.services.drafts import put_files
from training_platform.studio.tasks import queries


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


NOT_NEW = _("Only a task that was never published can start from another one.")
NO_TASK = _("Choose one of the published tasks.")
_ID = re.compile(rb"^id:.*$", re.MULTILINE)


def start_from(session: Session, draft: StudioDraft, actor: Person, slug: str) -> None:
    """Fill a new task's draft with the files of a published one.

    Raises RuleError for an unknown task or where the draft's own was published,
    InvalidTransitionError where the draft has ended.
    """
    if draft.base_revision_id is not None:
        raise RuleError(NOT_NEW)
    files = queries.files_of_task(session, slug)
    if files is None:
        raise RuleError(NO_TASK)
    kept = renamed(files, slug, draft.slug)
    gone = {file.path: None for file in draft.files if file.path not in kept}
    put_files(session, draft, actor, {**gone, **kept})


def renamed(files: Mapping[str, bytes], old: str, new: str) -> dict[str, bytes]:
    """Return a task's files under another id, without the stamp of its proof. Pure."""
    main = f"{FOLDER}/{old}.yaml"
    found = {f"{FOLDER}/{new}.yaml": _ID.sub(b"id: " + new.encode(), files[main], count=1)}
    start = f"{SCENARIOS}/{old}/"
    for path, raw in files.items():
        if path.startswith(start) and not path.endswith(f"/{stamps.NAME}"):
            found[f"{SCENARIOS}/{new}/{path.removeprefix(start)}"] = raw
    return found


def wrong_path(slug: str, name: str) -> str:
    """Return where the steps of a wrong solution stand."""
    return f"{SCENARIOS}/{slug}/wrong/{name}.yaml"


def rename_checks(
    session: Session, draft: StudioDraft, actor: Person, names: Mapping[str, str]
) -> None:
    """Let the answers of all solutions belong to the checks under their new ids."""
    start = f"{SCENARIOS}/{draft.slug}/"
    files: dict[str, bytes | None] = {}
    for file in draft.files:
        value = read(file.text or "") if file.path.startswith(start) and names else None
        answers = (value or {}).get("answers")
        if value is None or not isinstance(answers, list):
            continue
        for each in answers:
            if isinstance(each, dict) and each.get("check") in names:
                each["check"] = names[each["check"]]
        text = patched(file.text or "", value)
        if text != file.text:
            files[file.path] = text.encode()
    if files:
        put_files(session, draft, actor, files)


def fit_wrong(session: Session, draft: StudioDraft, actor: Person, names: list[str]) -> None:
    """Let each wrong solution have its file: a new one begins as the solution does it."""
    start = f"{SCENARIOS}/{draft.slug}/wrong/"
    solution = draft.file(f"{SCENARIOS}/{draft.slug}/solution.yaml")
    wanted = {wrong_path(draft.slug, each) for each in names}
    there = {file.path for file in draft.files if file.path.startswith(start)}
    files: dict[str, bytes | None] = dict.fromkeys(sorted(there - wanted))
    begun = solution.raw if solution else b"steps: []\n"
    files |= dict.fromkeys(sorted(wanted - there), begun)
    if files:
        put_files(session, draft, actor, files)
