"""重判 of quiz attempts: what they are worth when a question of theirs is corrected. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from training_platform.assessment.keys import Correction, mark_corrected
from training_platform.assessment.marking import Definition, Mark
from training_platform.assessment.presentation import as_defined
from training_platform.quizzes.rules import Grade, grade

DefinitionOf = Callable[[int], Definition]


@dataclass(frozen=True)
class Regraded:
    """What an attempt is worth, and the marks of its questions that say so."""

    grade: Grade
    marks: list[dict[str, Any]]


def marked(
    place: Mapping[str, Any],
    answer: Any,
    definition: Definition,
    corrections: Sequence[Correction] = (),
) -> Mark:
    """Return what an answer, in the numbers that were shown, is worth by what holds now."""
    return mark_corrected(definition, as_defined(definition, place["order"], answer), corrections)


def points_of_share(share: Fraction, place: Mapping[str, Any]) -> int:
    """Return the hundredths of points that a share of a question counts."""
    return round(share * int(place["points"]) * 100)


def regraded(
    attempt: Any,
    definitions: Mapping[int, Definition],
    corrected: Mapping[int, Sequence[Correction]],
    granted: Mapping[int, int],
    paper: Mapping[str, Any],
) -> Regraded:
    """Return what a submitted attempt is worth by these corrections of some of its positions.

    Every other question counts what it counted. `granted` is what disputes gave: it is the least
    that a question counts. Shares are exact: three thirds make a whole.
    """
    shares, marks = [], []
    for position, (place, old) in enumerate(zip(attempt.layout, attempt.marks or [], strict=True)):
        definition, worth = definitions[place["revision"]], int(place["points"])
        if position in corrected:
            share = marked(place, old["answer"], definition, corrected[position]).share
            share = max(share, Fraction(granted.get(position, 0), worth * 100))
            points = points_of_share(share, place)
            marks.append({**old, "points": points, "right": share == 1})
        else:
            share = marked(place, old["answer"], definition).share
            if points_of_share(share, place) != old["points"]:
                share = Fraction(old["points"], worth * 100)
            marks.append(dict(old))
        shares.append((share, worth))
    result = grade(
        shares,
        pass_percent=paper["pass_percent"],
        distinction_percent=paper["distinction_percent"],
    )
    return Regraded(result, marks)
