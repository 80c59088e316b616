"""A document is made from our own files only."""

import base64
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.core.pdf.documents import PIXEL, images_of, page
from training_platform.core import pdf, pdf_worker

pytestmark = pytest.mark.usefixtures("renderer")


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
