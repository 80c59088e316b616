"""PDF files are readable, small, tagged and made from our own files only.

`certificate()` is also the example of how a package makes one: template, stylesheet, underlay.
"""

import base64
import hashlib
import logging
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pypdf import PdfReader

from training_platform.core import pdf, pdf_worker

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "templates" / "pdf" / "certificate"
CODE = "3F9A-C01E-77B2-D4F8-0A6C-91E5-B83D-264F-K"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"
)
CERTIFICATE: dict[str, Any] = {
    "lang": "zh",
    "holder_name": "林知夏",
    "holder_latin": "Lin Zhixia",
    "kind": "course",
    "course_title_zh": "客户数据管理",
    "course_title_en": "Customer Data Management",
    "band_zh": "优秀",
    "band_en": "Distinction",
    "level_zh": "进阶",
    "level_en": "Advanced",
    "competencies_zh": "数据录入与校验 3 级；去重与合并 3 级",
    "competencies_en": "Data entry and validation, level 3; merging duplicates, level 3",
    "minutes": 720,
    "issued_on": date(2026, 11, 21),
    "valid_until": date(2028, 11, 20),
    "code": CODE,
    "verify_url": f"https://training.example.com/verify/{CODE}",
    "verify_page": "https://training.example.com/verify/",
    "company_zh": "示例企业有限公司",
    "company_en": "Example Company Ltd",
    "signatures": [
        {
            "name_zh": "周明远",
            "name_en": "Zhou Mingyuan",
            "title_zh": "部门负责人",
            "title_en": "Head of department",
        },
        {
            "name_zh": "客户关系部",
            "name_en": "Customer Relations",
            "title_zh": "颁发部门（盖章）",
            "title_en": "Issuing department, seal",
        },
    ],
}
LONG_TITLE = {
    "course_title_zh": "客户数据管理实务：录入、校验、去重与数据泄露应急演练"
    "（含年度复训与实操考核）",
    "course_title_en": "Customer Data Management in Practice: Entry, Validation, "
    "Duplicates and Data Leak Response",
}
TWENTY_HANZI = "古丽巴哈尔·阿卜杜热合曼·艾尼瓦尔江提汗"
FORTY_SIX_LETTERS = "Maria Alexandra Konstantinopoulou-Vandenberghe"
CASES: dict[str, dict[str, Any]] = {
    "Chinese leads": {},
    "English leads": {"lang": "en"},
    "two hanzi": {"holder_name": "王玥", "holder_latin": None},
    "twenty hanzi": {"holder_name": TWENTY_HANZI, "holder_latin": FORTY_SIX_LETTERS, **LONG_TITLE},
    "twenty hanzi, English leads": {
        "lang": "en",
        "holder_name": TWENTY_HANZI,
        "holder_latin": FORTY_SIX_LETTERS,
        **LONG_TITLE,
    },
    "Latin name only": {"holder_name": FORTY_SIX_LETTERS, "holder_latin": None, **LONG_TITLE},
    "no expiry, short, one signature": {
        "valid_until": None,
        "minutes": 45,
        "verify_page": None,
        "competencies_zh": None,
        "competencies_en": None,
        "signatures": CERTIFICATE["signatures"][:1],
    },
}


@pytest.fixture(scope="module", autouse=True)
def _renderer() -> Iterator[None]:
    try:
        pdf.warm()
    except pdf.PdfUnavailableError as fault:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(fault))
    yield
    pdf.close()


@cache
def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=StrictUndefined
    )
    pdf.add_helpers(env)
    return env


def certificate(**changes: Any) -> bytes:
    html = environment().get_template("pdf/certificate/certificate.html")
    return pdf.render(
        html.render(CERTIFICATE | changes),
        stylesheets=["certificate/certificate.css"],
        underlay="certificate/background.svg",
    )


def page(body: str) -> str:
    style = "<style>body { font-family: 'Noto Sans SC' }</style>"
    return f'<!doctype html><html lang="zh-CN"><title>试 Test</title>{style}{body}</html>'


def text_of(data: bytes) -> str:
    """Return the text layer without white space: lines break where the layout wants."""
    reader = PdfReader(BytesIO(data))
    return "".join("".join(sheet.extract_text() for sheet in reader.pages).split())


def images_of(data: bytes) -> list[str]:
    return [image.name for sheet in PdfReader(BytesIO(data)).pages for image in sheet.images]


def worker_pid() -> int:
    pdf.warm()
    process = pdf._renderer._process
    assert process is not None
    return process.pid


# The certificate


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


def test_what_people_typed_is_text_and_not_markup() -> None:
    said = text_of(certificate(holder_name="<b>王</b>&amp;", holder_latin=None))
    assert "<b>王</b>&amp;" in said


