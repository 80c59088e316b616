"""YAML as people write it: plain values, and the line of every key for those who made a mistake.

Files are composed, never constructed: no tag can make an object, no alias can blow up, and
repeated keys are seen.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

#: Where a value stands in a document: keys and indices from the root down.
Place = tuple[str | int, ...]
MAX_CHARACTERS = 256_000
MAX_DEPTH = 20
_TAB = re.compile(r"^ *\t", re.MULTILINE)
_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}")


class UnreadableError(Exception):
    """The text is no YAML that we read; line counts from 1."""

    def __init__(self, line: int, problem: str, expected: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem
        self.expected = expected


class Document:
    """One parsed document: its value, and where each part of it stands."""

    def __init__(self, text: str, *, first_line: int = 1) -> None:
        """Parse the text; raise UnreadableError where that is impossible.

        first_line is the line of the file on which the text begins.
        """
        self._first_line = first_line
        self._lines: dict[Place, int] = {(): first_line}
        #: Repeated keys and the like: the document can be read, but not as it was meant.
        self.oddities: list[tuple[int, Place, str, str]] = []
        self._seen: set[int] = set()
        root = self._compose(text)
        self.value: Any = None if root is None else self._value(root, ())

    def line(self, place: Place) -> int:
        """Return the line of the place, or of what encloses it where it is missing."""
        while place not in self._lines:
            place = place[:-1]
        return self._lines[place]

    def _compose(self, text: str) -> Node | None:
        if len(text) > MAX_CHARACTERS:
            raise UnreadableError(
                self._first_line, "is too large", f"at most {MAX_CHARACTERS:,} characters"
            )
        if tab := _TAB.search(text):
            line = self._first_line + text[: tab.end()].count("\n")
            raise UnreadableError(line, "has a tab", "two spaces a step")
        try:
            return YAML(typ="safe", pure=True).compose(text)  # type: ignore[no-any-return]
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = self._first_line + (mark.line if mark else 0)
            problem = (error.problem or "cannot be read").strip()
            raise UnreadableError(line, problem, "YAML; is the file cut off?") from None
        except YAMLError as error:  # the reader found a character that YAML does not know
            line = self._first_line + text[: getattr(error, "position", 0) or 0].count("\n")
            raise UnreadableError(
                line, "has a control character", "text without control characters"
            ) from None
        except (RecursionError, ValueError):
            raise UnreadableError(
                self._first_line, "cannot be read", "YAML that is nested less deeply"
            ) from None

    def _value(self, node: Node, place: Place) -> Any:
        if id(node) in self._seen:
            self._odd(node, place, "is an alias", "the text itself, written out")
            return None
        self._seen.add(id(node))
        if len(place) > MAX_DEPTH:
            self._odd(node, place, "is nested too deeply", f"at most {MAX_DEPTH} steps")
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, place)
        if isinstance(node, SequenceNode):
            return [self._item(each, (*place, index)) for index, each in enumerate(node.value)]
        return self._scalar(node, place)

    def _item(self, node: Node, place: Place) -> Any:
        self._lines[place] = self._line_of(node)
        return self._value(node, place)

    def _mapping(self, node: MappingNode, place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._odd(key_node, place, "has a key that is no word", "a plain key")
                continue
            key = str(key_node.value)
            there = (*place, key)
            if key in values:
                first = self._lines[there]
                self._odd(key_node, there, f"stands twice, first on line {first}", "each key once")
                continue
            self._lines[there] = self._line_of(key_node)
            values[key] = self._value(value_node, there)
        return values

    def _scalar(self, node: Node, place: Place) -> Any:
        text = str(node.value)
        tag = str(node.tag).removeprefix(_TAG)
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() == "true"
        if tag == "int" and _INTEGER.fullmatch(text):
            return int(text)
        if tag == "float" and _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
            return number
        if tag in {"str", "int", "float", "timestamp"}:
            return text
        self._odd(node, place, "has a tag", "a plain value")
        return None

    def _line_of(self, node: Node) -> int:
        return self._first_line + int(node.start_mark.line)

    def _odd(self, node: Node, place: Place, problem: str, expected: str) -> None:
        self.oddities.append((self._line_of(node), place, problem, expected))


def key_of(place: Place) -> str:
    """Return a place as people read it: options[2].why."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".") or "file"


def as_mapping(value: Any) -> Mapping[str, Any] | None:
    """Return the value if it is a mapping."""
    return value if isinstance(value, Mapping) else None
