"""What emitting promises: the act stays whole whatever its consequences do."""

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from tests.factories.people import make_employee
from training_platform.core import clock, events, jobs, upkeep
from training_platform.core.events import Event, FailedReaction
from training_platform.core.throttle import CountedTry
from training_platform.people.models import Employee


@dataclass(frozen=True)
class Rang(Event):
    """The bell."""

    times: int


@dataclass(frozen=True)
class Echoed(Event):
    """What follows it."""

    times: int


class Listener:
    """A reaction that breaks for as long as it is told to."""

    def __init__(self):
        self.is_broken = True
        self.heard = []

    def answer(self, session, event):
        session.add(CountedTry(scope="bell", key=str(event.times), tried_at=clock.now()))
        session.flush()
        events.emit(session, Echoed(event.times))
        if self.is_broken:
            raise RuntimeError("the string broke")
        self.heard.append(event)


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def echoes(app):
    return []


@pytest.fixture
def listener(app, echoes):
    listener = Listener()
    events.wire(
        app,
        [
            events.on(Rang, listener.answer),
            events.on(Echoed, lambda _session, event: echoes.append(event)),
        ],
    )
    return listener


def test_a_failing_reaction_leaves_the_act_whole(session, listener):
    make_employee(session)
    events.emit(session, Rang(1))
    session.commit()

    assert count(session, Employee) == 1
    assert count(session, CountedTry) == 0
    failure = session.scalars(select(FailedReaction)).one()
    assert "the string broke" in failure.fault


def test_what_a_failing_reaction_announced_did_not_happen(session, listener, echoes):
    events.emit(session, Rang(1))

    assert echoes == []


def test_what_a_reaction_announces_is_heard_after_it(session, listener, echoes):
    listener.is_broken = False
    events.emit(session, Rang(2))

    assert listener.heard == [Rang(2)]
    assert echoes == [Echoed(2)]


def test_a_failed_reaction_succeeds_when_it_is_tried_again(session, listener, echoes):
    events.emit(session, Rang(3))
    listener.is_broken = False
    events.retry_failed(session)
    session.commit()

    assert listener.heard == [Rang(3)]
    assert echoes == [Echoed(3)]
    assert count(session, FailedReaction) == 0
    assert count(session, CountedTry) == 1


def test_a_reaction_that_fails_again_waits_again(session, listener):
    events.emit(session, Rang(3))
    events.retry_failed(session)
    session.commit()

    assert count(session, FailedReaction) == 1


def test_a_reaction_that_no_longer_exists_holds_up_no_other(app, session, listener):
    events.emit(session, Rang(4))
    session.add(FailedReaction(reaction="gone", payload={}, fault="", failed_at=clock.now()))
    session.add(
        FailedReaction(
            reaction=events.on(Rang, listener.answer).name,
            payload={"volume": 11},
            fault="",
            failed_at=clock.now(),
        )
    )
    session.commit()
    listener.is_broken = False
    events.retry_failed(session)
    session.commit()

    assert listener.heard == [Rang(4)]
    assert count(session, FailedReaction) == 2


def test_the_platform_tries_failed_reactions_again_by_itself(session, listener):
    events.emit(session, Rang(5))
    session.commit()
    listener.is_broken = False
    jobs.put(session, "events.retry", {}, key="now")
    session.commit()
    jobs.run_due()

    assert listener.heard == [Rang(5)]
    assert "events.retry" in jobs._periodic
    assert upkeep.retry_reactions in jobs._handlers.values()
