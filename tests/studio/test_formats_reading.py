"""What each format says is understood: one file of every feature for each of them."""

import re
from pathlib import Path

import pytest

from training_platform.config import ROOT
from training_platform.studio.formats.markup import plain_text
from training_platform.studio.formats.reading import read_questions

FILES = Path(__file__).parent / "files"


def read(name: str, locale: str = "zh", *, at: Path = FILES):
    return read_questions(name, (at / name).read_bytes(), topic="t", locale=locale)


def by_name(found) -> dict[str, dict]:
    return {question.slug.split("/")[1]: dict(question.value) for question in found.questions}


def option(text: str, *, correct: bool = False, why: str = "") -> dict:
    made: dict = {"text": {"zh": text}}
    if correct:
        made["correct"] = True
    return {**made, "why": {"zh": why}} if why else made


def test_gift_is_read_with_everything_that_a_question_can_say():
    found = read("features.gift")
    questions = by_name(found)

    assert (found.format, found.refused) == ("gift", ())
    assert questions["mobile"] == {
        "id": "features/mobile",
        "kind": "single_choice",
        "skills": ["data-quality"],
        "difficulty": "applied",
        "stem": {"zh": "客户报了新号码。\n先做什么？"},
        "explanation": {"zh": "先核对: 再保存。"},
        "options": [
            option("逐位复述", correct=True),
            option("直接覆盖", why="听错一位就联系不上。"),
            option("写进备注", why="没有人会拨。"),
        ],
    }
    assert [note.code for note in found.questions[0].notes] == ["formatting"]
    assert questions["tf-1"]["answer"] is False
    assert questions["tf-1"]["why"] == {"zh": "会各说各话。"}
    assert (questions["num-1"]["answer"], questions["num-1"]["tolerance"]) == (24, 0.5)
    assert (questions["num-2"]["answer"], questions["num-2"]["tolerance"]) == (1.5, 0.5)
    assert [question.place for question in found.questions] == [5, 12, 18, 20, 22, 24, 26, 33, 35]


def test_gift_knows_kinds_by_their_answers():
    kinds = [question.value["kind"] for question in read("features.gift").questions]

    assert kinds == [
        "single_choice", "multiple_choice", "true_false", "short_answer", "numeric", "numeric",
        "matching", "single_choice", "single_choice",
    ]  # fmt: skip


def test_marks_of_languages_give_both_and_a_number_stands_for_both():
    both = by_name(read("features.gift"))["both"]

    assert both["stem"] == {"zh": "哪个？", "en": "Which?"}
    assert [each["text"] for each in both["options"]] == [
        {"zh": "甲", "en": "A one"},
        {"zh": "48", "en": "48"},
        {"zh": "丙", "en": "C three"},
    ]


def test_moodle_xml_is_read_with_everything_that_a_question_can_say():
    found = read("features.xml")
    questions = by_name(found)

    assert found.format == "moodle"
    assert questions["xml-mobile"] == {
        "id": "features/xml-mobile",
        "kind": "single_choice",
        "skills": ["data-quality"],
        "difficulty": "foundation",
        "stem": {"zh": "客户报了新号码。\n- 先做什么？"},
        "explanation": {"zh": "先核对，<再>保存。H₂O"},
        "options": [
            option("逐位复述", correct=True),
            option("直接覆盖", why="听错一位就联系不上。"),
            option("写进备注", why="没有人会拨。"),
        ],
        "shuffle": False,
    }
    assert questions["thirds"]["stem"] == {"zh": "哪三个？", "en": "Which three?"}
    assert sum("correct" in each for each in questions["thirds"]["options"]) == 3
    assert questions["tf-2"]["answer"] is False
    assert questions["sa-1"]["accepted"] == {"zh": ["贵宾"]}
    assert questions["sa-1"]["wrong"] == [{"forms": ["普通"], "why": {"zh": "那是最低的。"}}]
    assert questions["nu-1"]["unit"] == {"zh": "小时"}
    assert questions["ma-1"]["extra"] == [{"zh": "扫地"}]
    assert questions["or-1"]["items"] == [{"zh": "听"}, {"zh": "记"}, {"zh": "复述"}]


def test_moodle_xml_names_the_line_of_what_it_refuses():
    refused = read("features.xml").refused

    assert [(each.code, each.text) for each in refused] == [
        ("unknown_type", "说说你的看法。"),
        ("picture", "看图"),
    ]
    lines = (FILES / "features.xml").read_text(encoding="utf-8").split("\n")
    assert all("<question type=" in lines[each.place - 1] for each in refused)