def test_the_background_is_what_its_script_draws() -> None:
    drawn = subprocess.run(
        [sys.executable, FOLDER / "guilloche.py"], check=True, capture_output=True, text=True
    )
    assert drawn.stdout == (FOLDER / "background.svg").read_text("utf-8")


# Characters


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


# What a document may fetch


@pytest.fixture
def visits() -> Iterator[tuple[str, list[str]]]:
    """Serve a picture; yields the address and the list of visits."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(PIXEL)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", seen
        server.shutdown()


FORBIDDEN = [
    '<img alt="x" src="{url}">',
    '<img alt="x" src="{url_upper}">',
    '<object data="{url}"></object>',
    '<p style="background: url({url})">x</p>',
    '<style>@import "{url}"; @font-face {{ font-family: x; src: url({url}) }}</style>',
    '<link rel="stylesheet" href="{url}">',
    '<link rel="attachment" href="{url}">',
    '<a rel="attachment" href="{url}">x</a>',
    '<svg viewBox="0 0 9 9" width="9" height="9"><title>x</title><image href="{url}"/></svg>',
]


def referring_to(template: str, url: str) -> str:
    scheme, _, rest = url.partition(":")
    return page(template.format(url=url, url_upper=f"{scheme.upper()}:{rest}"))


@pytest.mark.parametrize("template", FORBIDDEN)
def test_the_network_is_never_asked(
    visits: tuple[str, list[str]], template: str, caplog: pytest.LogCaptureFixture
) -> None:
    address, seen = visits
    with caplog.at_level(logging.WARNING):
        data = pdf.render(referring_to(template, f"{address}/secret.png"))
    assert seen == []
    assert images_of(data) == []


@pytest.mark.parametrize("template", FORBIDDEN)
def test_no_file_of_the_machine_is_read(tmp_path: Path, template: str) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(PIXEL)
    data = pdf.render(referring_to(template, secret.as_uri()))
    assert images_of(data) == []
    assert PdfReader(BytesIO(data)).attachments == {}


def test_what_was_not_fetched_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    pdf.render(page('<img alt="x" src="file:///etc/hostname">'))
    assert "file:///etc/hostname" in caplog.text


@pytest.mark.parametrize(
    "url",
    [
        "own:../pyproject.toml",
        "own:img/../../pyproject.toml",
        "own:%2e%2e/pyproject.toml",
        "own:/etc/passwd",
        "own:../instance/app.db",
        "own:img/none.svg",
        "file:///etc/passwd",
        "img/mark.svg",
    ],
)
def test_own_addresses_stay_in_their_folders(url: str) -> None:
    with pytest.raises(ValueError, match="not one of our files"):
        pdf_worker.media_path(url)


def test_our_own_pictures_and_data_addresses_are_drawn(caplog: pytest.LogCaptureFixture) -> None:
    encoded = base64.b64encode(PIXEL).decode()
    data = pdf.render(
        page(
            f'<img alt="a" src="data:image/png;base64,{encoded}">'
            '<img alt="b" src="own:img/mark.svg">'
        )
    )
    assert len(images_of(data)) == 1
    assert caplog.records == []


@pytest.mark.parametrize("name", ["../base.html", "/etc/passwd", "certificate/none.css"])
def test_stylesheets_and_underlays_are_files_of_the_templates(name: str) -> None:
    with pytest.raises(pdf.PdfError, match="no such file under templates/pdf"):
        pdf.render(page("x"), stylesheets=[name])
    with pytest.raises(pdf.PdfError, match="no such file under templates/pdf"):
        pdf.render(page("x"), underlay=name)


@pytest.mark.parametrize("html", ["<html lang=en>x", "<title>x</title>x"])
def test_a_tagged_document_needs_title_and_language(html: str) -> None:
    with pytest.raises(pdf.PdfError, match="a tagged PDF needs"):
        pdf.render(html)


# The child process


def test_a_killed_renderer_is_replaced() -> None:
    killed = worker_pid()
    os.kill(killed, signal.SIGKILL)
    assert "王玥" in text_of(pdf.render(page("王玥")))
    assert worker_pid() != killed


def test_a_renderer_killed_at_work_is_replaced_and_the_document_made() -> None:
    long = page("<p>" + "王玥 " * 20_000)
    pid = worker_pid()
    killer = threading.Timer(0.3, os.kill, (pid, signal.SIGKILL))
    killer.start()
    assert pdf.render(long).startswith(b"%PDF")
    killer.join()
    assert worker_pid() != pid


def test_a_document_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "TIME_LIMIT", 0.2)
    with pytest.raises(pdf.PdfTimeoutError):
        pdf.render(page("<p>" + "王玥 " * 20_000))
    monkeypatch.undo()
    assert "王玥" in text_of(pdf.render(page("王玥")))


def test_threads_get_their_own_documents() -> None:
    names = [f"第{number}号" for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        texts = list(pool.map(lambda name: text_of(pdf.render(page(name))), names))
    assert texts == names


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc, which Linux has")
def test_the_renderer_has_a_memory_limit_and_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for the renderer")
    pdf.close()
    own = Path("/proc") / str(worker_pid())
    limit = re.search(r"Max address space +(\d+)", (own / "limits").read_text())
    assert limit is not None
    assert int(limit[1]) == 1 << 30
    assert b"SECRET_KEY" not in (own / "environ").read_bytes()


FORKING = """
import os
from training_platform.core import pdf
html = "<html lang=en><title>x</title><p>x"
pdf.render(html)
mine = pdf._renderer._process.pid
child = os.fork()
data = pdf.render(html)
same = pdf._renderer._process.pid == mine
pdf.close()
if not child:
    os._exit(0 if data and not same else 1)
