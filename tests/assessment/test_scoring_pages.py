"""The pages of scoring: the queue, the sheet and its draft, the comparison, the decision."""

import pytest
from sqlalchemy import select

from tests.counting import count_statements
from tests.factories.people import make_department, make_employee
from tests.factories.rubrics import make_rubric, make_scoring
from training_platform.assessment.rubrics import presentation, services
from training_platform.assessment.rubrics.models import Rating, Scoring
from training_platform.assessment.rubrics.rules import ScoringState
from training_platform.assessment.rubrics.services import Sheet
from training_platform.core import slots
from training_platform.core.permissions import Right
from training_platform.people.viewer import viewer_of

MARKER = "only-the-first-rater-knows"


@pytest.fixture
def trainee(session):
    return make_employee(session, name="王芳")


@pytest.fixture
def people(session):
    return [make_employee(session, rights=(Right.TRAINER,)) for _ in range(3)]


@pytest.fixture
def scoring(session, trainee):
    return make_scoring(session, trainee.id, material="Dear Mr Li,\nyour order left today.")


def rate(session, scoring, person, tone, content, comment=""):
    viewer = viewer_of(session, person)
    rating = services.claim(session, scoring.id, viewer)
    sheet = Sheet({"tone": tone, "content": content}, {"tone": comment}, comment)
    services.submit_rating(session, scoring.id, viewer, sheet, expected_version=rating.version)


def sign_in(client, session, person):
    session.commit()
    client.sign_in(person)
    return client


def send(client, session, address, form, **settings):
    """Post a form; the test itself must not hold the lock meanwhile."""
    session.rollback()
    return client.post(address, data=form, **settings)


def test_the_queue_shows_what_waits_and_never_the_own_work(client, session, people, scoring):
    own = make_scoring(session, people[0].id, rubric="reply")
    page = sign_in(client, session, people[0]).page("/scoring/")

    assert f"/scoring/{scoring.id}" in page.links()
    assert f"/scoring/{own.id}" not in page.links()


@pytest.mark.parametrize(
    ("query", "is_shown"),
    [
        ("", True),
        ("rubric=reply", True),
        ("rubric=other", False),
        ("state=open", True),
        ("state=final", False),
        ("state=nonsense", True),
        ("mine=1", False),
    ],
)
def test_the_queue_is_filtered(client, session, people, scoring, query, is_shown):
    make_rubric(session, "other")

    page = sign_in(client, session, people[0]).page(f"/scoring/?{query}")

    assert (f"/scoring/{scoring.id}" in page.links()) is is_shown


def test_many_are_taken_at_once(client, session, trainee, people, scoring):
    more = make_scoring(session, trainee.id, rubric="reply")
    sign_in(client, session, people[0])

    response = send(client, session, "/scoring/claim", {"id": [str(scoring.id), str(more.id)]})

    assert response.status_code == 303
    assert response.location == "/scoring/?mine=1"
    assert len(session.scalars(select(Rating)).all()) == 2


def test_taking_one_leads_to_its_sheet(client, session, people, scoring):
    sign_in(client, session, people[0])

    response = send(client, session, "/scoring/claim", {"id": str(scoring.id)})

    assert response.location == f"/scoring/{scoring.id}/rate"
    text = client.page(response.location).text
    assert "your order left today." in text
    assert "tone as seen on level 3" in text


def test_the_sheet_is_kept_as_a_draft_and_handed_in_without_a_script(
    client, session, people, scoring
):
    services.claim(session, scoring.id, viewer_of(session, people[0]))
    sign_in(client, session, people[0])
    address = f"/scoring/{scoring.id}/rate"

    kept = send(client, session, address, {"version": "1", "level_tone": "2", "act": "draft"})
    session.expire_all()
    rating = session.scalars(select(Rating)).one()
    assert (kept.status_code, rating.levels, rating.is_submitted) == (303, {"tone": 2}, False)

    form = {"version": str(rating.version), "level_tone": "2", "act": "submit"}
    refused = send(client, session, address, form)
    assert refused.status_code == 422
    assert "Choose a level for every criterion." in refused.get_data(as_text=True)

    assert send(client, session, address, form | {"level_content": "3"}).status_code == 303
    assert session.scalars(select(Rating)).one().is_submitted


def test_the_draft_tells_what_was_kept_and_refuses_an_older_window(
    client, session, people, scoring
):
    services.claim(session, scoring.id, viewer_of(session, people[0]))
    sign_in(client, session, people[0])
    address, asked = f"/scoring/{scoring.id}/draft", {"Accept": "application/json"}

    first = send(client, session, address, {"version": "1", "level_tone": "2"}, headers=asked)
    older = send(client, session, address, {"version": "1", "level_tone": "1"}, headers=asked)
    wrong = send(client, session, address, {"version": "2", "level_tone": "9"}, headers=asked)

    assert (first.status_code, first.json["version"]) == (200, 2)
    assert (older.status_code, wrong.status_code) == (409, 422)
    assert session.scalars(select(Rating)).one().levels == {"tone": 2}


