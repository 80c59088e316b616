"""Where the demo company is not loaded."""

import pytest

from tests.conftest import app_on
from tests.factories.people import make_employee
from training_platform.core import audit
from training_platform.core.db import db, writing
from training_platform.demo import loading
from training_platform.people.models import Employee


def test_interrupted_load_is_refused(session):
    audit.record(session, None, loading.BEGAN)
    session.flush()

    with pytest.raises(loading.DemoError, match="interrupted"):
        loading.is_loaded(session)


def test_command_begins_again_after_an_interrupted_load(app, monkeypatch):
    with app.app_context(), writing() as session:
        audit.record(session, None, loading.BEGAN)
        make_employee(session)
    monkeypatch.setattr(loading, "load", lambda **_numbers: loading.Report(people=0))

    result = app.test_cli_runner().invoke(args=["demo", "load"])

    assert result.exit_code == 0, result.output
    assert "begins again" in result.output
    with app.app_context():
        assert db.session.query(Employee).count() == 0


def test_database_with_other_people_is_refused(session):
    make_employee(session)

    with pytest.raises(loading.DemoError, match="people here"):
        loading.is_loaded(session)


def test_demo_off_is_refused(database_url, tmp_path):
    app = app_on(database_url, tmp_path, demo=False)

    result = app.test_cli_runner().invoke(args=["demo", "load"])

    assert result.exit_code == 1
    assert "never production" in result.output


def test_production_is_refused(database_url, tmp_path):
    app = app_on(
        database_url,
        tmp_path,
        app_env="production",
        demo=False,
        secret_key="s" * 40,
        base_url="https://training.example",
        mail_url="smtp://mail.example",
    )
    app.config["DEMO"] = True

    result = app.test_cli_runner().invoke(args=["demo", "load"])

    assert result.exit_code == 1
    assert "never production" in result.output
