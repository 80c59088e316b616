"""What the chain promises when it grows."""

from tests.factories.people import make_employee
from training_platform.records import queries, services
from training_platform.records.chain import GENESIS
from training_platform.records.models import RecordHead


def test_records_of_one_person_form_a_chain(session):
    employee = make_employee(session)

    first = services.append(session, employee.id, "joined", "", source="a")
    second = services.append(session, employee.id, "quiz_passed", "p", source="b", percent=90)

    assert (first.position, first.previous_hash) == (1, GENESIS)
    assert (second.position, second.previous_hash) == (2, first.hash)
    head = session.get(RecordHead, employee.id)
    assert (head.length, head.hash) == (2, second.hash)


def test_a_source_is_recorded_once(session):
    employee = make_employee(session)

    services.append(session, employee.id, "joined", "", source="a")

    assert services.append(session, employee.id, "joined", "", source="a") is None
    assert session.get(RecordHead, employee.id).length == 1


def test_subjects_are_those_of_one_kind(session):
    employee = make_employee(session)
    services.append(session, employee.id, "lesson_finished", "c/one", source="1")
    services.append(session, employee.id, "lesson_finished", "c/two", source="2")
    services.append(session, employee.id, "course_completed", "c", source="3")

    assert queries.subjects_with(session, employee.id, "lesson_finished") == {"c/one", "c/two"}