def test_of_two_windows_the_second_is_shown_what_is_true_now(client, session, people, scoring):
    services.claim(session, scoring.id, viewer_of(session, people[0]))
    sign_in(client, session, people[0])
    address = f"/scoring/{scoring.id}/rate"
    send(client, session, address, {"version": "1", "level_tone": "2", "act": "draft"})

    response = send(
        client, session, address, {"version": "1", "overall_comment": "typed here", "act": "submit"}
    )

    assert response.status_code == 409
    text = response.get_data(as_text=True)
    assert "typed here" in text
    assert "Draft saved" in text


def test_nobody_sees_others_ratings_before_handing_in_the_own(client, session, trainee, people):
    make_rubric(session)
    scoring = make_scoring(session, trainee.id, raters=3, rubric="reply")
    rate(session, scoring, people[0], 2, 2, MARKER)
    rate(session, scoring, people[1], 2, 2, MARKER)
    address = f"/scoring/{scoring.id}"

    # Who has not rated could still take the third seat.
    assert MARKER not in sign_in(client, session, people[2]).page(address).text

    services.claim(session, scoring.id, viewer_of(session, people[2]))
    session.commit()
    assert MARKER not in client.page(address).text
    assert MARKER not in client.page(f"{address}/rate").text

    assert MARKER in sign_in(client, session, people[0]).page(address).text


def test_both_are_seen_side_by_side_once_both_are_in(client, session, people, scoring):
    rate(session, scoring, people[0], 0, 2, MARKER)
    rate(session, scoring, people[1], 4, 2)

    page = sign_in(client, session, people[1]).page(f"/scoring/{scoring.id}")

    assert MARKER in page.text
    assert "more than one level apart" in page.text
    assert f"/scoring/{scoring.id}/resolve" not in page.links()


def test_a_third_decides_on_the_page(client, session, people, scoring):
    rate(session, scoring, people[0], 0, 2)
    rate(session, scoring, people[1], 4, 2)
    page = sign_in(client, session, people[2]).page(f"/scoring/{scoring.id}/resolve")
    version = page.select("//input[@name='version']")[0].get("value")

    form = {"version": version, "level_tone": "2", "level_content": "2"}
    assert send(client, session, f"/scoring/{scoring.id}/resolve", form).status_code == 422
    response = send(client, session, f"/scoring/{scoring.id}/resolve", form | {"reason": "Seen."})

    assert response.status_code == 303
    session.expire_all()
    assert session.get_one(Scoring, scoring.id).state is ScoringState.FINAL
    text = client.page(f"/scoring/{scoring.id}").text
    assert people[0].name in text
    assert "12.5" in text


def test_the_head_reads_it_and_the_trainee_does_not(client, session, trainee, scoring):
    head = make_employee(session, headed=trainee.department)
    stranger = make_employee(session, headed=make_department(session, "ELSE"))

    sign_in(client, session, head).page(f"/scoring/{scoring.id}")
    sign_in(client, session, stranger).page(f"/scoring/{scoring.id}", status=404)
    sign_in(client, session, trainee)
    assert client.get(f"/scoring/{scoring.id}").status_code == 403


def test_the_package_that_asked_shows_its_own_material(app, client, session, people, scoring):
    slots.fill(
        app, "scoring.material", lambda scoring: f"<p>material of {scoring.subject_kind}</p>"
    )

    page = sign_in(client, session, people[0]).page(f"/scoring/{scoring.id}")

    assert "material of test_work" in page.text


def test_the_scored_rubric_names_no_rater_to_the_trainee(app, session, people, scoring):
    rate(session, scoring, people[0], 2, 2, "Warm words.")
    rate(session, scoring, people[1], 3, 2)

    with app.test_request_context():
        view = presentation.scored_views(session, scoring.subject_kind, scoring.subject_id)["reply"]
        template = app.jinja_env.get_template("scoring/_scored.html")
        drawn = str(template.module.scored(view))

    assert "13.8" in drawn
    assert "tone as seen on level 2" in drawn
    assert "tone as seen on level 3" in drawn
    assert "Warm words." in drawn
    assert people[0].name not in drawn


@pytest.mark.parametrize("address", ["/scoring/", "/scoring/{id}"])
def test_the_pages_ask_no_more_for_more(client, session, trainee, people, scoring, address):
    rate(session, scoring, people[0], 2, 2)
    rate(session, scoring, people[1], 3, 2)
    address = address.format(id=scoring.id)
    sign_in(client, session, people[0])
    before = count_statements(client, f"{address}?state=final")

    for _ in range(5):
        more = make_scoring(session, trainee.id, raters=1, rubric="reply")
        rate(session, more, people[2], 2, 2)
    session.commit()

    assert count_statements(client, f"{address}?state=final") == before
    assert before < 20
