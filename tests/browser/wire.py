"""A browser's own cookies for the trainee's hand, so that a test clicks only what it is about."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import APIRequestContext
from werkzeug.datastructures import Headers

from tests.browser.device import Device


@dataclass
class Answer:
    """What the server said, as a test client would tell it."""

    status_code: int
    text: str
    headers: Headers

    def get_data(self, *, as_text: bool = True) -> str:
        assert as_text
        return self.text

    def close(self) -> None:
        """Do nothing: the whole answer is here."""


class Wire:
    """Sends what a hand sends, over the wire, with the cookies of a device."""

    def __init__(self, device: Device) -> None:
        self.request: APIRequestContext = device.page.request

    def get(self, address: str, *, follow_redirects: bool = False) -> Answer:
        return _answer(self.request.get(address, max_redirects=9 if follow_redirects else 0))

    def post(self, address: str, data: dict[str, list[str]]) -> Answer:
        form = {name: values[0] for name, values in data.items() if values}
        return _answer(self.request.post(address, form=form, max_redirects=0))


def _answer(response: Any) -> Answer:
    return Answer(response.status, response.text(), Headers(response.headers))
