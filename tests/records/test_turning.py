"""A pass recorded as a fail, or the other way: two persons put the right result in its place."""

import pytest
from sqlalchemy import select

from tests.factories.people import make_employee
from tests.factories.records import make_record, propose_turning, record_of, turn_result
from training_platform.core import clock
from training_platform.core.errors import NotPermittedError, RuleError
from training_platform.core.permissions import Right
from training_platform.people.viewer import viewer_of
from training_platform.records import queries
from training_platform.records.corrections import services as corrections
from training_platform.records.corrections.rules import turned_percent_is_possible
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import number_in
from training_platform.records.verification import verify


@pytest.fixture
def owner(session):
    return make_employee(session)


@pytest.fixture
def two(session):
    """Return two persons of human resources."""
    return [make_employee(session, name=name, rights=(Right.HR,)) for name in ("人事甲", "人事乙")]


@pytest.mark.parametrize(
    ("outcome", "old", "new", "expected"),
    [
        ("passed", 40, 85, True),
        ("passed", 70, 70, True),
        ("passed", 70, 60, False),
        ("failed", 80, 20, True),
        ("failed", 80, 90, False),
        ("failed", 80, None, True),
        ("passed", None, 85, True),
    ],
)
def test_no_pass_has_less_than_its_fail_had(outcome, old, new, expected):
    assert turned_percent_is_possible(outcome, old, new) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("quizzes:attempt:12", 12),
        ("quizzes:attempt:12:regrade:3", 12),
        ("quizzes:attempts:12", None),
        ("exams:sitting:12", None),
        ("quizzes:attempt:", None),
    ],
)
def test_a_source_names_its_attempt(source, expected):
    assert number_in(source, "quizzes:attempt") == expected


def test_a_fail_becomes_a_pass_by_two_persons_and_the_chain_keeps_all_three(session, owner, two):
    failed = make_record(session, owner, "quiz_failed", "p", percent=40, outcome="failed")

    found = propose_turning(session, failed, two[0], percent=85, happened_on="2024-02-03")
    assert queries.subjects_with(session, owner.id, "quiz_passed") == set()
    with pytest.raises(NotPermittedError):
        corrections.approve_correction(
            session, found, viewer_of(session, two[0]), "", expected_version=found.version
        )
    corrections.approve_correction(
        session, found, viewer_of(session, two[1]), "", expected_version=found.version
    )

    rows = session.scalars(
        select(TrainingRecord)
        .where(TrainingRecord.employee_id == owner.id)
        .order_by(TrainingRecord.position)
    ).all()
    assert [each.kind for each in rows] == ["quiz_failed", "correction", "quiz_passed"]
    assert queries.subjects_with(session, owner.id, "quiz_failed") == set()
    assert queries.subjects_with(session, owner.id, "quiz_passed") == {"p"}
    right = rows[2]
    assert right.value.data["percent"] == 85
    assert right.value.data["outcome"] == "passed"
    assert right.value.data["replaces"] == failed.id
    assert clock.company_day(right.happened_at).isoformat() == "2024-02-03"
    assert failed.value.data["percent"] == 40
    session.commit()
    assert verify(session).fault is None


def test_the_person_reads_both_results_and_who_checked(client, session, owner, two):
    turn_result(
        session, make_record(session, owner, "quiz_failed", "p", percent=40), two, percent=85
    )
    session.commit()
    client.sign_in(owner)

    page = client.page("/records/")

    assert "Quiz passed: Customer Data Basics" in page.text
    assert "Stands in the place of a record that was corrected." in page.text
    assert "Checked by 人事乙." in page.text
    struck = [each.text_content() for each in page.select("//del")]
    assert struck == ["Not passed", "40 %", "Quiz failed: Customer Data Basics"]
    assert [each.text_content() for each in page.select("//ins")] == ["Pass", "85 %"]


@pytest.mark.parametrize(
    ("kind", "said", "values", "field"),
    [
        ("course_completed", {}, {}, "effect"),
        ("quiz_failed", {"percent": 70}, {"percent": 60}, "percent"),
        ("exam_passed", {"percent": 80}, {"percent": 81}, "percent"),
    ],
)
def test_what_cannot_be_turned_is_refused_beside_its_field(
    session, owner, two, kind, said, values, field
):
    record = make_record(session, owner, kind, "p", **said)

    with pytest.raises(RuleError) as refused:
        propose_turning(session, record, two[0], **values)
    assert refused.value.field == field


def test_what_no_longer_counts_is_not_turned_again(session, owner, two):
    failed = make_record(session, owner, "quiz_failed", "p", percent=40)
    turn_result(session, failed, two)

    with pytest.raises(RuleError, match="no longer counts"):
        propose_turning(session, failed, two[0])
    turn_result(session, record_of(session, owner, "quiz_passed"), two)

    assert queries.subjects_with(session, owner.id, "quiz_passed") == set()
    assert queries.subjects_with(session, owner.id, "quiz_failed") == {"p"}


def test_the_form_offers_the_other_result_only_where_there_is_one(client, session, owner, two):
    failed = make_record(session, owner, "quiz_failed", "p", percent=40).id
    course = make_record(session, owner).id
    session.commit()
    client.sign_in(two[0])
    address = f"/records/people/{owner.id}/{{}}/correction"

    assert "It was passed" in client.page(address.format(failed)).text
    assert "turned" not in client.page(address.format(course)).text
    sent = client.post(
        address.format(failed),
        data={"version": 0, "effect": "turned", "percent": 30, "changes": "c"}
        | {"reason": "r", "evidence": "e"},
    )
    assert sent.status_code == 422
    assert "A pass cannot have less than the 40 % of the fail." in sent.text


def test_an_imported_training_keeps_its_kind(session, owner, two):
    turn_result(session, make_record(session, owner, "training_imported", "", outcome="fail"), two)

    found = record_of(session, owner, "training_imported")

    assert found.value.data["outcome"] == "passed"
