"""What a colleague reads before she says yes: what changed, in which lesson, down to the word."""

from hypothesis import given
from hypothesis import strategies as st

from training_platform.studio.comparing import changes, compared


def marked(before, now):
    """Return the changed lines, what is changed in them in square brackets."""
    return [
        line.mark + ("".join(f"[{text}]" if new else text for text, new in line.parts) or line.text)
        for line in compared(before, now)
        if line.mark in "−+"
    ]


def test_a_changed_line_shows_the_words_that_changed():
    assert marked("一个月的增长不等于趋势。", "三个月的增长才算趋势。") == [
        "−[一]个月的增长[不等于]趋势。",
        "+[三]个月的增长[才算]趋势。",
    ]
    assert marked("Call within two days.\nSame.", "Call back within 24 hours.\nSame.") == [
        "−Call within [two days].",
        "+Call[ back] within [24 hours].",
    ]


def test_another_line_in_its_place_is_shown_as_a_whole():
    assert marked("Ask what happened.", "价格另议") == ["−Ask what happened.", "+价格另议"]
    assert marked("a\n\nb", "a\nb") == ["−"]


def test_files_are_named_by_the_lesson_and_a_new_number_is_no_change():
    old = "---\ntitle: 倾听\nobjective: o\nsummary: s\n---\n{}\n"
    was = {
        "courses/talk/01-greet.zh.md": old.replace("倾听", "问候").format("一").encode(),
        "courses/talk/02-listen.zh.md": old.format("一").encode(),
        "courses/talk/media/desk.webp": b"\xff\xd8",
        "courses/talk/media/gone.webp": b"\xff\xd8",
    }
    now = {
        "courses/talk/01-listen.zh.md": old.format("二").encode(),
        "courses/talk/02-greet.zh.md": was["courses/talk/01-greet.zh.md"],
        "courses/talk/media/desk.webp": b"\xff\xd9",
        "courses/talk/media/map.svg": b"<svg/>",
    }

    found = changes(was, now)

    assert [(each.path.split("/", 2)[2], each.title, each.is_picture) for each in found] == [
        ("01-listen.zh.md", "倾听", False),
        ("media/desk.webp", "", True),
        ("media/gone.webp", "", True),
        ("media/map.svg", "", True),
    ]
    assert [each.is_text for each in found] == [True, False, False, True]
    assert [each.is_gone for each in found] == [False, False, True, False]


@given(st.text("ab 客户\n", max_size=80), st.text("ab 客户\n", max_size=80))
def test_parts_are_the_line_and_lines_are_the_texts(before, now):
    lines = compared(before, now, context=99)

    for mark, text in (("−", before), ("+", now)):
        if before.splitlines() != now.splitlines():
            assert [each.text for each in lines if each.mark in (mark, " ")] == text.splitlines()
    for line in lines:
        assert not line.parts or "".join(part.text for part in line.parts) == line.text


def test_long_and_many_lines_are_shown_as_they_are():
    """Comparing word by word takes the square of the length: a hostile draft stops nobody."""
    old, new = (
        "\n".join(f"{text}{n}\nsame {n}" for n in range(200)) for text in ("甲乙丙", "甲乙丁")
    )

    assert not any(line.parts for line in compared("x " * 400, "x " * 399 + "y"))
    assert not any(line.parts for line in compared("a b\n" * 21, "a c\n" * 21))
    assert sum(bool(line.parts) for line in compared(old, new)) == 2 * 40
