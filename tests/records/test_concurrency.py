"""Writers of one chain wait for each other; nothing is lost or doubled."""

import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from tests.factories.people import make_employee
from training_platform.core.db import db, writing
from training_platform.records import services
from training_platform.records.models import RecordHead, TrainingRecord
from training_platform.records.services import NewRecord
from training_platform.records.verification import verify

THREADS, EACH = 6, 5


def test_positions_have_no_gaps_when_many_append(app, session):
    employee_id = make_employee(session).id
    session.commit()
    start, faults = threading.Barrier(THREADS), []

    def work(number):
        try:
            with app.app_context():
                start.wait()
                for each in range(EACH):
                    with writing() as own:
                        services.append(
                            own, employee_id, "lesson_finished", "l", source=f"{number}:{each}"
                        )
                        services.append(own, employee_id, "quiz_passed", "q", source=f"q:{each}")
                db.session.remove()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    positions = session.scalars(
        select(TrainingRecord.position)
        .where(TrainingRecord.employee_id == employee_id)
        .order_by(TrainingRecord.position)
    ).all()
    assert positions == list(range(1, THREADS * EACH + EACH + 1))
    assert verify(session).fault is None


def test_a_bulk_load_makes_the_same_chain(session):
    people = [make_employee(session).id, make_employee(session).id]
    services.append(session, people[0], "joined", "", source="first")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        NewRecord(
            people[number % 2],
            "lesson_finished",
            f"c/{number}",
            f"bulk:{number}",
            at + timedelta(minutes=number),
            {"title": {"zh": "课", "en": "Lesson"}, "percent": number},
        )
        for number in range(1200)
    ]

    assert services.append_many(session, rows) == 1200
    assert services.append_many(session, rows) == 0
    services.append(session, people[0], "course_completed", "c", source="last")

    assert session.get(RecordHead, people[0]).length == 602
    report = verify(session)
    assert (report.fault, report.records) == (None, 1202)
