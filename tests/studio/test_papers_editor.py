"""The form of a paper in a client: saved, counted, searched and drawn by those who may."""

from sqlalchemy.orm import object_session

from tests.factories.quizzes import make_paper
from tests.factories.studio import make_draft
from training_platform.studio.patching import read

PAPER = "question_bank/papers/mixed.yaml"


def form(draft, **changes):
    """Return what a browser sends of a paper with one draw and one chosen question."""
    session = object_session(draft)
    session.expire_all()
    number = str(draft.file(PAPER).number)
    session.commit()
    return {
        "number": number,
        "sections": "2",
        "title-zh": "综合测验",
        "title-en": "Mixed quiz",
        "summary-zh": "两组题。",
        "summary-en": "Two sections.",
        "kind": "final",
        "minutes": "20",
        "pass_percent": "80",
        "distinction_percent": "90",
        "review": "never",
        "ladder": "default",
        "s0-kind": "draw",
        "s0-topic": "bank",
        "s0-count": "3",
        "s0-points": "2",
        "s1-kind": "fixed",
        "s1-points": "1",
    } | changes


def begin(client, session, author):
    make_paper(session, id="bank", questions=4)
    draft = make_draft(session, author, "mixed", "paper")
    session.commit()
    client.sign_in(author)
    return draft, f"/studio/drafts/{draft.id}/paper"


def test_a_quiz_is_put_together_without_a_script(client, session, author):
    draft, address = begin(client, session, author)
    search = f"{address}/questions?section=1&s1-find=bank"
    ident = client.get(search).get_data(as_text=True).split('value="pick:1:')[1].split('"')[0]

    picked = client.post(address, data=form(draft, act=f"pick:1:{ident}"))

    assert (picked.status_code, picked.location) == (303, f"{address}#section-1")
    session.expire_all()
    value = read(draft.file(PAPER).text)
    session.commit()
    assert value["sections"] == [
        {"draw": {"topic": "bank", "count": 3}, "points": 2},
        {"questions": [ident]},  # one point is what is meant anyway
    ]
    page = client.page(address)
    assert "3 published questions fit." in page.text  # the chosen one is no longer drawn
    assert "4 questions · 7 points" in page.text
    assert ident not in client.get(search).get_data(as_text=True)
    sample = client.page(f"{address}/preview?draw=7").text
    assert "Question 4 of 4" in sample
    assert "Fill this in." not in page.text


def test_figures_follow_the_form_and_keep_nothing(client, session, author):
    draft, address = begin(client, session, author)
    before = draft.file(PAPER).text
    session.commit()

    answer = client.post(f"{address}/figures", data=form(draft, **{"s0-count": "9"}))

    assert "4 published questions fit, 9 are wanted: too few." in answer.get_data(as_text=True)
    session.expire_all()
    assert draft.file(PAPER).text == before


def test_mistakes_stand_beside_their_fields_and_texts_of_two_authors_go_together(
    client, session, author, colleague
):
    draft, address = begin(client, session, author)
    first = form(draft)
    client.post(address, data=first)
    here = form(draft)
    client.post(address, data=here | {"s0-count": "9", "title-en": ""})
    client.sign_in(colleague)
    client.post(address, data=here | {"minutes": "30"})
    page = client.page(address)

    session.expire_all()
    value = read(draft.file(PAPER).text)
    session.commit()
    assert (value["minutes"], value["sections"][0]["draw"]["count"]) == (30, 9)
    assert 'id="f-title-en-error"' in page.body
    assert 'id="f-s1-find"' in page.body
    client.post(address, data=form(draft, **{"minutes": "30", "s0-count": "9", "sections": "1"}))
    assert 'id="f-s0-count-error"' in client.page(address).body


def test_a_file_that_no_form_can_show_is_edited_as_text(client, session, author):
    draft, address = begin(client, session, author)
    draft.file(PAPER).content = "sections: yes\n"
    session.commit()

    answer = client.get(address)

    assert (answer.status_code, "/edit?path=" in answer.location) == (302, True)
