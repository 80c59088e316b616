"""The platform with its guards taken off: what the race tests must notice."""

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
app = create_app()
with app.app_context():
    db.engine.dispose()
