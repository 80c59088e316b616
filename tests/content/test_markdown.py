"""Lessons become safe markup, and Chinese text may be emphasized anywhere."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from training_platform.content import markdown
from training_platform.content.markdown import Lesson, render

FIGURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 100"><title>t</title>'
    b'<path id="a" d="M0 0"/><use href="#a"/></svg>'
)
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](//evil.example)",
    '[x](lesson:a/b"onmouseover=alert(1))',
    '[x](https://a.example "onmouseover=alert(1)")',
    "![x](https://a.example/x.png)",
    '<https://a.example/"onclick=alert(1)>',
    ":::trap <img src=x onerror=alert(1)>\n<svg onload=alert(1)>\n:::",
    ':::faq " onclick=alert(1)\nx\n:::',
    ':::practice x"onclick=alert(1)\n:::',
    ':::figure shape "><script>alert(1)</script>\nx\n:::',
    '<span data-figure="0"></span>',
    "| a |\n|---|\n| <b onclick=alert(1)>x</b> |",
    "<style>*{display:none}</style>",
    "a{style=display:none}",
    "<!-- comment --> <?php x ?> <![CDATA[x]]>",
]
PIECES = [":::", ":::example good x", ":::check", "\n", "**", "客户", "- ", "> ", "`", "|"]


def shown(text: str, language: str = "zh") -> str:
    return render(Lesson(text, language, "course", {"shape.svg": FIGURE})).before_check.strip()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    tree = html.fromstring(f"<div>{shown(text)}</div>")
    for element in tree.iter():
        assert element.tag not in {"script", "style", "img", "iframe", "b"}
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name not in {"style", "title", "srcdoc"}
            if name == "href":
                assert value.startswith(("https://", "/courses/", "#"))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *HOSTILE,
                ":::",
                ":::example good x",
                ":::check",
                "\n",
                "**",
                "客户",
                "- ",
                "> ",
                "`",
                "|",
            ]
        ),
        max_size=12,
    ).map("\n".join)
)
def test_no_mixture_of_pieces_breaks_out(text):
    rendered = render(Lesson(text, "en", "course", {"shape.svg": FIGURE}))
    for part in (rendered.before_check, rendered.after_check):
        tree = html.fromstring(f"<div>{part}</div>")
        assert tree.tag == "div"
        names = {name for element in tree.iter() for name in element.attrib}
        assert not any(name.startswith("on") or name == "style" for name in names)
        assert not {str(element.tag) for element in tree.iter()} & {"script", "style", "img"}


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("**重要：**客户", "<strong>重要：</strong>客户"),
        ("达到**90%**以上", "达到<strong>90%</strong>以上"),
        ("**“引用”**后", "<strong>“引用”</strong>后"),
        ("**真（**她", "<strong>真（</strong>她"),
        ("前**（括号）**后", "前<strong>（括号）</strong>后"),
        ("中**文**字", "中<strong>文</strong>字"),
        ("《*斜体，*》后", "《<em>斜体，</em>》后"),
        ("~~删除。~~后文", "<s>删除。</s>后文"),
        ("**bold** x", "<strong>bold</strong> x"),
        ("a * b * c", "a * b * c"),
        ("snake_case_name", "snake_case_name"),
        ("客户_编号_列", "客户_编号_列"),
        ("**a** **b**", "<strong>a</strong> <strong>b</strong>"),
    ],
)
def test_emphasis_works_beside_chinese_characters(text, markup):
    assert shown(text) == f"<p>{markup}</p>"


def test_links_lead_to_https_or_to_a_lesson():
    assert shown("[a](https://a.example/x)") == (
        '<p><a href="https://a.example/x" rel="noopener noreferrer">a</a></p>'
    )
    assert shown("[b](lesson:basics/phones)") == '<p><a href="/courses/basics/phones">b</a></p>'


def test_a_good_and_a_poor_example_stand_side_by_side():
    good = ":::example good 好的\n做\n:::\n"
    poor = ":::example poor 差的\n不做\n:::\n"
    assert shown(f"{poor}\n{good}").count('class="example-pair"') == 1
    assert shown(f"{good}\n{poor}\n{good}\n{poor}").count('class="example-pair"') == 2
    assert 'class="example-pair"' not in shown(f"{good}\n文字\n\n{poor}")
    assert 'class="example-pair"' not in shown(f"{good}\n{good}")


def test_blocks_speak_the_lessons_language_and_never_skip_a_heading():
    text = ":::trap A\nx\n:::\n\n## Next\n\n:::try B\ny\n:::\n"
    assert "<h2>The trap: A</h2>" in shown(text, "en")
    assert "Try it: B</h3>" in shown(text, "en")
    assert "<h2>容易犯的错：A</h2>" in shown(text, "zh")


def test_the_text_is_cut_where_the_check_question_stands():
    rendered = render(Lesson("One.\n\n:::check\n:::\n\nTwo.", "en", "course"))
    assert rendered.before_check.strip() == "<p>One.</p>"
    assert rendered.after_check.strip() == "<p>Two.</p>"
    assert rendered.words == "One.\nTwo."


def test_figures_are_drawn_in_place_with_ids_of_their_own():
    text = ':::figure shape Up "and" down\nCaption\n:::\n\n:::figure shape Again\n:::'
    markup = shown(text)
    assert markup.count('role="img"') == 2
    assert 'aria-label="Up &#34;and&#34; down"' in markup
    assert 'id="fig1-a"' in markup
    assert 'href="#fig1-a"' in markup
    assert 'id="fig2-a"' in markup
    assert "<title>" not in markup


def test_the_figure_in_the_lessons_language_is_taken_first():
    media = {"shape.svg": FIGURE, "shape.zh.svg": FIGURE.replace(b"M0 0", b"M9 9")}
    text = ":::figure shape Alt\n:::"
    assert "M9 9" in render(Lesson(text, "zh", "c", media)).before_check
    assert "M0 0" in render(Lesson(text, "en", "c", media)).before_check


def test_a_video_comes_with_its_transcript():
    rendered = render(Lesson(":::video talk.mp4 Talk\nHello\n:::", "en", "c", {"talk.mp4": b""}))
    assert 'src="/courses/media/c/talk.mp4"' in rendered.before_check
    assert "Transcript" in rendered.before_check
    assert not rendered.flaws


def test_tables_scroll_in_a_named_region_and_carry_no_style():
    markup = shown("| a | b |\n|---|--:|\n| 1 | 2 |", "en")
    assert 'role="region" tabindex="0" aria-label="Table 1"' in markup
    assert '<td class="number">2</td>' in markup
    assert "style" not in markup


def test_a_text_that_is_too_long_is_told_and_cut():
    rendered = render(Lesson("x" * 50_000, "en", "course"))
    assert [flaw.problem for flaw in rendered.flaws] == ["is too long"]
    assert len(rendered.before_check) <= markdown.MAX_CHARACTERS + 10


def test_rendering_twice_gives_the_same():
    lesson = Lesson("## A\n\n| a |\n|---|\n| 1 |\n\n:::faq Q\nA\n:::", "en", "course")
    assert render(lesson) == render(lesson)
