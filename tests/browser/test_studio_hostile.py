"""Hostile content in a trainer's browser: no dialog opens, nobody outside is asked for anything."""

import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewDevice
from tests.studio import hostile


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server that nobody may ask; its address, and what it was asked for."""
    asked: list[str] = []

    class Marker(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_POST = do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Marker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_hostile_texts_drawings_and_packages_run_and_reach_nothing(
    new_device: NewDevice, listener: tuple[str, list[str]]
) -> None:
    marker, asked = listener
    trainer = new_device("en", 1280)
    dialogs: list[str] = []
    trainer.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    trainer.sign_in("trainer")
    trainer.open("/studio/published/course/lead-a-service-team")
    trainer.press("Edit")
    trainer.page.wait_for_url(re.compile(r"/studio/drafts/\d+$"))
    draft = trainer.page.url

    for name, raw in (
        ("x.md", hostile.markdown(marker).encode()),
        ("x.docx", hostile.word(marker)),
    ):
        trainer.open(f"{draft}/bring-in")
        trainer.page.set_input_files(
            "#file", {"name": name, "mimeType": "text/plain", "buffer": raw}
        )
        trainer.press("Look at it")
        trainer.sees("What was left out")

    title = trainer.page.locator("#title")
    title.fill("<img src=x onerror=alert(1)>")
    trainer.page.select_option("#lesson", index=1)
    trainer.press("Put it into the draft")
    text = trainer.page.locator("#text-en")
    text.fill(hostile.markdown(marker).split("---\n")[-1])
    expect(trainer.page.locator("#saved")).to_have_attribute("data-state", "saved")
    expect(trainer.page.locator("[data-preview]").last).to_contain_text("onerror")
    trainer.open(trainer.page.url.replace("/edit?", "/preview?"))
    trainer.page.wait_for_load_state("networkidle")

    trainer.open(draft)
    with trainer.page.expect_download() as download:
        trainer.follow("Download as a package")
    assert download.value.suggested_filename == "lead-a-service-team.zip"
    trainer.open("/studio/packages/")
    trainer.page.set_input_files("#file", download.value.path())
    trainer.press("Look into it")
    trainer.page.wait_for_load_state("networkidle")
    trainer.sees("Everything is here already")

    assert dialogs == []
    assert asked == []
    # Both traps would have caught something.
    trainer.page.evaluate("alert('caught')")
    with suppress(HTTPError):
        urlopen(f"{marker}/caught")  # our own listener
    assert (dialogs, asked) == (["caught"], ["/caught"])
