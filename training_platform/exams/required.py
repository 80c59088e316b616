"""What the pages of compliance ask exams for: which are meant for which job roles."""

from typing import Any

from sqlalchemy import select

from training_platform.core.db import db
from training_platform.exams.models import Exam


def exams_for_job_roles() -> list[tuple[str, dict[str, Any], tuple[str, ...]]]:
    """Return the id, title and job roles of every exam that is not withdrawn."""
    found = db.session().execute(
        select(Exam.id, Exam.title, Exam.job_roles)
        .where(Exam.is_withdrawn.is_(False))
        .order_by(Exam.id)
    )
    return [(row.id, row.title, tuple(row.job_roles)) for row in found]
