"""A thousand certificates: issued, drawn, signed and with their badges, by one worker or two."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Protocol

from flask_migrate import upgrade
from sqlalchemy import func, select

from tests.bench.company import SECRET, app_for
from tests.factories.curricula import make_course
from tests.factories.people import make_employee
from training_platform.certificates import batches, documents
from training_platform.certificates.models import Certificate
from training_platform.config import ROOT
from training_platform.core import authority, clock
from training_platform.core.db import db, writing
from training_platform.core.permissions import Right
from training_platform.curricula.models import CourseProgress
from training_platform.people.viewer import viewer_of

COURSE, PEOPLE, QUICK = "bench-certificates", 1_000, 60


class Figures(Protocol):
    """Where figures go."""

    faults: list[str]

    def put(self, name: str, value: float, unit: str) -> None:
        """Keep and print a figure."""


def measure(figures: Figures, folder: Path, *, people: int = PEOPLE, workers: int = 1) -> None:
    """Put a batch, let so many job workers of their own do it, and look at what came out."""
    url = f"sqlite:///{folder / 'certificates.db'}"
    app = app_for(url, folder)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        _begin(people)
        db.session.remove()
    began = time.perf_counter()
    command = [sys.executable, "-m", "flask", "--app", "app", "jobs", "work", "--once"]
    environment = os.environ | {
        "DATABASE_URL": url,
        "INSTANCE_DIR": str(folder),
        "SECRET_KEY": SECRET,
        "DEFAULT_LOCALE": "zh",
    }
    running = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        for _worker in range(workers)
    ]
    for each in running:
        each.wait()
    seconds = time.perf_counter() - began
    with app.app_context():
        _look(figures, people)
        suffix = "" if workers == 1 else f"_{workers}_workers"
        figures.put(f"certificates_{people}{suffix}_s", seconds, "s")
        sizes = [each.stat().st_size for each in documents.folder().glob("*.pdf")]
        figures.put(f"certificates_largest{suffix}_kb", max(sizes, default=0) / 1000, "kB")
        db.session.remove()


def _begin(people: int) -> None:
    authority.make()
    with writing() as session:
        course = make_course(session, COURSE, refresher_months=12)
        hr = make_employee(session, rights=(Right.HR,))
        for _number in range(people):
            employee = make_employee(session)
            now = clock.now()
            progress = CourseProgress(
                employee_id=employee.id, course_id=course.id, last_at=now, completed_at=now
            )
            session.add(progress)
        session.flush()
        batches.start_batch(session, batches.Scope(COURSE), viewer_of(session, hr))


def _look(figures: Figures, people: int) -> None:
    issued = db.session.scalar(select(func.count()).select_from(Certificate))
    drawn = len(list(documents.folder().glob("*.pdf")))
    if (issued, drawn) != (people, people):
        figures.faults.append(f"{issued} certificates and {drawn} files, wanted {people} of each")
