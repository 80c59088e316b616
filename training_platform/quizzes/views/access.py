"""What the views of attempts share: finding one by its token, and its pages."""

from typing import Any

from flask import request, url_for
from flask_login import current_user
from sqlalchemy import Row

from training_platform.content.queries import revision_data
from training_platform.core.db import db
from training_platform.core.errors import NotFoundError
from training_platform.core.permissions import Permission, may
from training_platform.quizzes import queries
from training_platform.quizzes.models import AttemptState
from training_platform.quizzes.rules import Progress

LONGEST_BODY = 20_000


def own_attempt(token: str, *, lock: bool = False) -> Row[Any]:
    """Return the person's own attempt; another's is as unknown as one that does not exist."""
    found = queries.find_attempt(db.session(), token, lock=lock)
    if found is None or not may(current_user, found, Permission.ATTEMPT_TAKE):
        raise NotFoundError
    return found


def is_running(attempt: Row[Any]) -> bool:
    """Tell whether an attempt takes answers, its deadline apart."""
    return attempt.state is AttemptState.IN_PROGRESS


def paper_of(attempt: Any) -> Any:
    """Return the paper as it was when the attempt began."""
    return revision_data(db.session(), attempt.paper_revision_id)


def palette(attempt: Row[Any], progress: Progress, current: int | None = None) -> list[Any]:
    """Return what the palette shows of each question."""
    address = url_for(".attempt", token=attempt.token)
    return [
        {
            "number": position + 1,
            "href": f"{address}?q={position + 1}",
            "answered": position in progress.answered,
            "flagged": position in progress.flags,
            "current": position == current,
        }
        for position in range(len(attempt.layout))
    ]


def is_too_large() -> bool:
    """Tell whether a body is larger than any answer can be."""
    return (request.content_length or 0) > LONGEST_BODY