def test_the_chinese_layout_is_read_in_gb18030():
    found = read("layout-gb18030.txt")
    values = [question.value for question in found.questions]

    assert (found.format, found.encoding) == ("chinese", "gb18030")
    assert [value["kind"] for value in values] == [
        "single_choice", "single_choice", "multiple_choice", "true_false", "true_false",
        "gap_text", "short_answer", "ordering", "numeric",
    ]  # fmt: skip
    first, inside, several, wrong, right, gaps, short, order, number = values
    assert first["explanation"] == {"zh": "先核对，\n再保存。"}
    assert (first["difficulty"], first["skills"]) == ("foundation", ["data-quality"])
    assert [each["text"]["zh"] for each in inside["options"]][2] == "2 小时"
    assert inside["stem"] == {"zh": "VIP 客户的回复时限是（ ）。"}
    assert [bool(each.get("correct")) for each in inside["options"]] == [False, False, True, False]
    assert [bool(each.get("correct")) for each in several["options"]] == [True, True, False, True]
    assert several["options"][2]["why"] == {"zh": "和客户无关。"}
    assert (wrong["answer"], right["answer"]) == (False, True)
    assert gaps["text"] == {"zh": "新建客户之前先{{1}}，再{{2}}。"}
    assert gaps["gaps"] == [{"accepted": {"zh": ["查重", "去重"]}}, {"accepted": {"zh": ["新建"]}}]
    assert short["wrong"] == [{"forms": ["普通"], "why": {"zh": "那是最低的。"}}]
    assert [item["zh"] for item in order["items"]] == ["听客户说完", "记下要点", "复述确认"]
    assert (number["answer"], number["tolerance"], number["unit"]) == (24, 0.5, {"zh": "小时"})


def test_the_chinese_layout_names_the_line_of_what_it_refuses():
    refused = [(each.place, each.code) for each in read("layout-gb18030.txt").refused]

    assert refused == [(44, "long_answer"), (59, "unknown_type")]


def test_the_layout_is_read_with_english_labels():
    text = (
        "1. Which comes first?\nA. Listen\nB. Talk\nC. Leave\nAnswer: A\nWhy B: Rude.\n"
        "Explanation: Listening first.\nDifficulty: easy\n\n2. Always true?\nAnswer: False\n"
    )
    found = read_questions("x.txt", text.encode(), topic="t", locale="en")

    assert [question.value["kind"] for question in found.questions] == [
        "single_choice",
        "true_false",
    ]
    assert found.questions[0].value["options"][1]["why"] == {"en": "Rude."}


def test_a_question_without_an_answer_never_takes_that_of_the_next():
    text = "1. 甲？\nA. 一\nB. 二\nC. 三\n2. 乙？\nA. 一\nB. 二\nC. 三\n答案：B\n"
    found = read_questions("x.txt", text.encode(), topic="t", locale="zh")

    assert [(each.place, each.code) for each in found.refused] == [(1, "no_answer")]
    assert [question.value["stem"]["zh"] for question in found.questions] == ["乙？"]


def test_aiken_is_read_and_two_options_of_true_and_false_become_one_statement():
    found = read("aiken.txt", "en")

    assert found.format == "aiken"
    assert [question.value["kind"] for question in found.questions] == [
        "single_choice",
        "true_false",
    ]


def test_a_table_needs_no_more_than_a_few_columns():
    text = (
        "题干,选项A,选项B,选项C,答案,解析,难度\n先做哪步？,听,说,走,A,先听。,易\n对吗？,,,,错,,\n"
    )
    found = read_questions("x.csv", text.encode("gb18030"), topic="t", locale="zh")
    first, second = (question.value for question in found.questions)

    assert (found.format, found.encoding) == ("csv", "gb18030")
    assert first["explanation"] == {"zh": "先听。"}
    assert (second["kind"], second["answer"]) == ("true_false", False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_are_found_and_change_nothing(encoding):
    text = (FILES / "layout-gb18030.txt").read_text(encoding="gb18030")
    found = read_questions("x.txt", text.encode(encoding), topic="t", locale="zh")

    assert found.questions == read("layout-gb18030.txt").questions
    assert found.encoding == encoding


def test_every_example_of_the_documentation_is_read():
    text = (ROOT / "docs" / "question-formats.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"^```(gift|xml|aiken|text|csv)\n(.*?)^```", text, re.M | re.S))
    read_as = {
        name: read_questions("x.txt", block.encode(), topic="t", locale="zh")
        for name, block in blocks.items()
    }

    assert {name: (found.format, len(found.questions)) for name, found in read_as.items()} == {
        "gift": ("gift", 5),
        "xml": ("moodle", 1),
        "aiken": ("aiken", 1),
        "text": ("chinese", 6),
        "csv": ("csv", 2),
    }
    assert not any(found.refused for found in read_as.values())


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("问<![x", "问<![x"),  # the parser of Python raises here
        ("问<!-- 藏 -->答", "问答"),
        ("问<!-- 不完", "问<!-- 不完"),
        ("填写<name>和<姓名>", "填写<name>和<姓名>"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<p>一</p><p>二<br/>三</p>", "一\n二\n三"),
        ("<ul><li>一</li><li>二</li></ul>", "- 一\n- 二"),
        ("m<sup>2</sup>", "m²"),
        ('看<a href="https://x.example/a">这里</a>', "看这里 (https://x.example/a)"),
    ],
)
def test_markup_becomes_the_words_that_it_shows(markup, text):
    assert plain_text(markup, [], markup=True) == {"": text}
