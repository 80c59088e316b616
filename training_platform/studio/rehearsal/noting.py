"""What is noted of a page that was opened, and of a form that was sent from it. Pure, plain values.

A form is noted as it was sent, not from clicks: what differs from what the page held is what the
author filled in. Addresses are kept below the workspace: "customer/new", "ticket/7/work?x=1".
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from training_platform.practicals.hand import (
    ITSELF,
    Form,
    StuckError,
    choose_form,
    forms_of,
    links_of,
)

#: What each page makes anew; nobody types it.
TOKENS = frozenset({"csrf_token", "once", "version"})
_TITLE = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)
_BUTTON = re.compile(r"<(?:button|input)\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(name|value|type|id)="([^"]*)"')
_LABEL = re.compile(r'<label\b[^>]*\bfor="([^"]*)"[^>]*>(.*?)</label>', re.DOTALL)
_FIELD = re.compile(r"<(?:input|select|textarea)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
Plain = dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """A form as it was sent, and what came of it."""

    #: Where it went, and the page from which it came where the browser says so.
    address: str
    came_from: str | None
    fields: Mapping[str, Sequence[str]]
    #: Field → (name of the file, name of the task's handout that it is).
    files: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    is_refused: bool = False
    #: Where it led.
    led: str | None = None


def page_of(home: str, address: str, text: str, *, is_back: bool = False) -> Plain:
    """Return what is kept of a page that was opened; is_back: a form came back with it."""
    here = home + address
    return {
        "address": address,
        "is_back": is_back,
        "title": _words(found[1]) if (found := _TITLE.search(text)) else "",
        "labels": dict(_labels(text)),
        "buttons": sorted(_buttons(text)),
        "links": [each for each in _below(home, here, links_of(text)) if each],
        "forms": [
            {
                "action": form.action,
                "to": _one(home, urljoin(here, form.action or "")),
                "fields": {n: v for n, v in form.fields.items() if n not in TOKENS},
                "names": sorted(form.names - TOKENS),
            }
            for form in forms_of(text)
        ],
    }


def look_of(page: Plain, pages: Sequence[Plain]) -> Plain:
    """Return the note that a page was opened; pages are those opened before, the newest last."""
    return {
        "look": True,
        "page": page["address"],
        "title": page["title"],
        "via": _via(page["address"], pages),
    }


def note_of(home: str, sent: Sent, pages: Sequence[Plain]) -> Plain:
    """Return the note of a form that was sent from one of these pages, the newest last."""
    found = _source(sent, pages)
    if found is None:
        return {"page": sent.address, "title": "", "trouble": "unknown_page", "fill": {}}
    page, form = found
    fill, press = _filled(sent, form, page)
    ending, trouble = _ending(home, page, form, fill.keys() | sent.files.keys())
    if "?" in (ending or "") and not fill and (said := _known_by(sent, form, page)):
        fill, ending = said, None  # what stands in that address was drawn
    titles = [each["title"] for each in pages if each["title"]]
    troubles = [trouble] if trouble else []
    if any(handout is None for _name, handout in sent.files.values()):
        troubles.append("own_file")
    if len(press) > 1:
        troubles.append("two_buttons")
    return {
        "page": page["address"],
        "is_back": page["is_back"],
        # a form that opens in a page has no heading of its own
        "title": page["title"] or (titles[-1] if titles else ""),
        "via": None if page["is_back"] else _via(page["address"], pages),
        "form": ending,
        "to": sent.address,
        "fill": fill,
        "labels": {name: page["labels"][name] for name in fill if name in page["labels"]},
        "kept": _unchanged(sent, fill),
        "press": press[0] if press else None,
        "upload": {name: handout or given for name, (given, handout) in sent.files.items()},
        "refused": sent.is_refused,
        "led": sent.led,
        "trouble": troubles[0] if troubles else None,
    }


def _source(sent: Sent, pages: Sequence[Plain]) -> tuple[Plain, Plain] | None:
    """Return the page and the form that were sent: the page that the browser names, else the last.

    Of several forms that go to the same address it is the one that differs least.
    """
    newest = [*reversed(pages)]
    nearest = sorted(newest, key=lambda each: each["address"] != sent.came_from)
    for page in nearest:
        fitting = [form for form in page["forms"] if form["to"] == sent.address]
        if fitting:
            return page, min(fitting, key=lambda form: _distance(sent, form))
    return None


def _distance(sent: Sent, form: Plain) -> tuple[int, int]:
    given = {name for name in sent.fields if name not in TOKENS}
    return (
        len((given | {*sent.files}) - {*form["names"]}),
        sum(_clean(sent.fields.get(n, [])) != _clean(v) for n, v in form["fields"].items()),
    )


def _filled(sent: Sent, form: Plain, page: Plain) -> tuple[dict[str, Any], list[str]]:
    """Return the fields that hold other values than when the page was opened, and the buttons."""
    fill: dict[str, Any] = {}
    press = []
    for name in dict.fromkeys((*sent.fields, *form["fields"])):
        if name in TOKENS or name in sent.files:
            continue
        given = _clean(sent.fields.get(name, []))
        if (
            name not in form["names"]
            and len(given) == 1
            and f"{name}={given[0]}" in page["buttons"]
        ):
            press.append(f"{name}={given[0]}")
        elif given != _clean(form["fields"].get(name, [])):
            fill[name] = given[0] if len(given) == 1 else given
    return fill, press


def _unchanged(sent: Sent, fill: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that were sent as the page held them."""
    return {
        name: values[0] if len(values) == 1 else list(values)
        for name, values in sent.fields.items()
        if name not in TOKENS and name not in fill and any(values)
    }


