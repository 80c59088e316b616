"""Migrations: up and down on both databases, and the models say what the database has."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from tests.factories.people import make_employee
from tests.factories.quizzes import make_paper
from training_platform.config import ROOT
from training_platform.core.db import Base, db, writing
from training_platform.core.triggers import APPEND_ONLY, SEALED_BY
from training_platform.people.viewer import viewer_of
from training_platform.quizzes.queries import find_attempt
from training_platform.quizzes.rules import StepKind
from training_platform.quizzes.services import Step, save_step, start_attempt

VERSIONS = ROOT / "migrations" / "versions"


def test_there_is_one_head_and_it_is_named():
    heads = ScriptDirectory(str(ROOT / "migrations")).get_heads()
    named = (ROOT / "migrations" / "HEAD").read_text(encoding="ascii").strip()

    assert len(heads) == 1
    assert (VERSIONS / f"{named}.py").exists()
    assert named.startswith(heads[0])


def test_models_and_database_agree(app):
    with app.app_context(), db.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert differences == []


def test_down_to_nothing_and_up_again(app):
    with app.app_context():
        downgrade(revision="base")
        left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
        upgrade()
        back = set(inspect(db.engine).get_table_names())

    assert left == set()
    assert set(Base.metadata.tables) <= back


def test_append_only_tables_have_their_triggers(app):
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        else:
            rows = connection.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))
        names = set(rows.scalars())

    append_only = {f"{table}_no_{act}" for table in APPEND_ONLY for act in ("update", "delete")}
    rows_of_layers = {
        f"{table}_sealed_{act}" for table in SEALED_BY for act in ("insert", "update", "delete")
    }
    layers = {
        f"{table}_sealed_{act}" for table in SEALED_BY.values() for act in ("update", "delete")
    }
    assert names == append_only | rows_of_layers | layers


def test_upgrade_twice_changes_nothing(app):
    with app.app_context():
        upgrade()
        upgrade()
        assert Path(VERSIONS).is_dir()


def test_a_migration_that_rewrites_a_table_keeps_its_rows_and_their_children(app):
    with app.app_context():
        with writing() as session:
            person = make_employee(session)
            attempt = start_attempt(session, make_paper(session), viewer_of(session, person))
            row = find_attempt(session, attempt.token, lock=True)
            step = Step(StepKind.FLAG, "tab", 1, 0, is_on=True)
            save_step(session, row, viewer_of(session, person), step)
        db.session.remove()
        downgrade(revision="0003")
        upgrade()

        with db.engine.connect() as connection:
            found = connection.execute(text("SELECT attempt_id, kind FROM attempt_step")).all()
            if connection.dialect.name == "sqlite":
                assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1, "on again"
        assert [tuple(each) for each in found] == [(1, "flag")]
