"""Certificates in the demo company: the first ones end, people are reminded, some have renewed."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.certificates import renewals, renewing
from training_platform.certificates.models import Certificate, CertificateRenewal
from training_platform.demo.calendar import at, working_day_before
from training_platform.demo.learning import Aim, Learner
from training_platform.demo.world import World
from training_platform.people.models import Employee

#: When the daily look happened that found something; each day would find the same.
LOOKED = (200, 185, 170, 150, 130, 110, 80, 60, 45, 30, 14, 7, 1)
#: Who has renewed, and how many working days ago.
RENEWED = {"mentor": 60, "supervisor": 6}


def plan_certificates(world: World, learners: Mapping[str, Learner]) -> None:
    """Plan the reminders, and the quizzes that renew."""
    last = world.company.ends_on
    for ago in LOOKED:
        world.plan(at(last - timedelta(days=ago), 8, 20), _remind)
    for username, ago in RENEWED.items():
        when = at(working_day_before(last, ago), 16, 40)
        world.plan(when, _renews(learners[username], username))


def _remind(session: Session) -> None:
    policy = renewing.current_policy(session)
    for ident in renewals.ending_soon(session, policy):
        renewing.remind(session, session.get_one(Certificate, ident), policy)


def _renews(learner: Learner, username: str) -> Callable[[Session], None]:
    def renew(session: Session) -> None:
        papers = session.scalars(
            select(CertificateRenewal.papers)
            .join(Employee, Employee.id == CertificateRenewal.employee_id)
            .where(Employee.username == username, CertificateRenewal.done_at.is_(None))
            .order_by(CertificateRenewal.id)
        ).first()
        for paper_id in papers or ():
            learner.enter(session)
            learner.take_quiz(session, paper_id, Aim.BEST)

    return renew
