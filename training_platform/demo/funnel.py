"""Sitting the exam of the sales funnel: what the key says is typed, but for the mistakes wanted."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.crm.dataset import files
from training_platform.crm.dataset.loading import find_dataset
from training_platform.demo.world import World
from training_platform.practicals import services
from training_platform.practicals.models import Practical
from training_platform.practicals.rules import Mode

TASK = "funnel-and-losses"
#: The check whose text people score.
TEXT = "improvement"
MINUTES = timedelta(minutes=16)
#: Which part of the key each field wants, and what is typed by mistake.
FIELDS: Mapping[str, tuple[str, str]] = {
    "reached_first": ("first", "reached"),
    "reached_second": ("second", "reached"),
    "loss_first": ("first", "loss"),
    "loss_second": ("second", "loss"),
    "dwell": ("first", "dwell"),
}


def is_dataset_there(session: Session) -> bool:
    """Tell whether the sandbox's dataset is loaded: without it nobody sits such exams."""
    return find_dataset(session, files.read_header()) is not None


def sit(
    world: World, username: str, text: str = "", **mistakes: tuple[str, str]
) -> Callable[[Session], None]:
    """Return the act of sitting the exam and handing it in, with this text to be scored."""

    def act(session: Session) -> None:
        person = world.viewer(username)
        practical = session.get_one(Practical, TASK)
        sitting = services.Sitting(Mode.EXAM, seed=f"{world.seed}:{username}")
        attempt = services.start_attempt(session, practical, person, sitting)
        drawn, _start = services.start_of(session, attempt.id)
        typed = _typed(drawn.key, mistakes) | ({TEXT: text} if text else {})
        with clock.stopped(clock.now() + MINUTES):
            for check, answer in typed.items():
                services.save_answer(session, attempt, person, check, answer)
            services.submit_attempt(session, attempt, person)
            result = services.evaluate(
                services.task_of(session, attempt),
                services.stored_evidence(session, attempt),
                attempt,
            )
            services.record_result(session, attempt.id, result)

    return act


def _typed(key: Mapping[str, Any], mistakes: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return what is typed into the fields: what the key says, but for the mistakes."""
    typed = {}
    for check, right in FIELDS.items():
        part, name = mistakes.get(check, right)
        typed[check] = str(key[part][name] if part else key[name])
    worst = key["worst"]
    typed["worst"] = worst["zh"] if isinstance(worst, Mapping) else str(worst)
    return typed
