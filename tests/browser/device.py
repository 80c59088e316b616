"""What a person does with a browser, in words: she signs in, presses, follows, reads."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.test_translations import messages, translated
from training_platform.people.demo_accounts import DEMO_PASSWORD

SHANGHAI = "Asia/Shanghai"
#: Runs before anything of the page: what breaks the policy, and errors of scripts.
WATCH = """
window.__reports = [];
document.addEventListener('securitypolicyviolation', event => window.__reports.push(
  [event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber].join(' ')));
window.addEventListener('error', event => window.__reports.push('error ' + event.message));
"""


@dataclass
class Device:
    """One browser, and the language that its person reads.

    Texts are given as the English of the catalogs, and looked for in the person's language.
    """

    page: Page
    language: str = "en"

    def says(self, text: str, **values: Any) -> str:
        """Return a text of the interface as this person reads it."""
        shown = translated(messages()[text]) if self.language == "zh" else text
        return shown % values if values else shown.replace("%%", "%")

    def open(self, address: str) -> None:
        self.page.goto(address)

    def sign_in(self, username: str) -> None:
        """Sign in by the page, and arrive somewhere else."""
        self.page.goto("/login")
        self.fill_sign_in(username)

    def fill_sign_in(self, username: str) -> None:
        self.page.fill("#username", username)
        self.page.fill("#password", DEMO_PASSWORD)
        self.page.locator("#password").press("Enter")
        self.page.wait_for_url(lambda url: "/login" not in url)

    def button(self, text: str, **values: Any) -> Locator:
        return self.page.get_by_role("button", name=self.says(text, **values), exact=True)

    def link(self, text: str, **values: Any) -> Locator:
        return self.page.get_by_role("link", name=self.says(text, **values), exact=True)

    def press(self, text: str) -> None:
        """Press the button; where several say the same, the first that can be seen."""
        self.click(self.button(text).locator("visible=true").first)

    def follow(self, text: str) -> None:
        self.click(self.link(text).locator("visible=true").first)

    def click(self, place: Locator) -> None:
        """Click, and have the whole page to which it leads: half of one reads like a short one."""
        place.click()
        self.page.wait_for_load_state()

    def sees(self, text: str, **values: Any) -> None:
        """Assert that a text of the interface can be seen."""
        words = self.says(text, **values)
        expect(self.page.get_by_text(words).locator("visible=true").first).to_be_visible()

    def reads(self, words: str) -> None:
        """Assert that words, as they stand, can be read somewhere in the page's content."""
        expect(self.page.locator("#main")).to_contain_text(words)

    @property
    def heading(self) -> Locator:
        return self.page.locator("h1")

    @property
    def path(self) -> str:
        return str(self.page.evaluate("location.pathname"))
