"""A place to prove tasks at: a scratch database with the dataset, and somebody signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from training_platform.config import ROOT, Settings
from training_platform.core import clock
from training_platform.core.db import db, writing
from training_platform.core.kinds import LANGUAGES
from training_platform.crm.dataset.loading import load_dataset
from training_platform.people.models import Department, Employee, JobRole
from training_platform.people.services.sessions import open_session
from training_platform.practicals.branching import Bench


@contextmanager
def scratch_bench() -> Iterator[Bench]:
    """Make a database that is gone afterwards, migrated and loaded, and sit somebody down."""
    from training_platform import create_app  # noqa: PLC0415  # it knows this package

    with TemporaryDirectory(prefix="practicals-") as folder:
        settings = replace(
            Settings.from_environment(),
            app_env="development",
            database_url=f"sqlite:///{Path(folder) / 'proof.db'}",
            instance_dir=folder,
            jobs_embedded=False,
        )
        app = create_app({"TESTING": True, "WTF_CSRF_ENABLED": False}, settings)
        with app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            with writing() as session:
                load_dataset(session)
            yield seat(app)
            db.session.remove()
            db.engine.dispose()


def seat(app: Flask) -> Bench:
    """Add a trainee to the application's database, and sign her in once per language."""
    with app.app_context(), writing() as session:
        employee = _trainee(session)
        tokens = {language: open_session(session, employee.id) for language in LANGUAGES}
        employee_id = employee.id
    clients = {language: _client(app, tokens[language], language) for language in LANGUAGES}
    return Bench(app, employee_id, clients)


def _client(app: Flask, token: str, language: str) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["sid"], cookie["lang"] = token, language
    return client


def _trainee(session: Session) -> Employee:
    department = Department(code="PROOF", name={"zh": "试验部", "en": "Proofs"}, path="")
    role = JobRole(id="proof", name={"zh": "试验", "en": "Proofs"}, position=99)
    session.add_all([department, role])
    session.flush()
    department.path = f"/{department.id}/"
    today = date(2026, 1, 5)
    employee = Employee(
        staff_number="PROOF",
        username="proof",
        name="试练",
        email="proof@company.example",
        department_id=department.id,
        job_role_id=role.id,
        hired_on=today,
        job_role_since=today,
        created_at=clock.now(),
    )
    session.add(employee)
    session.flush()
    return employee
