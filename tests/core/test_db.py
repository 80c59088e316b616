"""What the database layer promises on both databases."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy import inspect

from training_platform.core import audit
from training_platform.core.db import Base, Money, UtcDateTime, db, fetch, transaction, writing
from training_platform.core.permissions import SYSTEM


def test_money_comes_back_exact():
    money = Money()

    stored = money.process_bind_param(Decimal("0.10"), None)

    assert money.process_result_value(stored * 3, None) == Decimal("0.30")


def test_part_of_a_fen_is_refused():
    with pytest.raises(ValueError, match="two places"):
        Money().process_bind_param(Decimal("0.001"), None)


def test_instants_keep_their_zone():
    kind, instant = UtcDateTime(), datetime(2026, 11, 21, 14, 30, tzinfo=UTC)

    assert kind.process_result_value(kind.process_bind_param(instant, None), None) == instant


def test_safe_requests_cannot_commit(app):
    with app.app_context(), pytest.raises(RuntimeError, match="writes nothing"), transaction():
        pass


def test_every_table_of_the_models_is_in_the_database(app):
    with app.app_context():
        tables = set(inspect(db.engine).get_table_names())

    assert set(Base.metadata.tables) <= tables


ACTIONS = sa.select(audit.AuditEvent.action).order_by(audit.AuditEvent.id)


def test_a_fast_read_sees_what_the_session_has_changed(session):
    audit.record(session, SYSTEM, "test.first")
    assert fetch(session, ACTIONS).scalars().all() == ["test.first"]

    with session.begin_nested():
        audit.record(session, SYSTEM, "test.second")
        assert fetch(session, ACTIONS).scalars().all() == ["test.first", "test.second"]


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_a_fast_read_after_the_transaction_begins_another(session, end):
    fetch(session, ACTIONS).all()
    before = session.get_transaction()

    getattr(session, end)()
    fetch(session, ACTIONS).all()

    assert session.get_transaction() is not before
    assert session.connection().in_transaction()


def test_a_fast_read_after_a_fault_is_refused_until_it_is_rolled_back(session):
    fetch(session, ACTIONS).all()
    session.add(audit.AuditEvent())
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()

    with pytest.raises(sa.exc.PendingRollbackError):
        fetch(session, ACTIONS)

    session.rollback()
    assert fetch(session, ACTIONS).all() == []


def test_audit_rows_cannot_be_changed(session):
    audit.record(session, SYSTEM, "test.done")
    session.flush()

    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.text("UPDATE audit_event SET action = 'other'"))


def test_audit_seal_names_what_was_changed(session):
    audit.record(session, SYSTEM, "test.done", answer=42)
    session.flush()
    audit.seal(session)
    session.commit()
    assert audit.verify(session) is None

    on = "" if db.engine.dialect.name == "sqlite" else " ON audit_event"
    with writing() as other:
        other.execute(sa.text(f"DROP TRIGGER audit_event_no_update{on}"))
        other.execute(sa.text("UPDATE audit_event SET action = 'other'"))

    session.expire_all()
    assert "audit seal 1" in (audit.verify(session) or "")
