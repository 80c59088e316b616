"""Other values into a file's text: only what changed is written anew; the rest stays as it stands.

Comments, quotes and line breaks of people are kept, so that a comparison shows what was changed,
and two authors in one file do not meet where they need not.
"""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import lru_cache
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    LiteralScalarString,
    SingleQuotedScalarString,
)

from training_platform.core.yaml_files import Document, UnreadableError
from training_platform.studio.blocks import Block, blocks_of, entry_of, mapping_of

#: Shorter ones stand on one line.
_ONE_LINE = 70
_MANY = 1_000_000
_QUOTED = (DoubleQuotedScalarString, SingleQuotedScalarString)


def read(text: str) -> dict[str, Any] | None:
    """Return the plain value of a file; None where it is not a mapping that a form can show."""
    return deepcopy(_known(text))


@lru_cache(maxsize=64)
def _known(text: str) -> dict[str, Any] | None:
    blocks = blocks_of(text)
    values = [_of_block(each) for each in blocks] if blocks else [None]
    if all(each is not None for each in values):
        return {key: value for each in values if each for key, value in each.items()}
    return _plain_value(text)


def _of_block(block: Block) -> dict[str, Any] | None:
    if (parts := block.entries()) is None:
        value = _plain_value(block.text)
    else:
        head, entries = parts
        found = [_plain_value(f"{head}{each}") for each in entries]
        items = [each[block.key] for each in found if each and len(each.get(block.key) or ()) == 1]
        value = {block.key: [item for (item,) in items]} if len(items) == len(found) else None
    return value if value is not None and [*value] == [block.key] else None


@lru_cache(maxsize=4_000)
def _plain_value(text: str) -> dict[str, Any] | None:
    try:
        document = Document(text)
    except UnreadableError:
        return None
    is_plain = isinstance(document.value, dict) and not document.oddities
    return document.value if is_plain else None


def patched(text: str, value: Mapping[str, Any], order: Sequence[str] = ()) -> str:
    """Return the text with this value in it; order says where new keys of the top belong."""
    old = _known(text)
    if old == value:
        return text
    blocks = blocks_of(text) if old is not None and old.keys() == value.keys() else None
    if old is None or not blocks or len(blocks) == 1:
        return _written(text, value, order)
    result = "".join(
        each.text if old[each.key] == value[each.key] else _block(each, value[each.key])
        for each in blocks
    )
    return result if _known(result) == value else _written(text, value, order)


def _block(block: Block, value: Any) -> str:
    """Return a block with another value: of a list as long, the entries that changed alone."""
    head, entries = block.entries() or ("", [])
    if not isinstance(value, list) or len(entries) != len(value):
        return _written(block.text, {block.key: value})
    return head + "".join(map(_entry, entries, value))


def _entry(entry: str, value: Any) -> str:
    alone = mapping_of(entry)
    if alone is None or not isinstance(value, Mapping):
        return ""  # what comes of it is not the value, and all is written anew
    text, before = alone
    return entry if _plain_value(text) == value else entry_of(_written(text, value), before)


def _written(text: str, value: Mapping[str, Any], order: Sequence[str] = ()) -> str:
    """Return the text with this value in it, all of it read and written."""
    yaml = _yaml()
    try:
        found = _merged(yaml.load(text), value, order)
        result = _dumped(yaml, found)
    except (YAMLError, TypeError, ValueError, AttributeError):
        result = ""
    # What the library writes is not believed unread.
    if _known(result) != value:
        result = _dumped(yaml, _made(value))
    # JSON is YAML too: ugly, but nothing that was written is lost.
    return result if _known(result) == value else f"{json.dumps(value, indent=2)}\n"


def _yaml() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = _MANY
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _dumped(yaml: YAML, value: Any) -> str:
    stream = StringIO()
    yaml.dump(value, stream)
    return stream.getvalue()


def _merged(old: Any, new: Any, order: Sequence[str] = ()) -> Any:
    if isinstance(old, CommentedMap) and isinstance(new, Mapping):
        return _merged_map(old, new, order)
    if isinstance(old, CommentedSeq) and old and isinstance(new, list):
        return _merged_list(old, new)
    if type(old) in _QUOTED and isinstance(new, str) and "\n" not in new:
        return old if old == new else type(old)(new)
    if type(old) is type(new) and old == new:
        return old
    return _made(new)


def _merged_map(old: CommentedMap, new: Mapping[str, Any], order: Sequence[str]) -> CommentedMap:
    for key in [key for key in old if key not in new]:
        del old[key]
    for key, value in new.items():
        if key in old:
            old[key] = _merged(old[key], value)
        else:
            old.insert(_place(list(old), key, order), key, _made(value))
    return old


def _place(keys: Sequence[str], key: str, order: Sequence[str]) -> int:
    """Return where a new key stands: behind those that come before it."""
    if key not in order:
        return len(keys)
    before = set(order[: order.index(key)])
    return max((index + 1 for index, each in enumerate(keys) if each in before), default=0)


def _merged_list(old: CommentedSeq, new: Sequence[Any]) -> CommentedSeq:
    """Take over whole what stood there already, wherever it stands now."""
    if _plain(old) == new:
        return old
    left = dict(enumerate(old))
    comments, kept = old.ca.items, {}
    found: list[Any] = []
    for index, value in enumerate(new):
        same = next((at for at, each in left.items() if _plain(each) == value), None)
        if same is None and len(old) == len(new) and index in left:
            same = index if _plain(old[index]) not in new else None
        if same is not None and same in comments:
            kept[index] = comments[same]
        found.append(_made(value) if same is None else _merged(left.pop(same), value))
    old[:] = found
    comments.clear()
    comments.update(kept)
    return old


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value


def _made(value: Any) -> Any:
    """Return a new value as files write it: short ones on one line."""
    made: CommentedMap | CommentedSeq
    if isinstance(value, Mapping):
        made = CommentedMap((key, _made(each)) for key, each in value.items())
    elif isinstance(value, list):
        made = CommentedSeq(_made(each) for each in value)
    else:
        is_text = isinstance(value, str) and "\n" in value
        return LiteralScalarString(value) if is_text else value
    is_flat = not any(isinstance(each, Mapping | list) for each in _each(value))
    is_list_of_ids = isinstance(value, list) and any("/" in str(each) for each in value)
    is_short = len(str(value)) <= _ONE_LINE and not any("\n" in str(x) for x in _each(value))
    if not value or (is_flat and is_short and not is_list_of_ids):
        made.fa.set_flow_style()
    return made


def _each(value: Any) -> Sequence[Any]:
    return list(value.values()) if isinstance(value, Mapping) else value
