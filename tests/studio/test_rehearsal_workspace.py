"""A task's draft is tried out in a scratch workspace that is the author's alone."""

from datetime import timedelta

import pytest

from tests.conftest import Browser
from tests.factories.people import make_employee
from training_platform.config import ROOT
from training_platform.core import clock
from training_platform.core.errors import NotPermittedError
from training_platform.core.permissions import Right
from training_platform.crm.models import CrmWorkspace
from training_platform.people.viewer import viewer_of
from training_platform.practicals.files import files_of
from training_platform.practicals.hand import Hand
from training_platform.practicals.schemas import SolutionFile
from training_platform.practicals.solving import solve
from training_platform.studio.patching import read
from training_platform.studio.rehearsal import keeping, services
from training_platform.studio.rehearsal.models import StudioRehearsal
from training_platform.studio.rehearsal.reading import read_task, solution_path, task_path
from training_platform.studio.services import drafts

SLUG = "mend-customer-data"


@pytest.fixture
def author(crm_app, crm_session):
    crm_app.test_client_class = Browser
    return make_employee(crm_session, rights=(Right.TRAINER,))


def begin_draft(session, author, slug=SLUG):
    draft = drafts.create_from_files(
        session, viewer_of(session, author), "practical", slug, files_of(ROOT, slug)
    )
    session.commit()
    return draft


def test_a_draft_is_tried_graded_and_thrown_away_by_its_author_alone(crm_app, crm_session, author):
    draft = begin_draft(crm_session, author)
    colleague = make_employee(crm_session, rights=(Right.TRAINER,))
    start = f"/studio/drafts/{draft.id}"
    client, other = crm_app.test_client(), crm_app.test_client()
    client.sign_in(author)
    other.sign_in(colleague)
    assert "Try it in a scratch workspace" in client.page(start).text

    there = client.post(f"{start}/rehearsal", data={"seed": "one"}).headers["Location"]
    rehearsal = crm_session.query(StudioRehearsal).one()
    workspace_id, home = rehearsal.workspace_id, there.removesuffix("#rehearsal")
    drawn, _start = services.start_of(rehearsal)
    crm_session.rollback()
    page = client.page(home).text
    assert "Your scratch workspace of this draft" in page
    assert "0 of 100 points" in client.page(f"{start}/rehearsal/worth").text

    solution = read(files_of(ROOT, SLUG)[solution_path(SLUG)].decode())
    solve(SolutionFile.model_validate(solution), Hand(client, home), drawn)
    assert "100 of 100 points" in client.page(f"{start}/rehearsal/worth").text
    assert other.get(home).status_code == 404
    assert other.get(f"{start}/rehearsal/worth").status_code == 303
    assert home not in other.page(f"{start}/rehearsal").text

    # the same word draws the same; what was open before is gone
    crm_session.rollback()
    client.post(f"{start}/rehearsal", data={"seed": "one"})
    assert client.get(home).status_code == 404
    again = crm_session.query(StudioRehearsal).filter_by(ended_at=None).one()
    assert services.start_of(again)[0].key == drawn.key
    crm_session.get_one(CrmWorkspace, again.workspace_id).used_at -= timedelta(days=8)
    assert services.end_abandoned(crm_session) == 1
    assert crm_session.get_one(CrmWorkspace, workspace_id).erased_at <= clock.now()


def test_a_draft_that_cannot_be_planted_says_why(crm_app, crm_session, author):
    draft = begin_draft(crm_session, author)
    client = crm_app.test_client()
    client.sign_in(author)
    viewer, path = viewer_of(crm_session, author), task_path(SLUG)
    start = f"/studio/drafts/{draft.id}/rehearsal"
    text = draft.file(path).text
    for broken, said in (
        (text.replace("points: 60", "points: 50"), "is worth 90 points in all"),
        (text.replace("options:", "options: {}\nother:", 1), "is not known"),
        (text[: text.index("options:")] + text[text.index("checks:") :], "KeyError"),
    ):
        drafts.put_files(crm_session, draft, viewer, {path: broken.encode()})
        crm_session.commit()
        refused = client.post(start)
        assert (refused.status_code, said in refused.text) == (422, True), refused.text
    assert crm_session.query(StudioRehearsal).count() == 0


def test_a_task_whose_solutions_are_still_missing_can_be_tried():
    files = files_of(ROOT, SLUG)
    text = files[task_path(SLUG)].decode()
    alone = {task_path(SLUG): text[: text.index("\nwrong:")].encode()}

    assert read_task(SLUG, alone).mistakes == ()
    assert read_task(SLUG, {}).mistakes[0].problem == "is missing"


def test_who_may_not_write_a_draft_neither_tries_nor_records_it(crm_app, crm_session, author):
    draft = begin_draft(crm_session, author)
    start, viewer = f"/studio/drafts/{draft.id}/rehearsal", viewer_of(crm_session, author)
    task = read_task(SLUG, draft.read_files()).task
    wish = services.Wish("one", 1, "en", is_recording=True)
    drawn = services.draw_task(crm_session, task, "one")
    rehearsal = services.begin_rehearsal(crm_session, draft, viewer, drawn, wish)
    stranger = viewer_of(crm_session, make_employee(crm_session, rights=(Right.HR,)))
    for refused in (
        lambda: services.begin_rehearsal(crm_session, draft, stranger, drawn, wish),
        lambda: services.end_rehearsal(crm_session, rehearsal, stranger),
        lambda: services.save_answers(crm_session, rehearsal, stranger, {}),
        lambda: keeping.stop_recording(crm_session, rehearsal, stranger, {}),
        lambda: keeping.decide_steps(crm_session, rehearsal, stranger, {}),
        lambda: keeping.keep_solution(crm_session, rehearsal, stranger, keeping.Kept()),
    ):
        with pytest.raises(NotPermittedError):
            refused()
    home, colleague = f"/crm/{rehearsal.workspace_id}/", crm_app.test_client()
    other = make_employee(crm_session, rights=(Right.TRAINER,))
    crm_session.commit()
    colleague.sign_in(other)
    # another trainer writes the same draft, and sees nothing of what was drawn for the author
    assert colleague.post(f"{start}/keep", data={"as": "solution"}).status_code == 303
    assert colleague.get(f"{start}/steps").status_code == 303
    assert colleague.get(f"{start}/files/0").status_code == 404
    assert colleague.post(f"{home}customer/new", data={}).status_code == 404
    assert rehearsal.notes == []
