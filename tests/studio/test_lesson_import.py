"""Texts from Word and Markdown become lessons: what is kept, what is named as left out."""

import io

import pytest
from PIL import Image

from tests.studio.words import docx, paragraph, relation, run
from training_platform.content import markdown
from training_platform.core.errors import RuleError
from training_platform.studio.lesson_import import converting
from training_platform.studio.lesson_import.blocks import Lost
from training_platform.studio.models import StudioDraft, StudioSave
from training_platform.studio.services.drafts import create_draft, put_files

PICTURE = (
    '<w:r><w:drawing><wp:docPr xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
    'wordprocessingDrawing" descr="A phone"/><a:blip xmlns:a="http://schemas.openxmlformats.org/'
    'drawingml/2006/main" r:embed="p1"/></w:drawing></w:r>'
)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return out.getvalue()


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(run(cell))}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def flaws(converted, language="en"):
    shown = {f"{name}.webp": raw for name, raw in converted.pictures.items()}
    return markdown.render(markdown.Lesson(converted.body, language, "calls", shown)).flaws


def test_a_word_file_becomes_our_markdown():
    body = (
        paragraph(run("The first call"), "a0")
        + paragraph(run("Say ") + run("your na", "<w:b/>") + run("me", "<w:b/>") + run(" * first"))
        + paragraph(run("案例：周女士"), "a1")
        + paragraph(run("等了两天", "<w:i/>"))
        + paragraph(run("Steps: Three sentences"), "a1")
        + paragraph(run("Name"), number="3")
        + paragraph(f'<w:hyperlink r:id="h1">{run("Look")}</w:hyperlink>', number="3")
        + paragraph(run("Then"), "a2")
        + table(("Tier", "a|b"), ("VIP", "50"))
        + paragraph(run("1. no list") + PICTURE)
    )
    relations = relation("h1", "hyperlink", "https://example.com/a b")
    relations += relation("p1", "image", "media/image1.png", outside=False)

    made = converting.from_file(
        docx(body, relations, word__media__image1_png=picture()), "call.docx", "en"
    )

    assert made.fields == {"title": "The first call"}
    assert made.lost == []
    assert made.body == (
        "Say **your name** \\* first\n\n:::case 周女士\n*等了两天*\n:::\n\n"
        ":::steps Three sentences\n1. Name\n2. [Look](https://example.com/a%20b)\n:::\n\n"
        "## Then\n\n| Tier | a\\|b |\n| --- | --- |\n| VIP | 50 |\n\n1\\. no list\n\n"
        ":::figure picture-1 A phone\n:::\n"
    )
    assert made.pictures["picture-1"].startswith(b"RIFF")
    assert flaws(made) == ()


def test_what_a_lesson_has_no_place_for_is_named():
    body = (
        paragraph(f'<w:hyperlink r:id="h1">{run("Click")}</w:hyperlink>')
        + paragraph(run("Left") + f"<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>{PICTURE}")
        + paragraph(run("Note") + '<w:r><w:footnoteReference w:id="1"/></w:r>')
    )
    relations = relation("h1", "hyperlink", "javascript:alert(1)")
    relations += relation("p1", "image", "http://127.0.0.1:9/x.png")

    made = converting.from_file(docx(body, relations), "x.docx", "en")

    assert [what for what, _detail in made.lost] == [
        Lost.LINK,
        Lost.DELETED,
        Lost.PICTURE,
        Lost.FOOTNOTE,
    ]
    assert made.body == "Click\n\nLeft\n\nNote\n"


def test_markdown_from_elsewhere_is_made_ours():
    made = converting.from_text(
        "# Title\n\nOne <b>bold</b>\n<script>alert(1)</script>\n\n# Trap: Haste\nSlow ![p](x.png)"
        "\n\n> said\n\n- a\n  1. b\n\n:::warning Look\nbody\n:::\n",
        "en",
    )

    assert made.body == (
        "## Title\n\nOne **bold**\n\n:::trap Haste\nSlow\n\n> said\n\n- a\n  1. b\n\n"
        "**Look**\n\nbody\n:::\n"
    )
    assert [what for what, _detail in made.lost] == [Lost.HTML, Lost.PICTURE]
    assert flaws(made) == ()


def test_a_picture_ends_a_block_for_blocks_do_not_nest():
    body = paragraph(run("Case: Ms. Zhou"), "a1") + paragraph(run("She waited.") + PICTURE)
    relations = relation("p1", "image", "media/i.png", outside=False)
    raw = docx(body, relations, word__media__i_png=picture())

    made = converting.from_file(raw, "x.docx", "en")

    assert made.body.startswith(":::case Ms. Zhou\nShe waited.\n:::\n\n:::figure picture-1")
    assert flaws(made) == ()


def test_a_lesson_of_ours_stays_as_it_is():
    text = "---\ntitle: T\nobjective: O\nsummary: S\n---\nA *b*\n\n:::check\n:::\n"
    made = converting.from_text(text, "en")

    assert made.body == "A *b*\n\n:::check\n:::\n"
    assert made.fields == {"title": "T", "objective": "O", "summary": "S"}


@pytest.mark.parametrize(
    ("text", "told"),
    [("x" * 40_000, "Line 1 has"), ("a\n" * 40_000, "more than"), (" \n", "no text in it")],
)
def test_what_is_no_lesson_is_refused_with_its_place(text, told):
    with pytest.raises(RuleError) as refused:
        converting.from_text(text, "en")
    assert told in refused.value.text % refused.value.values


def test_a_trainer_brings_a_word_file_into_a_course(client, session, author, viewers):
    draft = create_draft(session, viewers[0], "course", "calls")
    earlier = b"---\ntitle: Old\nobjective: You can.\nsummary: S\n---\nBefore.\n"
    put_files(session, draft, viewers[0], {"courses/calls/01-first-lesson.en.md": earlier})
    draft_id = draft.id
    session.commit()
    client.sign_in(author)
    address = f"/studio/drafts/{draft_id}/bring-in"
    raw = docx(
        paragraph(run("Brought in"), "a0") + paragraph(run("New words.") + PICTURE),
        relation("p1", "image", "media/i.png", outside=False),
        word__media__i_png=picture(),
    )
    sent = {"language": "en", "file": (io.BytesIO(raw), "call.docx")}
    kept = client.post(address, data=sent).location
    page = client.page(kept)
    assert "New words." in page.text
    shown = page.select("//img[contains(@src, '/bring-in/')]")[0].get("src")
    assert client.get(shown).mimetype == "image/webp"
    new = {"lesson": "", "title": "Brought in", "slug": ""}
    assert client.post(kept, data=new).status_code == 303
    old = {"lesson": "first-lesson", "title": "Replaced", "slug": ""}
    assert client.post(kept, data=old).status_code == 303

    draft = session.get_one(StudioDraft, draft_id)
    files = {path: raw.decode("utf-8", "replace") for path, raw in draft.read_files().items()}
    assert "slug: brought-in" in files["courses/calls/course.yaml"]
    assert ":::figure brought-in-1 A phone" in files["courses/calls/02-brought-in.en.md"]
    assert "courses/calls/media/first-lesson-1.webp" in files
    assert "objective: You can." in files["courses/calls/01-first-lesson.en.md"]
    saves = session.query(StudioSave).filter_by(path="courses/calls/01-first-lesson.en.md")
    assert "Before." in [(each.text or "").strip().rpartition("\n")[2] for each in saves]