def _clean(values: Sequence[str]) -> list[str]:
    return [each.replace("\r\n", "\n") for each in values]


def _ending(home: str, page: Plain, form: Plain, filled: Any) -> tuple[str | None, str | None]:
    """Return how a step names the form, and what is in the way of naming it.

    By what is filled where that is enough, else by the end of its address: words before numbers,
    for numbers are drawn anew.
    """
    forms = [
        Form(each["action"], "post", each["fields"], {*each["names"]}) for each in page["forms"]
    ]
    ours = page["forms"].index(form)
    fill = dict.fromkeys(filled)

    def leads(ending: str | None, *, alone: bool = True) -> bool:
        try:
            found = choose_form(forms, ending, fill, "")
        except StuckError:
            return False
        if forms.index(found) != ours:
            return False
        return not alone or sum(each.action.endswith(str(ending)) for each in forms) == 1

    if fill and leads(None, alone=False):
        return None, None
    if not form["action"]:
        return (ITSELF, None) if leads(ITSELF, alone=False) else (ITSELF, "same_forms")
    path = form["action"].removeprefix(home)
    endings = list(_endings(path))
    for ending in endings:
        if leads(ending):
            return ending, None
    return endings[-1], None if leads(endings[-1], alone=False) else "same_forms"


def _known_by(sent: Sent, form: Plain, page: Plain) -> dict[str, Any] | None:
    """Return a field with what it held, by which a step can name the form; None without one."""
    for name, values in sent.fields.items():
        alone = [each for each in page["forms"] if name in each["names"]]
        if alone[:1] == [form] and name not in TOKENS and len(values) == 1 and values[0]:
            return {name: values[0]}
    return None


def _endings(path: str) -> Iterator[str]:
    """Yield the ends of an address, the shortest first; those that begin with a number last."""
    parts = path.strip("/").split("/")
    ends = ["/".join(parts[-count:]) for count in range(1, len(parts) + 1)]
    yield from sorted(ends, key=lambda end: (bool(re.search(r"\d", end)), len(end)))


def _via(address: str, pages: Sequence[Plain]) -> Plain | None:
    """Return the newest page with a link to an address, and how the link's address ends."""
    for page in reversed(pages):
        if page["address"] == address or address not in page["links"]:
            continue
        paths = [urlsplit(each).path for each in page["links"]]
        at = page["links"].index(address)
        for ending in _endings(paths[at]):
            first = next((n for n, each in enumerate(paths) if each.endswith(f"/{ending}")), None)
            if first == at and not re.search(r"\d", ending):
                return {"page": page["address"], "is_back": page["is_back"], "link": f"/{ending}"}
    return None


def _below(home: str, here: str, links: Iterator[str]) -> Iterator[str | None]:
    seen: set[str] = set()
    for each in links:
        there = _one(home, urljoin(here, each))
        if there is not None and there not in seen:
            seen.add(there)
            yield there


def _one(home: str, address: str) -> str | None:
    """Return an address below the workspace; None for one outside of it."""
    parts = urlsplit(address)
    if not parts.path.startswith(home):
        return None
    return parts.path.removeprefix(home) + (f"?{parts.query}" if parts.query else "")


def _buttons(text: str) -> set[str]:
    found = set()
    for tag in _BUTTON.findall(text):
        given = dict(_ATTRIBUTE.findall(tag))
        is_button = tag.startswith("<button") or given.get("type") == "submit"
        if is_button and "name" in given:
            found.add(html.unescape(f"{given['name']}={given.get('value', '')}"))
    return found


def _labels(text: str) -> Iterator[tuple[str, str]]:
    names = {}
    for tag in _FIELD.findall(text):
        given = dict(_ATTRIBUTE.findall(tag))
        if "id" in given and "name" in given:
            names[given["id"]] = given["name"]
    for ident, words in _LABEL.findall(text):
        if ident in names:
            yield names[ident], _words(words)


def _words(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())[:200]
