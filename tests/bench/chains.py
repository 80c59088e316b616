"""How long it takes to verify the chains of a million records, as `flask records verify` does."""

import time
from pathlib import Path

from flask_migrate import upgrade

from tests.bench.company import ROLES, app_for, hire, remember
from training_platform.config import ROOT
from training_platform.core import clock
from training_platform.core.db import db, writing
from training_platform.people.models import JobRole
from training_platform.records import sealing, verification

PEOPLE = 5_000


def build(folder: Path, count: int) -> str:
    """Fill an empty database with so many sealed records; return its address."""
    url = f"sqlite:///{folder / 'training.db'}"
    with app_for(url, folder).app_context():
        upgrade(directory=str(ROOT / "migrations"))
        with writing() as session:
            session.add_all(JobRole(id=each, name={"zh": each, "en": each}) for each in ROLES)
        remember(hire(min(PEOPLE, count // 20)), count)
        with writing() as session:
            sealing.seal_day(session, clock.today())
        db.session.remove()
        db.engine.dispose()
    return url


def verify_seconds(url: str, folder: Path, count: int) -> float:
    """Return the CPU seconds of one verification; raise RuntimeError if it finds a fault."""
    with app_for(url, folder).app_context():
        session = db.session()
        verification.use_one_snapshot(session)
        began = time.process_time()
        report = verification.verify(session)
        spent = time.process_time() - began
        db.session.remove()
        db.engine.dispose()
    if report.fault or report.records < count:
        raise RuntimeError(report.fault or f"only {report.records} records")
    return spent
