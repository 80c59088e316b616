"""What the form of a task offers; no writes."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.content.models import ContentItem
from training_platform.core.i18n import pick
from training_platform.curricula.models import Course
from training_platform.people.models import Competency, JobRole
from training_platform.practicals.models import Practical
from training_platform.studio.library.queries import choices as library_choices


def choices(session: Session) -> dict[str, list[tuple[str, str]]]:
    """Return what the form's lists offer, as values and texts."""
    courses = session.execute(select(Course.id, Course.title).where(Course.is_withdrawn.is_(False)))
    roles = session.execute(select(JobRole.id, JobRole.name).order_by(JobRole.position))
    skills = session.execute(select(Competency.id, Competency.name).order_by(Competency.position))
    return {
        "courses": sorted((row.id, pick(row.title)) for row in courses),
        "roles": [(row.id, pick(row.name)) for row in roles],
        "skills": [(row.id, pick(row.name)) for row in skills],
        "lessons": library_choices(session, ())["lessons"],
    }


def published_tasks(session: Session) -> list[tuple[str, str]]:
    """Return the tasks that a new one may start from: id and title."""
    rows = session.execute(
        select(Practical.id, Practical.title).where(Practical.is_withdrawn.is_(False))
    )
    return sorted(((row.id, pick(row.title)) for row in rows), key=lambda each: each[1])


def files_of_task(session: Session, slug: str) -> dict[str, bytes] | None:
    """Return the files of a published task; None where there is none."""
    item = session.scalars(
        select(ContentItem).where(
            ContentItem.kind == "practical",
            ContentItem.slug == slug,
            ContentItem.is_withdrawn.is_(False),
        )
    ).one_or_none()
    return None if item is None or item.current is None else item.current.read_files()


def offered(chosen: Any, options: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the options, and what is chosen but gone by its id."""
    known = {each for each, _text in options}
    found = chosen if isinstance(chosen, list) else [chosen]
    return [*options, *((str(each), str(each)) for each in found if each and each not in known)]
