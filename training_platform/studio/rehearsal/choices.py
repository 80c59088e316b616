"""What an author's form says of recorded steps: left out, places chosen, values written anew."""

from collections.abc import Mapping, Sequence
from typing import Any

from training_platform.studio.rehearsal import keeping
from training_platform.studio.rehearsal.models import StudioRehearsal
from training_platform.studio.rehearsal.steps import Built, Value

_MOST_WORDS = 300


def chosen(found: StudioRehearsal, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what the author decided about each step, by its number, as built() takes it."""
    told = {str(each.number): each.values for each in keeping.steps_of(found)}
    told["answers"] = keeping.answers_of(found)
    choices = {}
    for number, values in told.items():
        old = found.choices.get(number, {})
        choice = {
            "out": f"out-{number}" in given,
            "typed": old.get("typed", []),
            "places": _places(number, values, given, old.get("places", {})),
            "own": _own(number, values, given),
        }
        if any(choice.values()):
            choices[number] = choice
    return choices


def unsure_in(steps: Sequence[Built], answers: Sequence[Value]) -> int:
    """Return how many values could mean several things."""
    values = [*answers, *(value for step in steps if not step.is_out for value in step.values)]
    return sum(not each.own and any(p.is_unsure for p in each.pieces) for each in values)


def _places(
    number: str, values: Sequence[Value], given: Mapping[str, str], old: Mapping[str, Any]
) -> dict[str, dict[str, str]]:
    """Return what was chosen for each piece: now, or before; where nobody chose, nothing."""
    found = {name: dict(pieces) for name, pieces in old.items()}
    for piece in (piece for value in values for piece in value.pieces):
        place = given.get(f"place-{number}-{piece.key}", piece.place)
        is_offered = not place or place in piece.offers
        if is_offered and (place != piece.place or piece.is_unsure):
            found.setdefault(piece.name, {})[piece.text] = place
    return found


def _own(number: str, values: Sequence[Value], given: Mapping[str, str]) -> dict[str, str]:
    said = {each.name: given.get(f"own-{number}-{each.key}", each.own) for each in values}
    return {name: text.strip()[:_MOST_WORDS] for name, text in said.items() if text.strip()}
