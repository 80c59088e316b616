"""A page as a reviewer sees it: parsed, and checked for what every page must keep."""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

from lxml import html

INLINE = re.compile(r"\son\w+=|javascript:", re.IGNORECASE)


class Doubled(HTMLParser):
    """Finds tags that say an attribute twice: browsers ignore the second."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @classmethod
    def found_in(cls, body: str) -> list[str]:
        parser = cls()
        parser.feed(body)
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len({name for name, _value in attrs}) < len(attrs):
            self.found.append(self.get_starttag_text() or tag)


class Page:
    """A response that was parsed and found in order."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.body = response.get_data(as_text=True)
        self.tree = html.fromstring(self.body)
        problems = list(self._problems())
        assert not problems, f"{response.request.path}: " + "; ".join(problems)

    def _problems(self) -> Any:
        titles = self.tree.findall(".//title")
        if len(titles) != 1 or not (titles[0].text or "").strip():
            yield "no title"
        headings = self.tree.xpath("//h1")
        if len(headings) != 1:
            yield f"{len(headings)} h1"
        elif not headings[0].text_content().strip():
            yield "empty h1"
        ids = Counter(self.tree.xpath("//@id"))
        if double := [name for name, count in ids.items() if count > 1]:
            yield f"ids twice: {double}"
        if self.tree.get("lang") not in {"en", "zh-CN"}:
            yield f"lang is {self.tree.get('lang')}"
        if self.tree.xpath("//@style | //style | //script[not(@src)]"):
            yield "inline style or script"
        if INLINE.search(re.sub(r">[^<]*<", "><", self.body)):
            yield "inline handler"
        if "script-src 'self'" not in self.response.headers.get("Content-Security-Policy", ""):
            yield "no content security policy"
        yield from (f"an attribute twice: {tag}" for tag in Doubled.found_in(self.body))
        names = set(ids)
        for label in self.tree.xpath("//label/@for"):
            if label not in names:
                yield f"label for nothing: {label}"
        for field in self.tree.xpath("//form[@method='post']"):
            if not (field.get("action") or self.response.request.path):
                yield "a form without an address"

    @property
    def h1(self) -> str:
        return self.tree.xpath("//h1")[0].text_content().strip()

    @property
    def text(self) -> str:
        """The visible words, one space between them."""
        return " ".join(self.tree.find("body").text_content().split())

    def select(self, xpath: str) -> list[Any]:
        return list(self.tree.xpath(xpath))

    def links(self) -> list[str]:
        return [str(address) for address in self.tree.xpath("//a/@href")]


def untimed(response: Any) -> bytes:
    """The body without the tokens of forms: they name the second in which they were made."""
    token = rb'(name="csrf[-_]token"[^>]*?(?:content|value)=")[^"]*'
    return re.sub(token, rb"\1", bytes(response.data))
