"""What cannot be kept is refused by one named reason, at its place; nothing hostile runs."""

import io
import zipfile

import pytest
import xlsxwriter

from training_platform.core import sheets
from training_platform.studio.formats.reading import read_questions
from training_platform.studio.formats.reasons import TEXTS

QUIZ = (
    '<quiz><question type="multichoice"><questiontext><text>哪个？</text></questiontext>'
    "%s</question></quiz>"
)
THREE = "".join(
    f'<answer fraction="{n}"><text>{t}</text></answer>'
    for n, t in ((100, "甲"), (0, "乙"), (0, "丙"))
)
OPTIONS = "A. 一\nB. 二\nC. 三\n"


def refusals(name: str, raw: str | bytes, locale: str = "zh") -> list[tuple[int, str]]:
    data = raw.encode() if isinstance(raw, str) else raw
    found = read_questions(name, data, topic="t", locale=locale)
    for each in found.refused:
        assert TEXTS[each.code] % each.values  # every place of the text is filled
        assert len(each.text) <= 80
    assert not found.questions
    return [(each.place, each.code) for each in found.refused]


def choice(*answers: tuple[str, str], single: str = "true") -> str:
    inside = "".join(f'<answer fraction="{f}"><text>{t}</text></answer>' for f, t in answers)
    return QUIZ % f"<single>{single}</single>{inside}"


@pytest.mark.parametrize(
    ("raw", "place", "code"),
    [
        ("\n\n问？{~一 ~二 ~三}", 3, "no_answer"),
        ("问？{=一 ~二}", 1, "too_few"),
        ("问？{=一 ~二 ~三 ~四 ~五 ~六}", 1, "too_many_options"),
        ("问？{=一 ~二 ~二}", 1, "doubled"),
        ("问？{~%50%一 ~%40%二 ~三}", 1, "weights_sum"),
        ("问？{~%70%一 ~%30%二 ~三}", 1, "weights_unequal"),
        ("问？{=一 ~%50%二 ~三}", 1, "weights_partial"),
        ("问？{=一 =%50%二}", 1, "weights_partial"),
        ("问？{=一 =二* }", 1, "wildcard"),
        ("{=一 ~二 ~三}", 1, "empty_stem"),
        ("问？{=一 ~ ~三}", 1, "empty_option"),
        ("问？{}", 1, "unknown_type"),
        ("::x::问？{=一}\n\n只是一段话。", 3, "unknown_type"),
        ("问？{#1 =2}", 1, "bad_syntax"),
        ("问？{#=1 =2}", 1, "several_numbers"),
        ("问？{#inf}", 1, "not_a_number"),
        ("问？{=一 ~二 ~三", 1, "unfinished"),
        ("问？{=甲 -> 一 =乙 -> 二}", 1, "too_few"),
        ('[html]看<img src\\="http\\://x.example/a.png">{=一 ~二 ~三}', 1, "picture"),
        ("[html]看<script>alert(1)</script>{=一 ~二 ~三}", 1, "active"),
        ('[html]<p onclick\\="x()">看</p>{=一 ~二 ~三}', 1, "active"),
        ("[html]<table><tr><td>1</td></tr></table>看{=一 ~二 ~三}", 1, "table"),
        ("[html]x<sup>log</sup>{=一 ~二 ~三}", 1, "script_letters"),
        ("问\u0007？{=一 ~二 ~三}", 1, "control"),
        (f"问？\n{'长' * 40_000}{{=一 ~二 ~三}}", 2, "too_long"),
    ],
)
def test_gift_refuses(raw, place, code):
    found = [each for each in _refused("x.gift", raw) if each[1] == code]

    assert found == [(place, code)]


