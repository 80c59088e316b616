"""The doctor names what is missing and the command that mends it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.conftest import app_on
from training_platform.config import ROOT
from training_platform.core import backup, clock, doctor, jobs
from training_platform.core.db import db, writing


def findings(*, production=False):
    db.session.rollback()
    return {each.what: each for each in doctor.examine(production=production)}


@pytest.fixture(autouse=True)
def no_pdf_run(monkeypatch):
    """PDF has its own tests; here only that its problem is told."""
    monkeypatch.setattr(doctor.pdf, "check", lambda: "")


def test_a_new_installation_is_well(session):
    found = findings()

    assert [each for each in found.values() if not each.is_well and each.what != "Durability"] == []
    newest = (ROOT / "migrations" / "HEAD").read_text()
    assert found["Database"].state.endswith(f"schema {newest[:4]}")


def test_missing_libraries_are_named(session, monkeypatch):
    monkeypatch.setattr(doctor.pdf, "check", lambda: "apt-get install -y libpango-1.0-0")

    assert findings()["PDF"].remedy == "apt-get install -y libpango-1.0-0"


def test_a_database_without_tables_names_the_upgrade(tmp_path):
    app = app_on(f"sqlite:///{tmp_path / 'new.db'}", tmp_path)
    with app.app_context():
        found = findings()["Database"]
        db.engine.dispose()

    assert not found.is_well
    assert "db upgrade" in found.remedy


def test_an_older_schema_names_the_upgrade(session):
    with writing() as other:
        other.execute(text("UPDATE alembic_version SET version_num = '0000'"))

    found = findings()["Database"]

    assert not found.is_well
    assert "db upgrade" in found.remedy


def test_jobs_that_nobody_runs_are_noticed(session):
    with clock.stopped(clock.now() - timedelta(minutes=6)):
        jobs.put(session, "mail.send", {}, key="a")
    session.commit()

    assert "jobs work" in findings()["Jobs"].remedy


def test_production_asks_for_more(session, tmp_path, app):
    found = findings(production=True)
    assert "Set it in the environment" in found["Setting"].remedy
    assert "MAIL_URL" in found["Mail"].remedy
    assert "backup" in found["Backups"].remedy

    backup.backup(tmp_path / "backups" / "a.tar.gz")
    assert findings(production=True)["Backups"].is_well
    with clock.stopped(clock.now() + timedelta(days=3)):
        assert not findings(production=True)["Backups"].is_well


def test_a_mail_server_that_does_not_answer_is_named(session, app):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"

    assert not findings(production=True)["Mail"].is_well


def test_the_command_fails_where_something_is_missing(app, session):
    session.rollback()
    runner = app.test_cli_runner()

    strict = runner.invoke(args=["doctor", "--production"])

    assert strict.exit_code == 1
    assert "MAIL_URL" in strict.output
