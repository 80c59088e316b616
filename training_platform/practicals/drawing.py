"""What an attempt draws: parameters, the answer key, and what lies in the workspace at the start.

Everything follows from one seed, so that the same attempt always draws the same, and no two
people get the same task.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.crm.models import FIRST_OWN_ID
from training_platform.crm.services.past_exports import PastExport
from training_platform.practicals.world import Rows

Baseline = Mapping[str, Rows]


@dataclass(frozen=True)
class Planted:
    """A record that the task puts into the workspace: a new one, or a changed one (record_id)."""

    entity: str
    values: Mapping[str, Any]
    record_id: int | None = None


@dataclass(frozen=True)
class Handout:
    """A table that the task gives as a file; handouts.py makes its bytes."""

    name: str
    #: The first row holds the headings.
    rows: Sequence[Sequence[str]]
    encoding: str = "utf-8-sig"


@dataclass(frozen=True)
class Drawn:
    """What was drawn: params may be shown in the brief, the key never before the close."""

    params: Mapping[str, Any]
    key: Mapping[str, Any]
    planted: Sequence[Planted] = ()
    handouts: Sequence[Handout] = ()
    #: What the log tells that others took out before.
    exports: Sequence[PastExport] = ()


Make = Callable[[Dice, Mapping[str, Any], Baseline, int], Drawn]
#: Name in task files → what draws; filled by training_platform.practicals.generators.
GENERATORS: dict[str, Make] = {}


def generator(make: Make) -> Make:
    """Register a function under its own name as what task files may draw with."""
    GENERATORS[make.__name__] = make
    return make


def seed_of(secret: str, employee_id: int, task: str, attempt: int) -> str:
    """Return the seed of an attempt: nobody without the secret can foresee it."""
    said = f"{employee_id}|{task}|{attempt}".encode()
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def draw(
    name: str, seed: str, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Draw a task for one attempt. The same arguments always draw the same."""
    return GENERATORS[name](Dice(name, seed), options, baseline, seller)


#: {name} in a brief: where what was drawn is put in.
PLACE = re.compile(r"\{(\w+)\}")
#: A param of one of these shapes is drawn as cards, a table or letters.
SHAPES = frozenset({"cards", "table", "letters"})


def brief_faults(brief: str, params: Mapping[str, Any]) -> Iterator[str]:
    """Say which places of a brief cannot be put in: unknown ones, and blocks within a sentence."""
    for line in brief.splitlines():
        for name in PLACE.findall(line):
            value = params.get(name)
            is_block = isinstance(value, Mapping) and len(value) == 1 and value.keys() <= SHAPES
            if name not in params:
                yield f"{{{name}}} was not drawn"
            elif is_block and line.strip() != f"{{{name}}}":
                yield f"{{{name}}} does not stand alone on its line"
            elif not is_block and not _is_text(value):
                yield f"{{{name}}} is neither a text nor cards, a table or letters"


def _is_text(value: Any) -> bool:
    if isinstance(value, Mapping):
        return value.keys() == {"zh", "en"}
    return isinstance(value, str | int)


def own_id(number: int) -> int:
    """Return the id that the planted record of this number gets, counted from 0."""
    return FIRST_OWN_ID + number
