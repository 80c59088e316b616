"""The files that a task gives: made of what was drawn, the same bytes each time. Pure."""

import csv
import io
from collections.abc import Sequence

from training_platform.practicals.drawing import Handout


class UnknownHandoutError(Exception):
    """A solution sends a file that the task does not give."""


def content_of(handout: Handout) -> bytes:
    """Return the file: a CSV as a spreadsheet writes it, in the handout's encoding."""
    text = io.StringIO()
    csv.writer(text).writerows(handout.rows)
    return text.getvalue().encode(handout.encoding)


def named(handouts: Sequence[Handout], name: str) -> Handout:
    """Return the handout of that name. Raises UnknownHandoutError."""
    for each in handouts:
        if each.name == name:
            return each
    raise UnknownHandoutError(name)