assert same
assert os.waitpid(child, 0)[1] == 0
print("both rendered")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, which Windows lacks")
def test_after_a_fork_each_process_has_its_own_renderer() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKING],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "both rendered\n", done.stderr


def saying(greeting: str, folder: Path) -> str:
    """Return the path of a worker that says this and leaves."""
    path = folder / "worker.py"
    frame = len(greeting.encode()).to_bytes(4, "big") + greeting.encode()
    path.write_text(f"import sys; sys.stdout.buffer.write({frame!r})", "utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("greeting", "command"),
    [
        (
            '{"error": "library", "detail": "cannot load library libpango-1.0-0"}',
            "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        ),
        ('{"error": "fonts", "detail": "fonts.conf"}', "git checkout -- static/fonts"),
        ('{"error": "package", "detail": "No module named weasyprint"}', "make setup"),
    ],
)
def test_what_is_missing_is_named_with_its_command(
    greeting: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf.close()
    monkeypatch.setattr(pdf_worker, "__file__", saying(greeting, tmp_path))
    with pytest.raises(pdf.PdfUnavailableError) as caught:
        pdf.render(page("x"))
    assert caught.value.command == command
    assert command in (pdf.check() or "")


def test_a_slow_installation_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf.close()
    monkeypatch.setattr(pdf_worker, "__file__", saying('{"subset": false}', tmp_path))
    assert "harfbuzz-subset is missing" in (pdf.check() or "")
    pdf.close()


def test_a_complete_installation_lacks_nothing() -> None:
    assert pdf.check() is None


def test_the_fonts_are_the_recorded_ones() -> None:
    readme = (pdf_worker.FONTS / "README.md").read_text("utf-8")
    recorded = dict(re.findall(r"`(\S+\.ttf)` \| \d+ \| `([0-9a-f]{64})`", readme))
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in pdf_worker.FONTS.glob("*.ttf")
    }
    assert recorded == found


# Helpers


def test_fit_chooses_the_largest_size_of_one_line() -> None:
    assert pdf.fit("王玥", 480, 42, 21) == 42
    assert pdf.fit("王" * 20, 480, 42, 21) == 24
    assert pdf.fit("王" * 40, 480, 42, 21) == 21
    assert pdf.fit("", 480, 42, 21) == 42


def test_balance_narrows_only_what_breaks() -> None:
    assert pdf.balance("王" * 10, 480, 20) == 480
    assert 290 <= pdf.balance("王" * 28, 480, 20) <= 320


def test_an_svg_gets_what_print_does_not_pass_on() -> None:
    svg = (
        '<svg viewBox="0 0 9 9"><path fill="var(--fig-accent, #00f)" stroke="currentColor"/></svg>'
    )
    drawn = pdf.svg_for_pdf(svg, {"--fig-accent": "#123456"}, "Noto Sans SC", "#654321")
    assert 'fill="#123456"' in drawn
    assert 'stroke="#654321"' in drawn
    assert 'font-family="Noto Sans SC"' in drawn
    assert 'fill="#00f"' in pdf.svg_for_pdf(svg, {}, "Noto Sans SC")


def test_a_qr_code_is_an_inline_svg_with_a_title() -> None:
    drawn = pdf.qr_svg("https://example.com/verify/aB", "Verify <here>")
    assert drawn.startswith("<svg ")
    assert "<title>Verify &lt;here&gt;</title>" in drawn
    assert drawn != pdf.qr_svg("https://example.com/verify/AB", "Verify <here>")
