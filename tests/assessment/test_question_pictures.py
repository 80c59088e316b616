"""The picture of a question: checked, drawn, pinned with the attempt that shows it."""

import io
import random

import pytest
from PIL import Image

from tests.factories.assessment import definition
from tests.factories.content import publish_paper, publish_question
from tests.factories.people import make_employee
from tests.test_markers import found
from training_platform.assessment import pictures
from training_platform.assessment.content_kinds import QuestionKind
from training_platform.assessment.presentation import make_order, public_view
from training_platform.assessment.review import review_of
from training_platform.content.pictures import encode
from training_platform.core.kinds import Draft
from training_platform.people.viewer import viewer_of
from training_platform.quizzes import services
from training_platform.quizzes.models import Paper

FOLDER = "question_bank/questions/calls"
WORDS = "picture: {zh: 一张图, en: A picture}\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'
YAML = """\
id: calls/first
kind: true_false
skills: [data-quality]
difficulty: foundation
stem: {zh: 对吗？, en: Is it so?}
answer: true
why: {zh: 对。, en: It is.}
explanation: {zh: 对。, en: It is.}
"""


def parsed(text, **media):
    """Parse a question with files of media/, whose names are written with two underlines."""
    files = {f"{FOLDER}/first.yaml": text.encode()}
    files |= {
        f"{FOLDER}/media/{name.replace('__', '.')}": raw.encode() for name, raw in media.items()
    }
    draft = Draft("question", "calls/first", files)
    return draft, QuestionKind().parse(draft)


def test_one_picture_serves_both_languages_and_each_may_have_its_own():
    _draft, data = parsed(YAML + WORDS, first__svg=SVG.format("<rect/>"))
    assert 'aria-label="一张图"' in data["drawn"]["zh"]
    assert 'aria-label="A picture"' in data["drawn"]["en"]

    own = {"first__zh__svg": SVG.format("<rect/>"), "first__en__svg": SVG.format("<circle/>")}
    draft, data = parsed(YAML + WORDS, **own)
    assert not draft.mistakes
    assert ("<rect" in data["drawn"]["zh"], "<circle" in data["drawn"]["en"]) == (True, True)


@pytest.mark.parametrize(
    ("text", "media", "path", "problem"),
    [
        (YAML + WORDS, {}, "first.yaml", "has no file"),
        (YAML + WORDS, {"first__zh__svg": SVG.format("")}, "first.yaml", "has no file"),
        (YAML, {"first__svg": SVG.format("")}, "media/first.svg", "is not shown"),
        (
            YAML + WORDS,
            {"first__svg": SVG.format(""), "second__svg": SVG.format("")},
            "media/second.svg",
            "is not shown",
        ),
        (
            YAML + WORDS,
            {"first__svg": SVG.format("<script/>")},
            "media/first.svg",
            "may not stand in a figure",
        ),
        (YAML + WORDS, {"first__webp": "RIFF"}, "media/first.webp", "cannot be read"),
        (YAML + "picture: {zh: 一张图}\n", {"first__svg": SVG.format("")}, "first.yaml", "missing"),
    ],
    ids=["none", "one-language", "no-words", "stranger", "script", "broken", "half-words"],
)
def test_what_is_wrong_with_a_picture_is_named_where_it_is(text, media, path, problem):
    draft, _data = parsed(text, **media)

    said = [(each.path, each.problem) for each in draft.mistakes]
    assert any(place == f"{FOLDER}/{path}" and problem in told for place, told in said), said


def test_every_kind_shows_its_picture_and_the_review_too():
    for kind in ("single_choice", "matching", "ordering", "gap_text", "numeric", "short_answer"):
        data = definition(kind) | {"drawn": {"en": "<svg id=drawn></svg>"}}
        order = make_order(data, random.Random(1))

        assert "drawn" in public_view(data, order, "en").picture
        assert "drawn" in review_of(data, order, "en", None).picture
        assert not public_view(data, order, "zh").picture


def test_a_photo_becomes_small_enough_for_a_phone():
    photo = io.BytesIO()
    Image.effect_noise((2400, 1800), 60).convert("RGB").save(photo, "JPEG")

    made = encode(photo.getvalue(), pictures.UPLOADED)

    with Image.open(io.BytesIO(made)) as picture:
        assert max(picture.size) == pictures.UPLOADED.side
    assert len(made) <= pictures.MOST_BYTES


def test_an_attempt_keeps_the_picture_it_was_begun_with(client, session):
    first, second = (SVG.format(f'<text id="{name}">1</text>').encode() for name in ("old", "new"))
    words = {"zh": "一张图", "en": "A picture"}
    publish_question(session, slug="calls/first", picture=words, media={"first.svg": first})
    publish_paper(session, slug="calls", questions=["calls/first"], review="after_submission")
    employee, other = make_employee(session), make_employee(session)
    viewer = viewer_of(session, employee)
    attempt = services.start_attempt(session, session.get_one(Paper, "calls"), viewer)
    publish_question(session, slug="calls/first", picture=words, media={"first.svg": second})
    session.commit()
    client.sign_in(employee)
    address = f"/quizzes/attempts/{attempt.token}"

    asked = client.page(address)
    assert asked.select("//fieldset//svg[@role='img'][@aria-label='A picture']")
    assert "-old" in asked.body
    services.submit_attempt(session, attempt.id, viewer)
    session.commit()
    assert client.page(f"{address}/result").select("//svg[@aria-label='A picture']")
    client.sign_in(other)
    assert not found(client.get(address), ("A picture", "figure-art"))
