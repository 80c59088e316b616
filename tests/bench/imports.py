"""Thousands of questions brought in as one batch: the whole way, every job run."""

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask_migrate import upgrade

from tests import postgres
from tests.bench.company import app_for
from tests.factories.people import make_employee
from tests.studio.test_batches import table
from training_platform.config import ROOT
from training_platform.core.db import db, writing
from training_platform.core.jobs import run_due
from training_platform.core.permissions import Right
from training_platform.demo.library import publish_if_empty
from training_platform.people.viewer import viewer_of
from training_platform.studio.batches import services
from training_platform.studio.batches.models import QuestionBatch
from training_platform.studio.batches.rules import BatchState


def measure_on_postgres(figures: Any, folder: Path, questions: int) -> None:
    """Measure the same on PostgreSQL, where there is a server: its figures end in _postgresql_s."""
    server, _reason = postgres.open_server()
    if server is None:
        return
    name = f"bench_{uuid4().hex[:12]}"
    try:
        url = server.create_database(name)
        with app_for(url, folder).app_context():
            upgrade(directory=str(ROOT / "migrations"))
            with writing() as session:
                publish_if_empty(session)
            db.session.remove()
            db.engine.dispose()
        measure(figures, url, folder, questions, suffix="_postgresql")
        server.drop_database(name)
    finally:
        server.stop()


def measure(figures: Any, url: str, folder: Path, questions: int, suffix: str = "") -> None:
    """Measure from the file handed over to everything published; and the two jobs by themselves."""
    with app_for(url, folder).app_context():
        raw = table(questions)
        with writing() as session:
            author = make_employee(session, rights=(Right.TRAINER,))
        run_due()  # what earlier steps left
        begun = time.perf_counter()
        with writing() as session:
            actor = viewer_of(session, author)
            sent = services.Sent("q.csv", raw, "bench", "zh")
            batch_id = services.send_batch(session, actor, sent).id
        run_due()
        read = time.perf_counter()
        with writing() as session:  # the time of the second pair of eyes is not ours
            batch = session.get_one(QuestionBatch, batch_id)
            batch.state = BatchState.APPROVED
            session.flush()
            services.publish_batch(session, batch, viewer_of(session, author), "From a file.")
        run_due()
        ended = time.perf_counter()
        with writing() as session:
            state = session.get_one(QuestionBatch, batch_id).state
        if state is not BatchState.PUBLISHED:
            raise RuntimeError(f"the batch ended as {state.value}")
        figures.put(f"import_{questions}_read{suffix}_s", read - begun, "s")
        figures.put(f"import_{questions}_publish{suffix}_s", ended - read, "s")
        figures.put(f"import_{questions}_questions{suffix}_s", ended - begun, "s")
        db.session.remove()
        db.engine.dispose()
