"""What a form does not change is neither read nor written anew, and nothing else comes out."""

import random
import re

import pytest

from training_platform.config import ROOT
from training_platform.core.yaml_files import Document, UnreadableError
from training_platform.studio import patching
from training_platform.studio.blocks import blocks_of
from training_platform.studio.patching import patched, read

BIGGEST = max((ROOT / "question_bank/practicals").glob("*.yaml"), key=lambda e: e.stat().st_size)
TEXT = """id: a
# a note
title: {zh: "看", en: "Look"}
checks:
  - id: one
    note: |
      many

      lines
  # between
  - id: two
    where:
      - {field: a, op: is, value: "x: y"}
    text: >-
      folded
passing: {percent: 80, required: [one]}
"""
SPOILS = (
    *('"', "'", ": ", "- ", "\n", "  ", "#", "&a ", "*a ", "|", "---\n", "...\n", "%", "{", "]"),
    *("\t", "? ", "!x ", "a: 1\n", "  - id: three\n", "\u2028", "\x85", "\r\n", "\ufeff", "<<: "),
)


def whole(text):
    """Return what the reader of files makes of the whole text."""
    try:
        document = Document(text)
    except UnreadableError:
        return None
    is_plain = isinstance(document.value, dict) and not document.oddities
    return document.value if is_plain else None


def test_a_text_means_in_blocks_what_it_means_as_a_whole():
    dice, with_blocks = random.Random(7), 0
    for _time in range(400):
        text = TEXT
        for _spoil in range(dice.choice((1, 2))):
            at = dice.randrange(len(text))
            text = text[:at] + dice.choice(SPOILS) + text[at + dice.choice((0, 0, 3)) :]
        with_blocks += blocks_of(text) is not None
        assert read(text) == whole(text), text
    assert with_blocks > 100


def test_only_what_changed_is_written_anew(monkeypatch):
    written = []
    one = patching._written
    monkeypatch.setattr(
        patching, "_written", lambda text, *more: written.append(text) or one(text, *more)
    )
    text = BIGGEST.read_text(encoding="utf-8")
    value = read(text)
    value["title"]["zh"] = "看板"
    value["checks"][1]["points"] = 7

    result = patched(text, value)

    assert whole(result) == value
    assert len(written) == 2
    assert sum(map(len, written)) < len(text) / 4
    old, new = text.splitlines(), result.splitlines()
    assert len(old) == len(new)
    assert sum(a != b for a, b in zip(old, new, strict=True)) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v["checks"].append({"id": "three"}),
        lambda v: v["checks"].reverse(),
        lambda v: v["checks"][0].update(note="one\ntwo\n", odd={"x": [1, "2"]}),
        lambda v: v["checks"][1].update(text="", where=[]),
        lambda v: v["checks"].__setitem__(0, "a text"),
        lambda v: v.update(passing=None),
        lambda v: v.update(new=[{"a": 1}]),
        lambda v: v.pop("title"),
    ],
)
def test_whatever_changes_comes_out_and_notes_stay(change):
    value = read(TEXT)
    change(value)

    result = patched(TEXT, value)

    assert whole(result) == value
    assert "title" not in value or re.search("^# a note$", result, re.MULTILINE)


def test_what_is_read_is_the_readers_own():
    read(TEXT)["checks"].clear()
    assert len(read(TEXT)["checks"]) == 2
