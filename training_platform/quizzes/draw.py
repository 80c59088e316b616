"""Drawing the questions of an attempt. Pure: chance comes as an argument."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any


@dataclass(frozen=True)
class Candidate:
    """What a draw knows of a question."""

    id: str
    topic: str
    difficulty: str
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Drawn:
    """A question of an attempt and what it is worth."""

    question_id: str
    points: int


def draw(
    sections: Sequence[Mapping[str, Any]],
    bank: Sequence[Candidate],
    earlier: Sequence[Collection[str]],
    rng: Random,
) -> list[Drawn]:
    """Return the questions of an attempt in their order, none twice.

    `earlier` holds the questions of the attempts before, the latest last. Questions that were
    never seen come first, then those seen longest ago: a make-up takes other questions as far as
    the bank has them. Where the bank is too small, there are fewer questions.
    """
    known = {candidate.id for candidate in bank}
    taken = {ident for section in sections for ident in section.get("questions") or ()}
    last_seen = {ident: number for number, ids in enumerate(earlier, start=1) for ident in ids}
    found: list[Drawn] = []
    for section in sections:
        points = int(section.get("points", 1))
        if section.get("questions"):
            chosen = [ident for ident in section["questions"] if ident in known]
        else:
            fitting = [each.id for each in bank if each.id not in taken and fits(each, section)]
            chosen = _choose(fitting, int(section["draw"]["count"]), last_seen, rng)
            taken |= set(chosen)
        found += [Drawn(ident, points) for ident in chosen]
    return found


def fits(candidate: Candidate, section: Mapping[str, Any]) -> bool:
    """Tell whether a question may be drawn for a section: topic, skills and difficulty as asked."""
    wanted = section["draw"]
    return (
        (not wanted.get("topic") or candidate.topic == wanted["topic"])
        and (not wanted.get("difficulty") or candidate.difficulty == wanted["difficulty"])
        and (not wanted.get("skills") or not candidate.skills.isdisjoint(wanted["skills"]))
    )


def _choose(
    fitting: Sequence[str], count: int, last_seen: Mapping[str, int], rng: Random
) -> list[str]:
    """Choose by chance, the longest unseen first, and mix what was chosen."""
    mixed = sorted(fitting)  # the same chance gives the same draw, whatever the order of the rows
    rng.shuffle(mixed)
    chosen = sorted(mixed, key=lambda ident: last_seen.get(ident, 0))[:count]
    rng.shuffle(chosen)
    return chosen
