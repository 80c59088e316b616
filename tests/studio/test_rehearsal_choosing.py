"""What a recorded value means on another draw: told by the checks, or chosen by the author."""

import pytest

from tests.conftest import Browser
from tests.factories.people import make_employee
from training_platform.config import ROOT
from training_platform.core import jobs
from training_platform.core.db import writing
from training_platform.core.permissions import Right
from training_platform.people.viewer import viewer_of
from training_platform.practicals import proof_runs
from training_platform.practicals.drawing import Drawn
from training_platform.practicals.files import files_of, read_practicals
from training_platform.studio.rehearsal import services
from training_platform.studio.rehearsal.meant import meant_by
from training_platform.studio.rehearsal.models import StudioRehearsal
from training_platform.studio.rehearsal.noting import Sent, note_of, page_of
from training_platform.studio.rehearsal.steps import WHOLE, built, field_key, file_of
from training_platform.studio.rehearsal.trying import try_now
from training_platform.studio.services import drafts

PRACTICALS, _MISTAKES = read_practicals(ROOT)
SLUG = "portrait-and-offer"
FORM = (
    '<form method="post" action=""><input name="product_0"><input name="quantity_0">'
    '<input name="words"><input name="owner_id"></form>'
)
DRAWN = Drawn(
    params={"day": "2026-03-02"},
    key={
        "wrong": 31,
        "top": [31, 29],
        "people": [{"name": "沈维", "seller": 5}, {"name": "许澄", "seller": 31}],
        "told": ["手机", "邮箱"],
        "named": ["手机", "邮箱"],
        "address": "of=order&rows=team",
    },
)


def noted(fields, address="quotes/new"):
    page = page_of("/crm/7/", address, FORM)
    sent = {name: [fields.get(name, "")] for name in page["forms"][0]["names"]}
    return note_of("/crm/7/", Sent(address, None, sent), [page])


def only(fields, choices=None, meant=None, **more):
    (step,) = built([noted(fields, **more)], DRAWN, {"0": choices or {}}, meant)
    return step


def filled(*given, **more):
    return only(*given, **more).step["fill"]


def test_a_value_is_what_the_checks_compare_its_field_with():
    meant = {"product": ("$key.top",), "owner": ("$key.people",), "words": ("$key.told",)}
    typed = {"product_0": "31", "quantity_0": "29", "owner_id": "31"}

    assert filled(typed)["product_0"] != "$key.top.0"
    assert filled(typed, meant=meant) == {
        "product_0": "$key.top.0",
        "quantity_0": "29",
        "owner_id": "$key.people.1.seller",
    }
    said = filled({"words": "涉及 手机 和 邮箱 。"}, meant=meant)
    assert said == {"words": "涉及 $key.told.0 和 $key.told.1 。"}


def test_what_a_task_forbids_tells_of_no_field():
    meant = meant_by(PRACTICALS[SLUG].task)

    assert meant["product"] == ("$key.top",)
    assert "id" not in meant
    assert meant_by(PRACTICALS["targets-and-lags"].task)["owner"] == ("$key.leads",)


def test_a_value_with_several_places_says_so_until_the_author_chose():
    typed = {"words": "手机"}
    (_page, unsure) = only(typed).values
    (piece,) = unsure.pieces
    assert (piece.place, [*piece.offers], piece.is_unsure) == (
        "$key.named.0",
        ["$key.named.0", "$key.told.0"],
        True,
    )

    chosen = only(typed, {"places": {"words": {"手机": "$key.told.0"}}}).values[1]
    assert (chosen.said, chosen.pieces[0].is_unsure) == ("$key.told.0", False)
    kept = only(typed, {"places": {"words": {"手机": ""}}}).values[1]
    assert kept.said == "手机"
    assert filled(typed, {"own": {"words": "about $key.wrong"}}) == {"words": "about $key.wrong"}


