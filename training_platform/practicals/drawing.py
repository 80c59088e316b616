"""What an attempt draws: parameters, the answer key, and what lies in the workspace at the start.

Everything follows from one seed, so that the same attempt always draws the same, and no two
people get the same task.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.crm.models import FIRST_OWN_ID
from training_platform.practicals.world import Rows

Baseline = Mapping[str, Rows]


@dataclass(frozen=True)
class Planted:
    """A record that the task puts into the workspace: a new one, or a changed one (record_id)."""

    entity: str
    values: Mapping[str, Any]
    record_id: int | None = None


@dataclass(frozen=True)
class Drawn:
    """What was drawn: params may be shown in the brief, the key never before the close."""

    params: Mapping[str, Any]
    key: Mapping[str, Any]
    planted: Sequence[Planted] = ()


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


def own_id(number: int) -> int:
    """Return the id that the planted record of this number gets, counted from 0."""
    return FIRST_OWN_ID + number
