"""What HR, heads, trainers and administrators did in these months."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.certificates.models import Certificate
from training_platform.certificates.services import revoke
from training_platform.core import clock
from training_platform.curricula import services as curricula
from training_platform.curricula.models import Course
from training_platform.demo.calendar import (
    at,
    moment,
    working_day_before,
    working_day_from,
    working_days,
)
from training_platform.demo.company import MANAGER, SPECIALIST, SUPERVISOR, Fate, Person
from training_platform.demo.consequences import decide_points
from training_platform.demo.exams import SITTINGS, sit_exam
from training_platform.demo.joining import lines_of
from training_platform.demo.learning import Aim, Learner, enter
from training_platform.demo.scripts import BASICS, STRATEGY, TEAM
from training_platform.demo.world import World
from training_platform.home.services import remind_overdue_later
from training_platform.people import services as people
from training_platform.people.models import Employee
from training_platform.people.services.imports import check_import
from training_platform.people.services.sign_in import sign_out
from training_platform.quizzes import queries as quiz_queries
from training_platform.quizzes.models import Attempt
from training_platform.quizzes.services import reopen_attempt
from training_platform.records.corrections.rules import Proposal
from training_platform.records.corrections.services import propose_correction
from training_platform.records.models import TrainingRecord
from training_platform.records.retention.services import ensure_rules
from training_platform.records.rules import Effect, Kind

#: Who looks in how often, in days.
VISITS = {"hr": 6, "head": 8, "head2": 13, "trainer": 9, "admin": 17, "leader": 29, "leader2": 41}
#: A case waits at least so long: first somebody talks with the person.
DELIBERATION = timedelta(days=21)
REASON = "经核查，本次测验由他人代答，证书作废；本人须重新参加考核。"
REOPENED = "已与本人及主管面谈，薄弱环节由导师辅导过，同意再考一次。"


class Office:
    """Plans what the people with rights did, and what came up on the way."""

    def __init__(self, world: World, learners: dict[str, Learner]) -> None:
        self.world = world
        self.learners = learners
        self.rng = world.rng("office")
        self.began, self.ends = world.company.began_on, world.company.ends_on

    def plan(self) -> None:
        """Plan everything."""
        self._plan_visits()
        self._plan_assignments()
        self._plan_role_changes()
        self._plan_leaving()
        self._on(working_day_before(self.ends, 16), 15, self.revoke_one)
        self._on(working_day_before(self.ends, 24), 14, self.correct_one)
        self._on(working_day_before(self.ends, 4), 10, self.check_a_list)
        for username, exam_id, back in SITTINGS:
            self._on(working_day_before(self.ends, back), 10, self._sitter(username, exam_id))
        for back in (45, 25, 9, 2):
            self._on(working_day_before(self.ends, back), 11, self.decide_cases)

    def _sitter(self, username: str, exam_id: str) -> Callable[[Session], None]:
        return lambda session: sit_exam(session, self.world, self.learners[username], exam_id)

    # ---- Looking in -------------------------------------------------------------------------

    def _plan_visits(self) -> None:
        for username, every in VISITS.items():
            rng = self.world.rng(f"visits:{username}")
            day = working_day_from(self.began + timedelta(days=rng.randint(1, every)))
            while day <= self.ends:
                self.world.plan(moment(day, rng), self._visitor(username, rng))
                day = working_day_from(day + timedelta(days=rng.randint(every // 2, every * 2)))
        for number, day in enumerate(working_days(self.began, self.ends)):
            if number % 20 == 19:
                self._on(day, 16, self._reminder("head"))
            if number % 45 == 44:
                self._on(day, 16, self._reminder("head2"))

    def _visitor(self, username: str, rng: Random) -> Callable[[Session], None]:
        def visit(session: Session) -> None:
            token = enter(session, self.world, username, rng)
            if rng.random() < 0.7:
                with clock.stopped(clock.now() + timedelta(minutes=rng.randint(5, 25))):
                    sign_out(session, token)

        return visit

    def _reminder(self, username: str) -> Callable[[Session], None]:
        def remind(session: Session) -> None:
            remind_overdue_later(session, self.world.viewer(username), None)

        return remind

    # ---- Assigning --------------------------------------------------------------------------

    def _plan_assignments(self) -> None:
        """Assign by rule and by hand; the latest ones are what this week is about."""
        self._on(working_day_before(self.ends, 26), 9, self.make_rule)
        for back, teams in ((18, ("CR-S1", "CR-KA")), (5, ("CR-S2", "CR-MB"))):
            staff = self._specialists(teams)
            day = working_day_before(self.ends, back)
            self._assign(day, "head", TEAM, staff, due_in=24, failing=2 if back > 10 else 0)
        leads = self._some(lambda each: each.job_role == SUPERVISOR, every=2)
        self._assign(working_day_before(self.ends, 11), "head", STRATEGY, leads, due_in=30)
        technicians = self._some(lambda each: each.department.startswith("IT"), every=2)
        self._assign(working_day_before(self.ends, 9), "hr", BASICS, technicians, due_in=20)
        self._assign(
            working_day_before(self.ends, 6), "head", TEAM, ["specialist"], due_in=14, take=False
        )

    def _specialists(self, teams: Sequence[str]) -> list[str]:
        def fits(each: Person) -> bool:
            return each.job_role == SPECIALIST and each.department in teams

        return self._some(fits, every=3)

    def _some(self, fits: Callable[[Person], bool], *, every: int) -> list[str]:
        found = [
            each.username
            for each in self.world.company.people
            if fits(each) and not each.is_account and each.fate is Fate.STEADY
        ]
        return found[::every]

    def _assign(
        self,
        day: date,
        by: str,
        course_id: str,
        usernames: Sequence[str],
        *,
        due_in: int,
        take: bool = True,
        failing: int = 0,
    ) -> None:
        def assign(session: Session) -> None:
            course = session.get(Course, course_id)
            staff = self._present(session, usernames)
            if course is None or not staff:
                return
            due_on = clock.today() + timedelta(days=due_in)
            curricula.assign_course(
                session, staff, self.world.viewer(by), course, due_on, required=True
            )
            open_for = [
                each for each in staff if not self.learners[each.username].has_completed(course_id)
            ]
            for number, employee in enumerate(open_for if take else ()):
                if number < failing:  # the case on HR's desk today
                    learner = self.learners[employee.username]
                    learner.person = replace(learner.person, pace=0.95)
                    learner.aims = [Aim.FAIL, Aim.FAIL]
                    learner.take_up(session, course_id)
                else:
                    self._maybe_take(session, employee.username, course_id)

        self._on(day, 9, assign)

    def _maybe_take(self, session: Session, username: str, course_id: str) -> None:
        if self.rng.random() < 0.75:
            self.learners[username].take_up(session, course_id)

    def make_rule(self, session: Session) -> None:
        """Let HR ask everybody in Marketing for the basics."""
        if session.get(Course, BASICS) is None:
            return
        curricula.create_rule(
            session,
            self.world.viewer("hr"),
            curricula.RuleInput(
                name="市场部：客户资料写法统一",
                course_id=BASICS,
                job_role_id=None,
                department_id=self.world.department_ids["MK"],
                hired_since=None,
                is_required=True,
                due_days=30,
            ),
        )
        for person in self.world.company.people:
            if person.department.startswith("MK-") and person.username in self.world.members:
                self._maybe_take(session, person.username, BASICS)

    # ---- Changing roles, leaving ------------------------------------------------------------

    def _plan_role_changes(self) -> None:
        """Promote a few people, the last one lately."""
        promotions = (
            (SPECIALIST, SUPERVISOR, 0.72),
            (SUPERVISOR, MANAGER, 0.8),
            (SPECIALIST, SUPERVISOR, 0.98),
        )
        taken: set[str] = set()
        for old, new, share in promotions:
            day = working_day_from(self._day(share))
            chosen = [
                each.username
                for each in self.world.company.people
                if each.job_role == old
                and not each.is_account
                and each.fate is Fate.STEADY
                and each.joins_on < day - timedelta(days=20)
                and each.username not in taken
            ]
            if chosen:
                username = chosen[len(chosen) // 2]
                taken.add(username)
                self._on(day, 10, self._promoter(username, new))

    def _promoter(self, username: str, job_role: str) -> Callable[[Session], None]:
        def promote(session: Session) -> None:
            employee = self._employee(session, username)
            people.change_job_role(
                session,
                employee,
                self.world.viewer("hr"),
                job_role,
                clock.today(),
                expected_version=employee.version,
            )
            self.world.knows(session, employee)
            learner = self.learners[username]
            learner.follow(job_role)
            learner.begin(session)

        return promote

    def _plan_leaving(self) -> None:
        """Let two people leave and suspend one account."""
        steady = self._some(lambda each: each.department.startswith("CR"), every=1)
        for share, place, act in (
            (0.75, 0.3, "leave"),
            (0.93, 0.6, "leave"),
            (0.97, 0.8, "suspend"),
        ):
            day = working_day_from(self._day(share))
            if len(steady) < 12:
                return
            username = steady[int(len(steady) * place)]
            if self.world.company.by_username[username].joins_on < day:
                self._on(day, 17, self._leaver(username, act))

    def _leaver(self, username: str, act: str) -> Callable[[Session], None]:
        def leave(session: Session) -> None:
            employee = self._employee(session, username)
            service = people.mark_left if act == "leave" else people.suspend
            service(session, employee, self.world.viewer("hr"), expected_version=employee.version)
            self.world.members[username].is_active = False

        return leave

    # ---- HR's desk --------------------------------------------------------------------------

    def decide_cases(self, session: Session) -> None:
        """Decide the cases that have waited long enough, and points; new ones stay."""
        decide_points(session, self.world.viewer("hr"))
        waiting = session.execute(quiz_queries.waiting_for_retraining()).all()
        for row in waiting:
            attempt = session.get_one(Attempt, row.id)
            if clock.now() - row.submitted_at < DELIBERATION:
                continue
            username = session.get_one(Employee, attempt.employee_id).username
            if self.learners[username].is_gone():
                continue
            reopen_attempt(session, attempt, self.world.viewer("hr"), REOPENED)
            self.learners[username].retake(session, attempt.paper_id)

    def revoke_one(self, session: Session) -> None:
        """Revoke a certificate of somebody who is no demo account."""
        accounts = [each.username for each in self.world.company.people if each.is_account]
        found = session.scalars(
            select(Certificate)
            .join(Employee, Employee.id == Certificate.employee_id)
            .where(Certificate.kind == "course", Employee.username.not_in(accounts))
            .order_by(Certificate.id.desc())
            .offset(2)
            .limit(1)
        ).first()
        if found is not None:
            revoke(session, found, self.world.viewer("hr"), REASON, found.version)

    def correct_one(self, session: Session) -> None:
        """Correct a detail of a record."""
        record = session.scalars(
            select(TrainingRecord)
            .where(TrainingRecord.kind == Kind.COURSE_COMPLETED)
            .order_by(TrainingRecord.id)
            .offset(3)
            .limit(1)
        ).first()
        if record is None or record.employee_id == self.world.viewer("hr").id:
            return
        propose_correction(
            session,
            record,
            self.world.viewer("hr"),
            Proposal(
                effect=Effect.VALUES,
                reason="完成日期以线下签到表为准，系统当天停机补录晚了一天。",
                changes="实际完成日期比记录早一天。",
                evidence="签到表第 17 号",
            ),
            expected_count=0,
        )
        ensure_rules(session)

    def check_a_list(self, session: Session) -> None:
        """Check a staff list that is not applied yet: one row names a department nobody knows."""
        group = [each for each in self.world.company.people if not each.is_account][:3]
        lines = lines_of(self.world, group)
        for number, line in enumerate(lines):
            line.values["staff_number"] = f"HC90{number:02d}"
            line.values["username"] = f"trainee{number + 1}"
            line.values["email"] = f"trainee{number + 1}@company.example"
            line.values["name"] = ("夏知秋", "汤予安", "史若川")[number]
            line.values["name_latin"] = ("Xia Zhiqiu", "Tang Yuan", "Shi Ruochuan")[number]
        if lines:
            lines[-1].values["department"] = "客服三组"
            check_import(session, self.world.viewer("hr"), lines, "下月新同事.csv")

    # ---- Helpers ----------------------------------------------------------------------------

    def _on(self, day: date, hour: int, act: Callable[[Session], None]) -> None:
        if day > self.began:
            self.world.plan(at(day, hour, self.rng.randint(0, 50)), act)

    def _day(self, share: float) -> date:
        return self.began + timedelta(days=int((self.ends - self.began).days * share))

    def _employee(self, session: Session, username: str) -> Employee:
        return session.get_one(Employee, self.world.members[username].employee_id)

    def _present(self, session: Session, usernames: Sequence[str]) -> list[Employee]:
        members = self.world.members
        return [
            self._employee(session, each)
            for each in usernames
            if each in members and members[each].is_active
        ]
