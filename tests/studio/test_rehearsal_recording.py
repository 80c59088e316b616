"""Solutions that are recorded by doing them hold on another draw."""

import pytest

from tests.conftest import BACKENDS, Browser
from tests.factories.people import make_employee
from training_platform.config import ROOT
from training_platform.core import jobs
from training_platform.core.kinds import Draft
from training_platform.core.permissions import Right
from training_platform.people.viewer import viewer_of
from training_platform.practicals.benches import seat
from training_platform.practicals.drawing import Drawn
from training_platform.practicals.files import files_of, read_draft, read_practicals
from training_platform.practicals.hand import Hand
from training_platform.practicals.solving import solve
from training_platform.practicals.trials import try_out
from training_platform.studio.rehearsal import services
from training_platform.studio.rehearsal.models import StudioRehearsal
from training_platform.studio.rehearsal.noting import Sent, note_of, page_of
from training_platform.studio.rehearsal.reading import solution_path
from training_platform.studio.rehearsal.steps import answers_of, built, file_of
from training_platform.studio.rehearsal.texts import TROUBLES
from training_platform.studio.services import drafts

PRACTICALS, _MISTAKES = read_practicals(ROOT)
#: Entered and changed, merged, imported with a file, and one customer's whole story with links;
#: then those whose values are told from chance by the checks alone.
RECORDED = (
    *("enter-customers", "merge-duplicates", "import-fair-list", "lead-to-won"),
    *("dashboard-diagnosis", "data-breach-drill", "journey-map", "portrait-and-offer"),
    *("targets-and-lags", "churn-warning"),
)
#: On the first draw of all, chance helps this one.
DRAWS = {"data-breach-drill": 3, "targets-and-lags": 3}
HOME = "/crm/7/"
#: The steps are made of pages, which are alike on both; that they are is for the long run to prove.
EVERYWHERE = [
    pytest.param(name, marks=() if name == "sqlite" else pytest.mark.soak) for name in BACKENDS
]


@pytest.fixture
def author(crm_app, crm_session):
    crm_app.test_client_class = Browser
    return make_employee(crm_session, rights=(Right.TRAINER,))


def record(app, session, author, slug):
    """Take the shipped solution while it is recorded; return the draft's id, and the client."""
    viewer = viewer_of(session, author)
    files = files_of(ROOT, slug) | {solution_path(slug): b"steps: []\n"}
    draft = drafts.create_from_files(session, viewer, "practical", slug, files)
    task, draft_id = PRACTICALS[slug].task, draft.id
    is_looking = any(each.look for each in PRACTICALS[slug].solution.steps)
    drawn = services.draw_task(session, task, "first")
    wish = services.Wish("first", task.seller, "en", is_recording=True, is_noting_looks=is_looking)
    workspace_id = services.begin_rehearsal(session, draft, viewer, drawn, wish).workspace_id
    client = app.test_client()
    client.sign_in(author)

    def wait():
        with app.app_context():
            jobs.run_due()

    hand = Hand(client, f"/crm/{workspace_id}/", wait)
    answers = solve(PRACTICALS[slug].solution, hand, drawn)
    typed = {f"answer-{name}": text for name, text in answers.items()}
    client.post(f"/studio/drafts/{draft_id}/rehearsal/answers", data=typed)
    return draft_id, client


@pytest.mark.parametrize("crm_database_url", EVERYWHERE, indirect=True)
@pytest.mark.parametrize("slug", RECORDED)
def test_what_was_recorded_on_one_draw_is_worth_everything_on_another(
    crm_app, crm_session, author, slug
):
    draft_id, client = record(crm_app, crm_session, author, slug)
    start = f"/studio/drafts/{draft_id}/rehearsal"
    client.post(f"{start}/stop")
    shown = client.page(f"{start}/steps").text
    assert "100 of 100 points when the recording stopped" in shown
    with crm_app.test_request_context():
        assert [each for each in map(str, TROUBLES.values()) if each in shown] == []
    new = {"as": "new", "name": "just-so", "loses": PRACTICALS[slug].task.checks[0].id}
    assert client.post(f"{start}/keep", data=new).status_code == 422
    why = {"why-zh": "错在这里", "why-en": "That is wrong"}
    assert client.post(f"{start}/keep", data={**new, **why}).status_code == 303
    assert client.post(f"{start}/keep", data={"as": "solution"}).status_code == 303

    draft = crm_session.query(StudioRehearsal).one().draft
    kept = read_draft(Draft("practical", slug, draft.read_files()))
    crm_session.rollback()
    assert kept.task.wrong[-1].name == "just-so"
    assert kept.wrong["just-so"] == kept.solution
    told = [*try_out(kept.task, kept.solution, seat(crm_app), DRAWS.get(slug, 1))]
    assert [each.get("percent", each.get("stuck")) for each in told] == ["100.00"] * len(told)


