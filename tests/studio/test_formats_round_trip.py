"""Import, export, import: nothing changes, and what a format cannot hold is named."""

import json
from collections import Counter
from functools import cache

import pytest
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from training_platform.config import ROOT
from training_platform.core.yaml_files import Document
from training_platform.studio.formats import shape
from training_platform.studio.formats.reading import read_questions
from training_platform.studio.formats.results import NotHeld
from training_platform.studio.formats.template_files import EXAMPLES, template
from training_platform.studio.formats.writing import FORMATS, differences, write_questions

#: Formats that hold one language only.
ONE_LANGUAGE = {"aiken", "chinese"}


@cache
def bank() -> tuple[dict, ...]:
    paths = sorted((ROOT / "question_bank" / "questions").glob("*/*.yaml"))
    return tuple(shape.canonical(Document(path.read_text("utf-8")).value) for path in paths)


def again(format_name: str, data: bytes, locale: str):
    ending = FORMATS[format_name].ending
    found = read_questions(f"x.{ending}", data, topic="bank", locale=locale)
    assert found.format == format_name
    assert not found.refused
    return found.questions


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("format_name", FORMATS)
def test_the_whole_bank_comes_back_but_for_what_is_named(format_name, locale):
    written = write_questions(bank(), format_name, locale=locale)
    whole_lost = {each.slug for each in written.not_held if each.code != "not_held"}
    named = Counter((each.slug, each.key) for each in written.not_held if each.code == "not_held")

    kept = [question for question in bank() if question["id"] not in whole_lost]
    found = again(format_name, written.data, locale)

    assert written.count == len(kept) == len(found) > 50
    lost = Counter(
        (question["id"], key)
        for question, other in zip(kept, found, strict=True)
        for key in differences(question, other.value)
    )
    assert lost == named


@pytest.mark.parametrize(
    ("format_name", "kinds", "keys"),
    [
        ("gift", {"gap_text", "ordering"}, {"unit", "pairs", "picture"}),
        ("moodle", {"gap_text"}, {"pairs", "picture"}),
        ("csv", set(), {"picture"}),
        ("xlsx", set(), {"picture"}),
    ],
)
def test_a_format_of_two_languages_loses_only_what_it_has_no_place_for(format_name, kinds, keys):
    not_held = write_questions(bank(), format_name).not_held

    assert {each.key for each in not_held if each.code == "kind_not_held"} == kinds
    assert {each.key for each in not_held if each.code == "not_held"} == keys


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("format_name", FORMATS)
def test_import_export_import_changes_nothing(format_name, locale):
    first = again(format_name, write_questions(bank(), format_name, locale=locale).data, locale)
    written = write_questions([each.value for each in first], format_name, locale=locale)
    second = again(format_name, written.data, locale)

    assert [each.value for each in second] == [each.value for each in first]
    assert [each.file_text for each in second] == [each.file_text for each in first]
    lost = {each.key for each in written.not_held}
    assert lost == (set() if format_name != "aiken" else {"id"} & lost)


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("format_name", FORMATS)
def test_the_template_is_read_as_it_is(format_name, locale):
    made = template(format_name, locale)
    found = again(format_name, made.data, locale)

    assert made.count == len(found) >= 1
    assert {each.value["kind"] for each in found} == FORMATS[format_name].kinds
    if format_name not in ONE_LANGUAGE:
        assert not any(each.missing for each in found)


def test_the_examples_have_one_of_each_kind_and_need_nothing():
    assert {example["kind"] for example in EXAMPLES} == set().union(
        *(known.kinds for known in FORMATS.values())
    )


def test_formulas_are_harmless_in_a_table_and_come_back_as_they_were():
    evil = '=HYPERLINK("http://x.example","x")'
    question = {**EXAMPLES[0], "id": "t/a", "stem": {"zh": evil, "en": "@SUM(A1)"}}
    written = write_questions([question], "csv")

    assert b"\"'=HYPERLINK" in written.data
    assert not written.not_held
    assert again("csv", written.data, "zh")[0].value["stem"] == question["stem"]


# Texts with every sign that one of the formats gives a meaning to.
SIGNS = "ab 一二,;:：；=~#{}[]()（）%|/\\'\"<>&*_-+@$?!。、.．\nA1"
TEXTS = st.builds(
    lambda text, letter: "\n".join(filter(None, map(str.strip, f"{text}{letter}".split("\n")))),
    st.text(SIGNS, max_size=14),
    st.sampled_from(["x", "题"]),
)
LABELS = st.sampled_from(
    ["答案：A", "A. x", "ANSWER: B", "// x", "::x::", "1. 二", "&lt;b&gt;", "解析："]
)
LANGUAGES = st.sampled_from([("zh",), ("en",), ("zh", "en")])


