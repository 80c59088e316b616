"""A certificate is readable, small, tagged, and shows every character that people have in names."""

import subprocess
import sys
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from tests.core.pdf.documents import CASES, CERTIFICATE, CODE, FOLDER, certificate, page, text_of
from training_platform.core import pdf

pytestmark = pytest.mark.usefixtures("renderer")


@pytest.mark.parametrize("case", CASES)
def test_a_certificate_is_one_small_page_with_both_languages(case: str) -> None:
    data = certificate(**CASES[case])
    values = CERTIFICATE | CASES[case]
    said = text_of(data)
    assert len(data) <= 100_000
    assert len(PdfReader(BytesIO(data)).pages) == 1
    expected = ["结业证书", "Certificate of Completion", CODE, "Zhou Mingyuan", "周明远"]
    expected += [str(values[key]) for key in ("course_title_zh", "course_title_en", "holder_name")]
    expected += [str(values[key]) for key in ("band_zh", "band_en", "level_zh", "level_en")]
    expected += ["2028-11-20"] if values["valid_until"] else ["长期", "No expiry", "45 分钟"]
    assert [text for text in expected if "".join(text.split()) not in said] == []


@pytest.mark.parametrize(
    ("lang", "first", "page_lang"), [("zh", "结业证书", "zh-CN"), ("en", "Certificate", "en")]
)
def test_the_language_asked_for_leads(lang: str, first: str, page_lang: str) -> None:
    reader = PdfReader(BytesIO(certificate(lang=lang)))
    said = reader.pages[0].extract_text()
    other = {"zh": "Certificate", "en": "结业证书"}[lang]
    assert said.index(first) < said.index(other)
    assert reader.root_object["/Lang"] == page_lang


def test_a_certificate_is_tagged_and_names_itself() -> None:
    reader = PdfReader(BytesIO(certificate()))
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert reader.root_object["/StructTreeRoot"]["/K"]
    assert b"pdfuaid" in reader.root_object["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == f"结业证书 · 林知夏 · {CODE}"
    assert reader.metadata.author == "示例企业有限公司 · Example Company Ltd"


def test_the_qr_code_has_an_alternative_text() -> None:
    raw = certificate()
    reader = PdfReader(BytesIO(raw))
    alternatives = [
        entry["/Alt"]
        for number in range(1, len(reader.xref_objStm) + len(reader.xref.get(0, {})) + 1)
        if isinstance(entry := reader.get_object(number), dict) and "/Alt" in entry
    ]
    assert alternatives == [f"查验二维码 QR code: {CERTIFICATE['verify_url']}"]


def test_the_line_work_is_an_artifact_drawn_before_the_text() -> None:
    sheet = PdfReader(BytesIO(certificate())).pages[0]
    content = sheet["/Contents"]
    assert content[0].get_object().get_data() == b"/Artifact BMC q /underlay Do Q EMC"


def test_all_fonts_are_embedded_and_only_ours() -> None:
    fonts = PdfReader(BytesIO(certificate())).pages[0]["/Resources"]["/Font"]
    names = set()
    for font in fonts.values():
        inner = font.get_object()["/DescendantFonts"][0].get_object()
        assert "/FontFile2" in inner["/FontDescriptor"]
        names.add(inner["/BaseFont"].partition("+")[2])
    assert names == {"Noto-Sans-SC", "Noto-Sans-SC-Semi-Bold"}


def test_the_fonts_hold_the_glyphs_of_the_document_and_no_other() -> None:
    fonts = PdfReader(BytesIO(pdf.render(page("王玥")))).pages[0]["/Resources"]["/Font"]
    (font,) = fonts.values()
    described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
    outlines = TTFont(BytesIO(described["/FontFile2"].get_object().get_data()))["glyf"]

    drawn = [name for name in outlines.keys() if outlines[name].numberOfContours]  # noqa: SIM118

    assert len(drawn) == 2


def test_what_people_typed_is_text_and_not_markup() -> None:
    said = text_of(certificate(holder_name="<b>王</b>&amp;", holder_latin=None))
    assert "<b>王</b>&amp;" in said


def test_the_background_is_what_its_script_draws() -> None:
    drawn = subprocess.run(
        [sys.executable, FOLDER / "guilloche.py"], check=True, capture_output=True, text=True
    )
    assert drawn.stdout == (FOLDER / "background.svg").read_text("utf-8")


def test_rare_name_characters_are_drawn() -> None:
    assert "喆玥堃䶮㛃" in text_of(certificate(holder_name="喆玥堃䶮㛃", holder_latin=None))


@pytest.mark.parametrize("weight", [400, 600])
def test_a_character_without_glyph_is_named(weight: int) -> None:
    body = f'<p style="font-weight: {weight}">王🎉玥🚀🎉</p>'
    with pytest.raises(pdf.MissingGlyphError, match=r"🎉 \(U\+1F389\), 🚀 \(U\+1F680\)") as caught:
        pdf.render(page(body))
    assert caught.value.characters == "🎉🚀"


def test_the_fault_of_one_document_does_not_reach_the_next() -> None:
    with pytest.raises(pdf.MissingGlyphError):
        pdf.render(page("🎉"))
    assert "王玥" in text_of(pdf.render(page("王玥")))