def sent(page, fields, *, address="customer/new", led=None, is_refused=False):
    return note_of(HOME, Sent(address, None, fields, {}, is_refused, led), page)


def noted(text, address="customer/new", *, is_back=False):
    return page_of(HOME, address, text, is_back=is_back)


FORM = (
    '<h1>New <b>customer</b></h1><form method="post" action=""><input name="csrf_token" value="t">'
    '<label for="n">Name</label><input id="n" name="name" value=""><input name="kind" value="firm">'
    '<input type="checkbox" name="is_key" value="y" checked>'
    '<button name="act" value="go">Go</button>'
    "</form>"
)


def test_a_form_is_noted_by_what_differs_from_the_page():
    note = sent(
        [noted(FORM)], {"csrf_token": ["x"], "name": ["A"], "kind": ["firm"], "act": ["go"]}
    )

    assert (note["fill"], note["press"]) == ({"name": "A", "is_key": []}, "act=go")
    assert (note["title"], note["labels"]) == ("New customer", {"name": "Name"})
    assert sent([], {"name": ["A"]})["trouble"] == "unknown_page"


def test_values_that_were_drawn_become_places_unless_they_are_kept_as_typed():
    drawn = Drawn(
        params={"day": "2026-03-02"},
        key={
            "rows": 30,
            "cards": [
                {"name": "禾澜机械", "kind": "trade", "from": "fair"},
                {"name": "衡川食品", "kind": "firm", "from": "call"},
            ],
        },
    )
    page, fields = [noted(FORM)], {"kind": ["trade"], "is_key": ["y"]}
    notes = [
        sent(page, {**fields, "name": ["禾澜机械"]}, led="customer/10000004"),
        sent(page, {**fields, "kind": ["firm"], "name": ["衡川食品"]}, led="customer/10000005"),
    ]
    all_of_them = {"name": "$each.name", "kind": "$each.kind"}

    (step,) = file_of(built(notes, drawn, {}), [], drawn)["steps"]
    assert step == {"each": "$key.cards", "page": "customer/new", "fill": all_of_them}
    given = {"when": "on 2026-03-02", "rows": "30 %"}
    said = answers_of(given, drawn, (), {"rows": ["$key.rows"]})
    typed = built(notes, drawn, {"0": {"typed": ["name"]}, "1": {"out": True}})
    assert file_of(typed, said, drawn) == {
        "steps": [
            {"page": "customer/new", "fill": {"name": "禾澜机械", "kind": "$key.cards.0.kind"}}
        ],
        "answers": [
            {"check": "when", "text": "on $params.day"},
            {"check": "rows", "text": "$key.rows %"},
        ],
    }


def test_a_record_of_this_workspace_alone_is_reached_as_the_author_reached_it():
    there = noted('<h1>A</h1><a href="/crm/7/customer/10000004/edit">x</a>', "customer/10000004")
    edit = noted(FORM, "customer/10000004/edit")
    notes = [
        sent([noted(FORM)], {"name": ["A"], "kind": ["firm"]}, led="customer/10000004"),
        sent([there, edit], {"name": ["B"], "kind": ["firm"]}, address=edit["address"]),
    ]
    first, second = built(notes, Drawn({}, {}), {})

    assert (second.step["page"], second.step["link"]) == (".", "/edit")
    assert (first.trouble, second.trouble) == (None, None)
    alone = built([{**notes[1], "via": None}], Drawn({}, {}), {})
    assert alone[0].trouble == "own_record"
