"""A real browser against a really served platform with the demo company."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.device import SHANGHAI, WATCH, Device
from tests.browser.serving import Served, serve
from tests.crm.conftest import load_into

#: By their names on the path, and where macOS keeps them. The one without windows comes first:
#: the others begin a process for the window's own parts with every context.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
CHROMIUM = next((found for name in BROWSERS if (found := shutil.which(name))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

NewDevice = Callable[..., Device]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        message = "no Chromium: apt-get install -y chromium-headless-shell"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The platform as `make run` serves it, on a copy of the demo company.

    A module that practises in the sandbox says TEMPLATE = "sandbox_template".
    """
    template: Path = request.getfixturevalue(getattr(request.module, "TEMPLATE", "demo_template"))
    with serve(template, tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture
def new_device(chromium: Browser, served: Served) -> Iterator[NewDevice]:
    """Return a function that opens a new device: a browser with its own cookies.

    At the end of the test no page may have broken the security policy or thrown an error.
    """
    contexts: list[BrowserContext] = []

    def new_device(language: str = "en", width: int = 1280, **settings: object) -> Device:
        context = chromium.new_context(
            base_url=served.url,
            locale="zh-CN" if language == "zh" else "en-US",
            viewport={"width": width, "height": 800},
            timezone_id=SHANGHAI,
            **settings,  # type: ignore[arg-type]
        )
        context.add_init_script(WATCH)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Device(context.new_page(), language)

    yield new_device
    reports = [
        report
        for context in contexts
        for page in context.pages
        for report in page.evaluate("window.__reports || []")
    ]
    for context in contexts:
        context.close()
    assert reports == []


@pytest.fixture(scope="session")
def sandbox_template(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo company with the sandbox's dataset, for modules that serve it instead."""
    folder = tmp_path_factory.mktemp("sandbox")
    shutil.copytree(demo_template.parent, folder, dirs_exist_ok=True)
    path = folder / demo_template.name
    load_into(f"sqlite:///{path}", folder)
    return path
