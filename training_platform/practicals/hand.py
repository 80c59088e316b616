"""The trainee's hand: opens pages of a workspace, fills the forms that stand there, sends them.

Solutions of tasks act through it, so that they meet the same rules, tokens and refusals as people.
"""

import html
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient

#: The page that came back with a question or with errors, or to which a form led on.
BACK = "."
#: The form that a page sends to its own address.
ITSELF = "."
_LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_SUBMITS = frozenset({"submit", "image"})
#: Where a form led: the address of the page, and the page itself where it came back refused.
Place = tuple[str, str | None] | None


class StuckError(Exception):
    """A step of a solution did not lead where a trainee would get."""


@dataclass(frozen=True)
class Upload:
    """A file that is put into a field."""

    name: str
    content: bytes


@dataclass
class Form:
    """A form of a page with what it would send as it stands."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._inside = False
        self._area: str | None = None
        self._select: str | None = None
        self._first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append(Form(given.get("action") or "", (given.get("method") or "get")))
            self._inside = True
        elif not self._inside or "disabled" in given:
            return
        elif tag == "input":
            self._input(given)
        elif tag == "textarea":
            self._area = self._named(given)
            self._set(self._area, "")
        elif tag == "select":
            self._select, self._first = self._named(given), None
        elif tag == "option" and self._select is not None:
            value = given.get("value") or ""
            if self._first is None:
                self._first = value
                self._set(self._select, value)
            if "selected" in given:
                self._set(self._select, value)

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._inside:
            held = self.forms[-1].fields[self._area]
            self._set(self._area, (held[0] if held else "") + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area is not None:
            self._set(self._area, self.forms[-1].fields[self._area][0].removeprefix("\n"))
            self._area = None
        elif tag == "select":
            self._select = None

    def _input(self, given: Mapping[str, str | None]) -> None:
        kind, name = given.get("type") or "text", self._named(given)
        if not name or kind in _SUBMITS or kind in {"button", "file", "reset"}:
            return
        if kind in {"checkbox", "radio"}:
            if "checked" in given:
                self.forms[-1].fields.setdefault(name, []).append(given.get("value") or "on")
            return
        self.forms[-1].fields.setdefault(name, []).append(given.get("value") or "")

    def _named(self, given: Mapping[str, str | None]) -> str:
        name = given.get("name") or ""
        if name and self.forms:
            self.forms[-1].names.add(name)
        return name

    def _set(self, name: str | None, value: str) -> None:
        if name:
            self.forms[-1].fields[name] = [value]


class Hand:
    """Somebody signed in, at work in one workspace."""

    def __init__(
        self, client: FlaskClient, home: str, wait: Callable[[], object] | None = None
    ) -> None:
        """Take a client that is signed in, and the address of the workspace.

        wait is called when a form was sent, until the jobs that it put are done.
        """
        self.client, self.home, self._wait = client, home, wait
        #: The page that came back last.
        self.back: Place = None

    def look(self, page: str) -> str:
        """Open a page of the workspace and return it. Raises StuckError where it is refused."""
        address, text = self._address(page), self.back[1] if self.back else None
        if page == BACK and text is not None:
            return text
        response = Context().run(self.client.get, address, follow_redirects=True)
        text = response.get_data(as_text=True)
        response.close()  # what was looked at is written down when the answer is over
        if response.status_code != 200:
            raise StuckError(f"{page}: {response.status_code}")
        return text

    def follow(self, page: str, ending: str) -> str:
        """Open a page, and go where its first link of this ending leads; return that page's name.

        Raises StuckError where there is none.
        """
        links = links_of(self.look(page))
        there = next((each for each in links if urlsplit(each).path.endswith(ending)), None)
        if there is None:
            raise StuckError(f"{page}: no link {ending}")
        self.back = (urljoin(self._address(page), there), None)
        return BACK

    def send(
        self,
        page: str,
        fill: Mapping[str, Any],
        *,
        form: str | None = None,
        press: str | None = None,
        refused: bool = False,
    ) -> None:
        """Open a page, fill its form and send it.

        form is what the form's address ends with; the form that takes what is filled, where it is
        left out. refused expects the form to come back. The page BACK is then the one that did,
        else the one to which the form led. Raises StuckError where it goes otherwise.
        """
        where = self._address(page)
        found = choose_form(forms_of(self.look(page)), form, fill, page)
        data: dict[str, Any] = dict(found.fields)
        for name, value in fill.items():
            data[name] = _typed(value)
        if press:
            name, _is, value = press.partition("=")
            data[name] = [value]
        address = urlsplit(urljoin(where, found.action))._replace(scheme="", netloc="").geturl()
        response = Context().run(self.client.post, address, data=data)
        is_file = "Content-Disposition" in response.headers
        is_refused = response.status_code != 303 and not is_file
        text = "" if is_file else response.get_data(as_text=True)
        there = urljoin(address, response.headers.get("Location", ""))
        response.close()
        self.back = (address, text) if is_refused else (there, None)
        if self._wait is not None and not is_refused:
            self._wait()
        if is_refused != refused:
            said = " ".join(errors_of(text))
            raise StuckError(f"{page}: {response.status_code} {said}"[:400])

    def _address(self, page: str) -> str:
        if page[:2] in {BACK, f"{BACK}?"} and self.back is not None:
            return self.back[0] + page[1:]
        return self.home + page


def _typed(value: Any) -> Any:
    if isinstance(value, Upload):
        return (io.BytesIO(value.content), value.name)
    return value if isinstance(value, list) else ["" if value is None else str(value)]


def forms_of(text: str) -> Iterator[Form]:
    """Yield the forms of a page that write something, one after the other."""
    for part in _FORM.findall(text):
        reader = _Reader()
        reader.feed(part)
        yield from (form for form in reader.forms if form.method.lower() == "post")


def links_of(text: str) -> Iterator[str]:
    """Yield where the links of a page lead, in order."""
    return (html.unescape(each) for each in _LINK.findall(text))


def errors_of(text: str) -> Iterator[str]:
    """Yield what the page says beside its fields, for whoever writes a solution."""
    for part in text.split('class="error-summary"')[1:]:
        yield " ".join(part.split("</ul>")[0].replace("<", " <").split())[:300]


def choose_form(
    forms: Iterable[Form], ending: str | None, fill: Mapping[str, Any], page: str
) -> Form:
    """Return the form that a step means: by the end of its address, else the one that takes all.

    Raises StuckError where there is none.
    """
    for form in forms:
        if ending == ITSELF:
            if not form.action:
                return form
        elif ending is not None:
            if form.action.endswith(ending):
                return form
        elif fill.keys() and fill.keys() <= form.names:
            return form
    raise StuckError(f"{page}: no form {ending or sorted(fill)}")
