"""How each check fared in each way: as it must, or otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from training_platform.practicals.proving import NOTHING


class Fared(StrEnum):
    """What a way did to a check."""

    #: Not lost, and nobody expected it to be.
    KEPT = "kept"
    #: Lost, as the task says; or where nothing was done.
    LOST = "lost"
    #: Lost, but it should not be.
    LOST_WRONGLY = "lost_wrongly"
    #: Not lost each time, but it should be.
    NOT_LOST = "not_lost"


@dataclass(frozen=True)
class Cell:
    """One check in one way: how it fared, and on how many draws it was lost."""

    fared: Fared
    lost: int
    draws: int


def cell(way: Mapping[str, Any], check: str) -> Cell:
    """Return how a check fared in a way of a proof's outcome."""
    lost, draws = int(way["lost"].get(check, 0)), int(way["draws"])
    if way["name"] == NOTHING:
        return Cell(Fared.LOST if lost else Fared.KEPT, lost, draws)
    if check in way["loses"]:
        return Cell(Fared.LOST if lost == draws else Fared.NOT_LOST, lost, draws)
    return Cell(Fared.LOST_WRONGLY if lost else Fared.KEPT, lost, draws)
