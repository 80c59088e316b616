"""The platform with its guards taken off: what the race tests must notice."""

import time
from typing import Any

import sqlalchemy as sa

from training_platform import create_app
from training_platform.core.db import db
from training_platform.quizzes.models import Attempt, AttemptState
from training_platform.quizzes.services import grading, starting

#: The update that has lost its second condition: the state in which it is allowed.
grading._SUBMIT = (
    sa.update(Attempt)
    .where(Attempt.id == sa.bindparam("attempt_id"))
    .values(state=AttemptState.SUBMITTED, submitted_at=sa.bindparam("at"))
)
starting.lock = lambda session, model, ident: session.get(model, ident)
_begin = starting._begin


def _begin_late(*arguments: Any) -> Attempt:
    """Begin a moment after it was seen that nothing runs: on a busy machine, too, others meet."""
    time.sleep(0.05)
    return _begin(*arguments)


starting._begin = _begin_late
app = create_app()
with app.app_context():
    db.engine.dispose()
