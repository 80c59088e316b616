"""What a paper's sections come to: what each draw can find, and which skills it asks for. Pure.

Which questions fit is asked of the very function that draws them for trainees.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from training_platform.quizzes.draw import Candidate, fits

DIFFICULTIES = ("foundation", "applied", "advanced")
#: Questions that name no skill stand in a row of their own.
NO_SKILL = ""


@dataclass(frozen=True)
class Count:
    """What one draw can find.

    found: published questions that fit and are not fixed elsewhere in the paper. sure: so many are
    left even if earlier draws take what they share with this one.
    """

    wanted: int
    found: int
    sure: int
    shares_with: tuple[int, ...] = ()

    @property
    def tone(self) -> str:
        """How the count stands: ok, warn where draws may take from one another, bad if too few."""
        if self.found < self.wanted:
            return "bad"
        return "ok" if self.sure >= self.wanted else "warn"

    @property
    def shared_numbers(self) -> str:
        """The sections that it shares questions with, counted from 1 for people."""
        return ", ".join(str(index + 1) for index in self.shares_with)


@dataclass(frozen=True)
class Row:
    """One skill of the blueprint: how many questions in each difficulty, and in all."""

    skill: str
    cells: tuple[Fraction, ...]

    @property
    def total(self) -> Fraction:
        """All difficulties together."""
        return sum(self.cells, Fraction(0))


@dataclass(frozen=True)
class Figures:
    """What the page shows beside the sections."""

    counts: Mapping[int, Count] = field(default_factory=dict)
    rows: Sequence[Row] = ()
    totals: Sequence[Fraction] = ()
    questions: int = 0
    points: int = 0


def drawable(sections: Iterable[Any]) -> list[dict[str, Any]]:
    """Return sections as a draw may take them: what is not filled in finds nothing."""
    found = []
    for section in sections:
        wanted = section.get("draw") or {}
        points = section.get("points", 1)
        each: dict[str, Any] = {"points": points if isinstance(points, int) else 0}
        if "questions" in section:
            each["questions"] = [str(ident) for ident in section["questions"]]
        elif wanted.get("topic") or wanted.get("skills"):
            count = wanted.get("count")
            each["draw"] = wanted | {"count": count if isinstance(count, int) else 0}
        found.append(each)
    return found


def figures_of(sections: Sequence[Mapping[str, Any]], bank: Sequence[Candidate]) -> Figures:
    """Return the figures of drawable() sections over the questions that may be asked."""
    known = {each.id: each for each in bank}
    fixed = {ident for section in sections for ident in section.get("questions") or ()}
    pools = {
        index: {each.id for each in bank if each.id not in fixed and fits(each, section)}
        for index, section in enumerate(sections)
        if "draw" in section
    }
    wanted = {index: sections[index]["draw"]["count"] for index in pools}
    shares: dict[str, Fraction] = defaultdict(Fraction)
    for ident in fixed & known.keys():
        shares[ident] = Fraction(1)
    for index, pool in pools.items():
        for ident in pool:
            shares[ident] += Fraction(min(wanted[index], len(pool)), len(pool))
    asked = {index: _asked(section, pools.get(index)) for index, section in enumerate(sections)}
    return Figures(
        counts={index: _count(index, pools, wanted) for index in pools},
        rows=_rows(shares, known),
        totals=_cells(shares, known.values()),
        questions=sum(asked.values()),
        points=sum(asked[index] * section["points"] for index, section in enumerate(sections)),
    )


def _count(index: int, pools: Mapping[int, set[str]], wanted: Mapping[int, int]) -> Count:
    pool = pools[index]
    shared = {other: len(pool & pools[other]) for other in pools if other < index}
    lost = sum(min(wanted[other], count) for other, count in shared.items())
    return Count(
        wanted=wanted[index],
        found=len(pool),
        sure=max(0, len(pool) - lost),
        shares_with=tuple(other for other, count in shared.items() if count),
    )


def _asked(section: Mapping[str, Any], pool: set[str] | None) -> int:
    if pool is None:
        return len(section.get("questions") or ())
    return min(int(section["draw"]["count"]), len(pool))


def _rows(shares: Mapping[str, Fraction], known: Mapping[str, Candidate]) -> list[Row]:
    asked = [known[ident] for ident in shares]
    skills = sorted({skill for each in asked for skill in each.skills or {NO_SKILL}})
    return [
        Row(skill, _cells(shares, [each for each in asked if skill in (each.skills or {NO_SKILL})]))
        for skill in skills
    ]


def _cells(shares: Mapping[str, Fraction], questions: Iterable[Candidate]) -> tuple[Fraction, ...]:
    found = dict.fromkeys(DIFFICULTIES, Fraction(0))
    for each in questions:
        found[each.difficulty] += shares.get(each.id, Fraction(0))
    return tuple(found.values())


def cell_text(value: Fraction) -> str:
    """Return a cell as people read it: whole, or about so many; nothing for none."""
    if not value:
        return ""
    if value.denominator == 1:
        return str(value)
    tenths = max(1, round(value * 10))
    return f"≈ {tenths // 10}.{tenths % 10}" if tenths % 10 else f"≈ {tenths // 10}"
