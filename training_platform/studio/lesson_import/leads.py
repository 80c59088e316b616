"""Headings that announce one of our blocks: “案例：…”, “Steps: …”. Pure."""

import re
from collections.abc import Sequence

from training_platform.studio.lesson_import.blocks import (
    Block,
    Directive,
    Figure,
    Heading,
    Item,
    plain,
)

#: The words of each block, as people write them; the longest that fits counts.
_LEADS = {
    "example good": ("好的例子", "好例子", "正面例子", "正例", "好", "good example", "good"),
    "example poor": (
        "不好的例子",
        "反面例子",
        "反例",
        "不好",
        "poor example",
        "bad example",
        "poor",
    ),
    "trap": ("容易犯的错", "常见错误", "易错点", "误区", "the trap", "trap", "common mistake"),
    "case": ("案例", "case study", "case"),
    "try": ("试一试", "练一练", "动手试试", "try it", "try this"),
    "steps": ("操作步骤", "步骤", "steps"),
    "faq": ("常见问题", "faq"),
    "term": ("名词解释", "术语", "term"),
}
_OPENINGS = {lead: opening for opening, leads in _LEADS.items() for lead in leads}
_LEAD = re.compile(
    "({})\\s*[:：]\\s*(.+)".format("|".join(sorted(_OPENINGS, key=len, reverse=True))),
    re.IGNORECASE | re.DOTALL,
)


def recognized(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks with each announced part as the block that it is.

    It ends with the next heading, block or picture: blocks do not nest. Steps are one numbered
    list: what stands behind it stays outside.
    """
    found: list[Block] = []
    at = 0
    while at < len(blocks):
        each = blocks[at]
        opening = opening_of(each) if isinstance(each, Heading) else None
        end = _end(blocks, at + 1, is_steps=bool(opening) and (opening or "").startswith("steps"))
        if opening and end > at + 1:
            found.append(Directive(opening, blocks[at + 1 : end]))
            at = end
        else:
            found.append(each)
            at += 1
    return found


def opening_of(heading: Heading) -> str | None:
    """Return what stands behind the colons of the block that a heading announces."""
    match = _LEAD.fullmatch(plain(heading.pieces))
    return f"{_OPENINGS[match[1].lower()]} {match[2]}" if match else None


def _end(blocks: Sequence[Block], start: int, *, is_steps: bool) -> int:
    end = start
    while end < len(blocks) and not isinstance(blocks[end], Heading | Directive | Figure):
        each = blocks[end]
        if is_steps and not (isinstance(each, Item) and (each.is_ordered or each.depth)):
            break
        end += 1
    return end