def question_of(draw, languages, kind):
    def text():
        return {language: draw(TEXTS | LABELS) for language in languages}

    def several(least, most):
        made = [text() for _ in range(draw(st.integers(least, most)))]
        for number, each in enumerate(made):
            each.update({language: f"{said} {number}" for language, said in each.items()})
        return made

    question = {"id": f"t/{kind.replace('_', '-')}", "kind": kind, "stem": text()}
    if draw(st.booleans()):
        question |= {"explanation": text(), "skills": ["data-quality"], "difficulty": "applied"}
    if kind in {"single_choice", "multiple_choice"}:
        right = 1 if kind == "single_choice" else 2
        question["options"] = [
            {"text": said, "correct": True} if number < right else {"text": said, "why": text()}
            for number, said in enumerate(several(3, 5))
        ]
    elif kind == "true_false":
        question |= {"answer": draw(st.booleans()), "why": text()}
    elif kind == "short_answer":
        forms = [f"{draw(TEXTS)}{n}" for n in range(draw(st.integers(1, 3)))]
        question["accepted"] = dict.fromkeys(languages, forms)
    elif kind == "numeric":
        question["answer"] = draw(
            st.integers(-999, 999) | st.decimals(-99, 99, places=2).map(float)
        )
        question["tolerance"] = draw(st.sampled_from([0, 0.5, 2]))
    elif kind == "matching":
        lefts, rights = several(3, 6), several(6, 8)
        question["pairs"] = [
            {"left": left, "right": right} for left, right in zip(lefts, rights, strict=False)
        ]
        question["extra"] = rights[len(lefts) :]
    elif kind == "ordering":
        question["items"] = several(3, 7)
    else:
        question["text"] = {name: f"{said} {{{{1}}}}。" for name, said in text().items()}
        question["gaps"] = [{"accepted": {language: [draw(TEXTS)] for language in languages}}]
    return question


@st.composite
def questions(draw, kinds):
    return question_of(draw, draw(LANGUAGES), draw(st.sampled_from(sorted(kinds))))


@pytest.mark.parametrize("format_name", FORMATS)
def test_any_question_comes_back_or_is_named(format_name):
    @settings(max_examples=12 if format_name == "xlsx" else 50, deadline=None)
    @given(questions(FORMATS[format_name].kinds))
    def check(question):
        locale = "en" if "zh" not in question["stem"] else "zh"
        written = write_questions([question], format_name, locale=locale)
        if not written.count:
            assert [each.code for each in written.not_held] == ["question_not_held"]
            return
        found = again(format_name, written.data, locale)
        lost = {each.key for each in written.not_held}
        assert set(differences(shape.canonical(question), found[0].value)) == lost
        # What was once imported is held whole: a second way round changes nothing.
        twice = write_questions([found[0].value], format_name, locale=locale)
        assert [each.value for each in again(format_name, twice.data, locale)] == [found[0].value]

    check()


@pytest.mark.parametrize("start", ["<!-- x", "<?xml", "<quiz", "<!DOCTYPE x"])
def test_a_question_that_begins_like_xml_is_none(start):
    text = f"{start}\nA. one\nB. two\nANSWER: A\n"

    assert read_questions("x.txt", text.encode(), topic="t", locale="en").format == "aiken"


@pytest.mark.parametrize("format_name", ["gift", "moodle", "csv", "xlsx"])
def test_formats_with_a_way_to_write_every_sign_refuse_no_choice(format_name):
    """The rule of the test above must not be met by giving up."""

    @settings(max_examples=8 if format_name == "xlsx" else 40, deadline=None)
    @given(questions({"single_choice", "multiple_choice"}))
    def check(question):
        locale = "en" if "zh" not in question["stem"] else "zh"
        written = write_questions([question], format_name, locale=locale)
        texts = json.dumps(question, ensure_ascii=False)
        # Tags, runs of blanks, and the mark before a formula have a meaning of their own.
        if not any(odd in texts for odd in ("<", "  ", "'")):
            assert not written.not_held

    check()


def test_what_a_format_does_not_hold_is_named_in_the_words_of_the_page(app):
    found = [NotHeld("a/b", "ordering", "kind_not_held"), NotHeld("a/b", "pairs")]
    said = {}
    for locale in ("zh", "en"):
        with app.test_request_context(), force_locale(locale):
            said[locale] = " ".join(each.reason for each in found)

    assert ("排序题" in said["zh"], "配对" in said["zh"]) == (True, True)
    assert ("Put in order" in said["en"], "Pairs" in said["en"]) == (True, True)