def _refused(name: str, raw: str) -> list[tuple[int, str]]:
    found = read_questions(name, raw.encode(), topic="t", locale="zh")
    assert all(TEXTS[each.code] % each.values for each in found.refused)
    return [(each.place, each.code) for each in found.refused]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (choice(("0", "一"), ("0", "二"), ("0", "三")), "no_answer"),
        (choice(("100", "一"), ("50", "二"), ("0", "三")), "weights_partial"),
        (choice(("50", "一"), ("40", "二"), ("0", "三"), single="false"), "weights_sum"),
        (choice(("100", "一"), ("100", "二"), ("0", "三")), "several_answers"),
        (choice(("x", "一"), ("0", "二"), ("0", "三")), "not_a_number"),
        ('<quiz><question type="calculated"/></quiz>', "unknown_type"),
        ('<quiz><question type="cloze"/></quiz>', "unknown_type"),
        ('<quiz><question type="multichoice">', "cut_off"),
        ("<quiz>\n<question type='x'></quiz>", "not_xml"),
        ("<questions></questions>", "not_moodle"),
        ('<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + QUIZ % THREE, "doctype"),
        ('<!DOCTYPE quiz SYSTEM "http://x.example/q.dtd">' + QUIZ % THREE, "doctype"),
        (
            '<!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
            + (QUIZ % THREE).replace("哪个", "&b;"),
            "doctype",
        ),
        ("<quiz>" + "<a>" * 5_000 + "</a>" * 5_000 + "</quiz>", "not_xml"),
    ],
)
def test_moodle_xml_refuses(raw, code):
    assert [code for _place, code in refusals("x.xml", raw)] == [code]


@pytest.mark.parametrize(
    ("raw", "place", "code"),
    [
        (f"1. 问？\n{OPTIONS}答案：\n", 1, "no_answer"),
        (f"1. 问？\n{OPTIONS}答案：E\n", 1, "unknown_answer"),
        (f"一、单选题\n1. 问？\n{OPTIONS}答案：AB\n", 2, "several_answers"),
        (f"1. 问？\n{OPTIONS}答案：ABC\n", 1, "all_right"),
        ("1. 问？\nA. 一\nB. 二\n答案：A\n", 1, "too_few"),
        ("1. 问？\nA. 一\nB. 一\nC. 三\n答案：A\n", 1, "doubled"),
        (f"1. 问？\n{OPTIONS}答案：A\n难度：飞快\n", 1, "unknown_value"),
        (f"1. 问？\n{OPTIONS}答案：A\n答案：B\n", 1, "bad_syntax"),
        (f"1.\n{OPTIONS}答案：A\n", 1, "empty_stem"),
        ("题型：填空题\n先____再____。\n答案：查重\n", 1, "gaps_differ"),
        ("题型：连线题\n谁做什么？\n答案：1A\n", 1, "unknown_type"),
        ("题型：计算题\n几小时？\n答案：很多\n", 1, "not_a_number"),
        (f"1. 问？\n{OPTIONS}答案：A\n\n2. 又问？\n{OPTIONS}解析：没有答案\n", 7, "no_answer"),
        (f"1. 问？\nA. {'长' * 40_000}\nB. 二\nC. 三\n答案：A\n", 2, "too_long"),
    ],
)
def test_the_chinese_layout_refuses(raw, place, code):
    assert (place, code) in _refused("x.txt", raw)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("问？,一,二,三,", "no_answer"),
        ("问？,一,二,三,D", "unknown_answer"),
        ("问？,一,二,,A", "too_few"),
        ("问？,一,,三,A", "empty_option"),
        (",一,二,三,A", "empty_stem"),
        ("问？,一,一,三,A", "doubled"),
        (f"问？,{'长' * 40_000},二,三,A", "too_long"),
        ('问？,一,二,三,"A', "unfinished"),
        ("看 <img src=x>,一,二,三,A", "picture"),
    ],
)
def test_a_row_is_refused_with_its_number(row, code):
    found = read_questions(
        "x.csv", f"题干,选项A,选项B,选项C,答案\n{row}\n".encode(), topic="t", locale="zh"
    )

    assert (2, code, True) in [(each.place, each.code, each.is_row) for each in found.refused]


