"""A real browser against a really served platform with the demo company."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.postgres import free_port
from training_platform.config import ROOT

CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    None,
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "Demo-training-2026"
#: Runs before anything of the page: what breaks the policy, and dialogs that nobody asked for.
WATCH = """
window.__reports = [];
document.addEventListener('securitypolicyviolation', event => window.__reports.push(
  event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile + ':' + event.lineNumber));
window.addEventListener('error', event => window.__reports.push('error ' + event.message));
"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        message = "no Chromium: apt-get install -y chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Served:
    """A served platform: its address, and where it keeps its things."""

    url: str
    instance: Path
    process: subprocess.Popen[bytes]


@pytest.fixture(scope="module")
def served(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The platform as `make run` serves it, on a copy of the demo company."""
    instance = tmp_path_factory.mktemp("served")
    shutil.copytree(demo_template.parent, instance, dirs_exist_ok=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = (instance / "server.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": f"sqlite:///{instance / 'demo.db'}",
            "INSTANCE_DIR": str(instance),
            "DEMO": "1",
            "PORT": str(port),
            "BASE_URL": url,
        },
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    _wait(url, process)
    yield Served(url, instance, process)
    process.terminate()
    process.wait(15)
    log.close()
    text = (instance / "server.log").read_text(encoding="utf-8")
    assert "Traceback" not in text, text[-3000:]


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _try in range(150):
        assert process.poll() is None, "the server ended"
        try:
            with urlopen(f"{url}/healthz", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, served: Served) -> Iterator[OpenPage]:
    """Return a function that opens a new device: a page with its own cookies."""
    contexts: list[BrowserContext] = []

    def open_page(*, language: str = "zh", width: int = 1280, theme: str = "light") -> Page:
        context = chromium.new_context(
            base_url=served.url,
            locale="zh-CN" if language == "zh" else "en-US",
            viewport={"width": width, "height": 800 if width > 500 else 780},
            color_scheme=theme,
            timezone_id="Asia/Shanghai",
        )
        context.add_init_script(WATCH)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        return page

    yield open_page
    for context in contexts:
        for page in context.pages:
            assert page.evaluate("window.__reports || []") == []
        context.close()


def sign_in(page: Page, username: str) -> None:
    """Sign in by the page, as a person does."""
    page.goto("/login")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
