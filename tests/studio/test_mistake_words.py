"""What is wrong with a file is said in Chinese on a Chinese page, whatever kind of file it is."""

import re

import pytest
from flask_babel import force_locale
from pydantic import BaseModel

from training_platform.config import ROOT
from training_platform.content.library import parse
from training_platform.core.errors import RuleError
from training_platform.core.i18n import translate
from training_platform.core.kinds import Draft, Library, Mistake, registered
from training_platform.core.schemas import PairId, Slug
from training_platform.studio.formats.reading import read_questions
from training_platform.studio.key_words import key_text
from training_platform.studio.mistake_words import (
    EXPECTED,
    PROBLEMS,
    expected_text,
    problem_text,
    sentence,
)
from training_platform.studio.uploaded_pictures import prepared

HANZI = re.compile(r"[\u3400-\u9fff]")
#: A key of the top with all that belongs to it.
KEY = re.compile(r"^([a-z_]+):.*(?:\n[ \t]+.*|\n)*", re.MULTILINE)
#: How a page quotes what is listed nowhere.
QUOTED = ("不对：", "按其中所说：")
KINDS = [
    "competencies",
    "question",
    "rubric",
    "course",
    "paper",
    "practical",
    "curricula",
    "exam",
    "case",
    "faq",
]


def broken(text):
    """Yield the text of a YAML file, broken in every way that a trainer may break it."""
    yield "cut", text[: len(text) // 2] + '"'
    yield "a tab", text.replace("\n", "\n\t", 1)
    yield "a strange key", f"{text}\nstrange: 1\n"
    yield "a key twice", f"{text}\n{text}"
    for match in KEY.finditer(text):
        for put in ("nowhere/nothing", "[]", "{x: 1}", "-3", ""):
            yield f"{match[1]}: {put}", text.replace(match[0], f"{match[1]}: {put}\n", 1)
        yield f"no {match[1]}", text.replace(match[0], "", 1)
        number = re.sub(r"\b\d+\b", "987", match[0])
        if number != match[0]:
            yield f"{match[1]} too large", text.replace(match[0], number, 1)


def mistakes_of(kind, slug, files):
    draft, library = parse(kind, slug, files), Library([kind])
    if draft.data is not None:
        library.add(kind, draft)
        kind.check(draft, library)
    return draft.mistakes


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", KINDS)
def test_a_broken_file_is_told_of_in_chinese(app, name):
    kind = next(each for each in registered(app) if each.name == name)
    slug, paths = sorted(kind.find(ROOT).items())[0]
    whole = {str(path.relative_to(ROOT)): path.read_bytes() for path in paths}
    path = min((each for each in whole if each.endswith(".yaml")), key=len, default=min(whole))
    found: dict[Mistake, str] = {}
    for how, text in broken(whole[path].decode()):
        for each in mistakes_of(kind, slug, whole | {path: text.encode()}):
            found.setdefault(each, how)

    assert len({each.problem for each in found}) > 3
    unsaid = set()
    with app.test_request_context("/?lang=zh"), force_locale("zh"):
        for each, how in found.items():
            for said, told in (
                (each.problem, problem_text(each.problem)),
                (each.expected, expected_text(each.expected)),
            ):
                if not HANZI.search(told) or told.startswith(QUOTED):
                    unsaid.add((how, said))
            assert HANZI.search(sentence(each))
    assert unsaid == set()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_text_is_one_that_some_check_says(app):
    with app.test_request_context(), force_locale("zh"):
        for each in (*PROBLEMS, *EXPECTED):
            assert HANZI.search(str(each))
        assert problem_text("nowhere is no lesson") == "没有微课 nowhere"
        assert expected_text("at most 3, so many fit") == "最多 3，符合的只有这么多"
        assert problem_text("said by nobody") == "不对：said by nobody"
    with app.test_request_context(), force_locale("en"):
        assert problem_text("nowhere is no lesson") == "nowhere is no lesson"


def test_what_an_upload_is_refused_for_is_said_in_chinese_too(app):
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
    question = b"id: t/a\nkind: true_false\nstem: {zh: x, en: y}\nanswer: 7\nwhy: {zh: x, en: y}\n"

    with app.test_request_context(), force_locale("zh"):
        with pytest.raises(RuleError) as refused:
            prepared(drawing)
        found = read_questions("x.yaml", question, topic="t", locale="zh").refused

        assert translate(refused.value.text, **refused.value.values) == (
            "这张图还不能显示。第 1 行：“viewBox”没有填写。第 1 行：“script”不能放在图里。"
        )
        assert [each.reason for each in found] == [
            "answer：内容检查没有通过（既不是 true 也不是 false；应为：true 或 false）。"
        ]


def test_keys_are_said_in_the_words_of_the_forms(app):
    said = {
        "lessons[7].check": "微课 8 · 自测题",
        "options[0].why.en": "选项 1 · 解析 · 英文",
        "checks[2].where": "checks[2].where",
    }

    with app.test_request_context(), force_locale("zh"):
        assert {key: key_text(key) for key in said} == said
    with app.test_request_context(), force_locale("en"):
        assert key_text("lessons[7].check") == "Lesson 8 · Check question"


def test_an_id_of_another_form_is_said_without_its_pattern():
    class Entry(BaseModel):
        check: PairId
        slug: Slug

    draft = Draft("course", "c", {"c.yaml": b"check:\nslug: No Slug\n"})

    draft.validate("c.yaml", {"check": "", "slug": "No Slug"}, Entry)

    assert [(each.problem, each.expected) for each in draft.mistakes] == [
        ("is empty", "two ids with a slash between them, such as complaints/first-words"),
        ("is not right", "lower case, words joined by hyphens"),
    ]
