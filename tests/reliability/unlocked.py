"""The platform with its guards taken off: what the race tests must notice."""

from typing import Any

import sqlalchemy as sa

from training_platform import create_app
from training_platform.core.db import db
from training_platform.quizzes.services import grading, starting


class Unconditional:
    """An update that has lost its second condition: the state in which it is allowed."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def where(self, first: Any, *_lost: Any) -> Any:
        return sa.update(self.model).where(first)


grading.update = Unconditional  # type: ignore[assignment]
starting.lock = lambda session, model, ident: session.get(model, ident)
app = create_app()
with app.app_context():
    db.engine.dispose()
