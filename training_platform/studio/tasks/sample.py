"""What a task would draw, as far as its draft goes; nothing is planted, nothing is kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from training_platform.core.i18n import language
from training_platform.crm.dataset.loading import current_dataset
from training_platform.practicals import generators  # noqa: F401  # fills the generators' names
from training_platform.practicals.briefing import Block, blocks_of
from training_platform.practicals.drawing import GENERATORS, SHAPES, Drawn, draw
from training_platform.practicals.world import UnknownDatasetError, baseline

#: What the form draws with, so that its places are those of one draw.
SEED = "sample"
FIRST_SELLER = 1


class NotDrawnError(Exception):
    """Nothing can be drawn: what is chosen is not there, or its settings do not fit."""


@dataclass(frozen=True)
class Shown:
    """What stands for a trainee's page in the macros that draw it."""

    title: Any
    blocks: list[Block]
    drawn: Drawn


def drawn_of(session: Session, value: Mapping[str, Any], seed: str) -> Drawn:
    """Draw what a draft's file asks for. Raises NotDrawnError, which says why."""
    dataset = current_dataset(session)
    name, seller = value.get("generator"), value.get("seller", FIRST_SELLER)
    if dataset is None or name not in GENERATORS or not isinstance(seller, int):
        raise NotDrawnError
    options = json.dumps(value.get("options") or {})
    return _drawn(str(name), seed, options, seller, (dataset.dataset, dataset.dataset_version))


@lru_cache(maxsize=64)
def _drawn(name: str, seed: str, options: str, seller: int, dataset: tuple[str, int]) -> Drawn:
    try:
        return draw(name, seed, json.loads(options), baseline(*dataset), seller)
    except UnknownDatasetError:
        raise NotDrawnError from None
    except Exception as error:  # settings are an author's: whatever is wrong with them, she is told
        raise NotDrawnError(f"{type(error).__name__}: {error}"[:200]) from error


def sellers(session: Session) -> list[tuple[int, str]]:
    """Return who one may act as: the sellers of the practice company."""
    dataset = current_dataset(session)
    if dataset is None:
        return []
    try:
        rows = baseline(dataset.dataset, dataset.dataset_version).get("seller", {})
    except UnknownDatasetError:
        return []
    return [(number, str(row["name"])) for number, row in sorted(rows.items())]


def is_block(value: Any) -> bool:
    """Tell whether a place is drawn as cards, a table or letters: it needs a line of its own."""
    return isinstance(value, Mapping) and len(value) == 1 and value.keys() <= SHAPES


def shown(title: Any, brief: str, drawn: Drawn) -> Shown:
    """Return the brief as a trainee would read it, in the page's language."""
    return Shown(title, blocks_of(brief, drawn.params), Drawn(drawn.params, {}))


def brief_path(folder: str, slug: str, code: str = "") -> str:
    """Return where the brief stands in a language; in the page's where none is named."""
    return f"{folder}/{slug}/brief.{code or language()}.md"