def xlsx(**extra: bytes) -> bytes:
    """Return a workbook with further entries, dots written as two underscores."""
    data = sheets.write_xlsx([["题干", "答案"], ["对吗？", "对"]], name="x")
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in extra.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


def far_cell() -> bytes:
    """Return a workbook of 5 KB whose one cell far away makes readers reserve 512 GB."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "题干")
        sheet.write_string(1_048_575, 16_383, "x")
    return out.getvalue()


def lying() -> bytes:
    """Return a workbook whose directory gives a sheet less than its true size."""
    data = bytearray(xlsx(**{"xl/worksheets/sheet2__xml": b"<c>" + b" " * 3_000_000}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: xlsx(**{"xl/vbaProject__bin": b"x"}), "macros"),
        (lambda: xlsx(**{"xl/media/a__bin": b"\0" * 30_000_000}), "bomb"),
        (lambda: xlsx(**{f"xl/x{n}__xml": b"" for n in range(1_001)}), "bomb"),
        (far_cell, "bomb"),
        (lying, "not_xlsx"),
        (lambda: xlsx()[:-200], "not_xlsx"),
        (lambda: xlsx()[:30] + xlsx()[70:], "not_xlsx"),  # offsets before the file begins
        (lambda: xlsx()[:4] + b"nonsense" * 20, "not_xlsx"),
    ],
)
def test_a_workbook_is_looked_into_before_it_is_opened(make, code):
    assert refusals("x.xlsx", make()) == [(1, code)]


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("x.txt", b"", "empty_file"),
        ("x.txt", b" \n \n", "empty_file"),
        ("x.txt", b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe\x81\x30", "not_text"),
        ("x.txt", "题".encode()[:2] * 3, "not_text"),
        ("x.txt", f"1. 问？\n{OPTIONS}答案：一".encode()[:-1], "cut_off"),
        ("x.txt", f"1. 问？\n{OPTIONS}答案：一".encode("gb18030")[:-1], "cut_off"),
        ("x.txt", b"Dear colleague,\nsee you tomorrow.\n", "unknown_format"),
        ("x.xml", "问？{=一 ~二 ~三}".encode(), "wrong_format"),
        ("x.gift", f"1. 问？\n{OPTIONS}答案：A".encode(), "wrong_format"),
        ("x.xlsx", "题干,答案\n对吗？,对\n".encode(), "wrong_format"),
        ("x.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old_excel"),
        ("x.docx", xlsx(), "wrong_format"),
        ("x.csv", "甲,乙\n1,2\n".encode(), "no_stem_column"),
        ("x.csv", "题干,答案\n".encode(), "no_table"),
        ("x.yaml", b"id: [\nkind: x\nstem: y\n", "not_yaml"),
        ("x.yaml", b"id: a/b\nkind: essay\nstem: y\n", "unknown_type"),
        ("x.gift", b"::a::" + b"x" * (20 * 1024 * 1024), "too_large_file"),
    ],
)
def test_a_file_that_is_none_is_one_refusal(name, raw, code):
    assert [code for _place, code in refusals(name, raw)] == [code]


def test_too_many_questions_are_refused_as_a_whole():
    raw = "\n\n".join(f"::q{n}::问{n}？{{T}}" for n in range(10_001))

    assert refusals("x.gift", raw) == [(1, "too_many")]


def test_the_same_question_and_the_same_id_stand_in_a_file_once():
    raw = "::a::问？{T}\n\n::a::另问？{T}\n\n::b::问？{T}\n"
    found = read_questions("x.gift", raw.encode(), topic="t", locale="zh")

    assert [(each.place, each.code) for each in found.refused] == [
        (3, "double_id"),
        (5, "double_question"),
    ]
    assert len(found.questions) == 1