def test_a_whole_query_and_a_whole_form_are_taken_or_left_as_the_author_says():
    asked = only({"words": "A"}, address="reports/build?x=1&rows=team&of=order")
    assert asked.step["page"] == "reports/build?x=1&$key.address"
    piece_by_piece = {"places": {"page": {"of=order&rows=team": ""}}}
    apart = only({"words": "A"}, piece_by_piece, address="reports/build?x=1&rows=team&of=order")
    assert apart.step["page"] == "reports/build?x=1&rows=team&of=order"

    drawn = Drawn({}, {"form": {"product_0": "31", "words": "A B C D"}})
    notes = [noted({"product_0": "31", "words": "A B C D"})]
    assert built(notes, drawn, {})[0].step["fill"] == "$key.form"
    fields = built(notes, drawn, {"0": {"places": {WHOLE: {WHOLE: ""}}}})
    assert file_of(fields, [], drawn)["steps"][0]["fill"] == {
        "product_0": "$key.form.product_0",
        "words": "$key.form.words",
    }


@pytest.fixture
def begun(crm_app, crm_session):
    crm_app.test_client_class = Browser
    author = make_employee(crm_session, rights=(Right.TRAINER,))
    viewer, task = viewer_of(crm_session, author), PRACTICALS[SLUG].task
    draft = drafts.create_from_files(crm_session, viewer, "practical", SLUG, files_of(ROOT, SLUG))
    drawn = services.draw_task(crm_session, task, "first")
    wish = services.Wish("first", task.seller, "en", is_recording=True)
    found = services.begin_rehearsal(crm_session, draft, viewer, drawn, wish)
    found.notes = [noted({"product_0": str(drawn.key["first"]), "words": drawn.key["paid"]})]
    crm_session.commit()
    client, address = crm_app.test_client(), f"/studio/drafts/{draft.id}/rehearsal"
    ident = found.id
    client.sign_in(author)
    crm_session.rollback()
    client.post(f"{address}/stop")
    return client, f"{address}/steps", ident


def outcome(check, *, is_lost):
    status = "failed" if is_lost else "passed"
    return {"check": check, "status": status, "points": "0" if is_lost else "7", "most": "7"}


def test_what_was_chosen_is_tried_on_other_draws_at_once(crm_app, crm_session, begun, monkeypatch):
    client, steps, ident = begun
    shown = client.page(steps).text
    assert "top › 1" in shown
    assert "Not tried yet" in shown
    asked = []

    def told(task, solution):
        asked.append(solution)
        checks = [outcome("tier", is_lost=False), outcome("paid", is_lost=True)]
        worth = {"percent": "92.5", "is_passed": True, "outcomes": checks}
        return [{"draw": [0, "zh"], **worth}, {"draw": [1, "en"], "stuck": "no form here"}]

    monkeypatch.setattr(proof_runs, "try_out", told)
    found = crm_session.get_one(StudioRehearsal, ident)
    (step,) = built(found.notes, services.start_of(found)[0], {}, meant_by(PRACTICALS[SLUG].task))
    pieces = {each.name: each for value in step.values for each in value.pieces}
    crm_session.rollback()
    wrong = {f"own-0-{field_key('words')}": "$key.nowhere"}
    refused = client.post(steps, data=wrong)
    assert refused.status_code == 422
    assert "$key.nowhere was not drawn" in refused.text
    data = {f"place-0-{pieces['product_0'].key}": "$key.first"}
    assert client.post(steps, data=data).status_code == 303
    assert "The steps are being tried on other draws" in client.page(steps).text
    with crm_app.app_context():
        jobs.run_due()

    assert asked[0]["steps"][0]["fill"] == {"product_0": "$key.first", "words": "$key.paid"}
    page = client.page(steps).text
    assert "Draw 1 in Chinese: 92.5 of 100 points" in page
    assert "no form here" in page
    for _time in range(3):
        with crm_app.app_context():
            assert try_now(ident, 1) == "ended"
    assert len(asked) == 1


def test_a_trial_that_breaks_off_says_so(crm_app, crm_session, begun, monkeypatch):
    client, steps, _ident = begun

    def broken(*_):
        raise proof_runs.ProofStoppedError("killed")

    monkeypatch.setattr(proof_runs, "try_out", broken)
    client.post(steps, data={})
    with crm_app.app_context():
        jobs.run_due()
    assert "It took too long, or it broke" in client.page(steps).text
    with crm_app.app_context(), writing() as session:  # the draft cannot be read now
        found = session.get_one(StudioRehearsal, _ident)
        path = f"question_bank/practicals/{SLUG}.yaml"
        found.draft.file(path).put(b"id: x\n")
    client.post(steps, data={})
    with crm_app.app_context():
        jobs.run_due()
    assert "can be said once they are mended" in client.page(steps).text
