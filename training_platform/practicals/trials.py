"""One solution tried on a few draws, before it is kept: what each check says of each draw."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from training_platform.core.kinds import LANGUAGES
from training_platform.practicals.branching import Bench, run
from training_platform.practicals.files import Practical
from training_platform.practicals.grading import grade
from training_platform.practicals.hand import StuckError
from training_platform.practicals.schemas import SolutionFile, TaskFile
from training_platform.practicals.world import World


def drawings(seeds: int) -> Sequence[tuple[int, str]]:
    """Return the draws that a proof takes: their numbers, and the languages of the pages."""
    return [(number, LANGUAGES[number % len(LANGUAGES)]) for number in range(seeds)]


def try_out(
    task: TaskFile, solution: SolutionFile, bench: Bench, seeds: int
) -> Iterator[dict[str, Any]]:
    """Yield what the solution is worth on each draw, plain, or where it got stuck."""
    practical = Practical(task, {}, solution, {})
    for drawing in drawings(seeds):
        try:
            result = grade(task, World(run(practical, bench, drawing, solution)))
        except StuckError as error:
            yield {"draw": drawing, "stuck": str(error)}
        else:
            yield {"draw": drawing, **json.loads(result.canonical())}
