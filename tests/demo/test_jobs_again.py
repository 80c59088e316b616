"""Every job of a lived-in company comes again: three times, late, the newest first.

A worker that dies after a job's effect leaves the job to another one, so each must bear it.
"""

from collections import Counter
from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import select

from training_platform.archives.compliance.queries import Wanted
from training_platform.config import ROOT
from training_platform.core import clock, jobs
from training_platform.core.db import Base, db, writing
from training_platform.curricula.models import Course
from training_platform.curricula.refresher_models import RefresherRound, RoundState
from training_platform.curricula.services.assigning import RuleInput, create_rule
from training_platform.curricula.services.refreshers import decide_round
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.records import my_data

TIMES = 3
CONFIRMED = RoundState.CONFIRMED
#: What the demo company does not do; delivered again, or ended in its middle, by these.
ELSEWHERE = {
    "certificates.issue_part": "tests/reliability/test_any_statement.py",
    "contests.tick": "tests/reliability/test_contest_crashes.py",
    "crm.import": "tests/reliability/test_crm_import_races.py",
    "practicals.grade_scored": "tests/browser/test_scoring.py",
    "practicals.prove": "tests/studio/test_proofs.py",
    "practicals.apply_regrade": "tests/practicals/test_regrading.py",
    "practicals.correct_result": "tests/practicals/test_regrading.py",
    "practicals.plan_regrade": "tests/practicals/test_regrading.py",
    "practicals.revert_regrade": "tests/practicals/test_regrading.py",
    "quizzes.apply_regrade": "tests/quizzes/test_regrading.py",
    "quizzes.plan_regrade": "tests/quizzes/test_regrading.py",
    "quizzes.revert_regrade": "tests/quizzes/test_regrading.py",
    "records.import_history": "tests/records/test_history_job.py",
    "records.purge": "tests/reliability/test_any_statement.py",
    "studio.question_batch": "tests/studio/test_batches.py",
    "studio.try_recording": "tests/studio/test_rehearsal_choosing.py",
}


def plain(row):
    return tuple(repr(each) for each in row)


def everything():
    """Return what every table holds, but for the jobs themselves."""
    with db.engine.connect() as connection:
        return {
            table.name: Counter(plain(row) for row in connection.execute(select(table)))
            for table in Base.metadata.sorted_tables
            if table.name != "job"
        }


def ask_for_more():
    """Put what the company has not asked for by itself."""
    with writing() as session:
        hr = session.scalars(select(Employee).where(Employee.username == "hr")).one()
        newcomer = session.scalars(select(Employee).where(Employee.username == "newcomer")).one()
        my_data.ask_for_data(session, viewer_of(session, newcomer), "once")
        jobs.put(session, "people.send_reset", {"typed": "newcomer"}, key="reset")
        course = session.scalars(select(Course).order_by(Course.id)).first()
        people = {"employee_ids": [newcomer.id, hr.id], "required": False, "due_on": None}
        export = {"wanted": asdict(Wanted()), "format": "csv", "locale": "en", "owner_id": hr.id}
        revision = {"significant_revision": course.significant_revision}
        rule = RuleInput("Everybody", course.id, "specialist", None, None, True, 30)
        create_rule(session, viewer_of(session, hr), rule)
        planned = session.scalars(select(RefresherRound)).one()
        decide_round(
            session, planned, viewer_of(session, hr), CONFIRMED, expected_version=planned.version
        )
        for name, payload in (
            ("curricula.assign", people | {"course_id": course.id, "actor_id": hr.id}),
            ("curricula.recheck_course", {"course_id": course.id}),
            ("curricula.sync_everybody", {"on": clock.today().isoformat()}),
            ("certificates.supersede", {"course_id": course.id} | revision),
            ("compliance.export", export),
        ):
            jobs.put(session, name, payload, key="again", owner_id=hr.id)


def run_all(at):
    with clock.stopped(at):
        jobs.schedule_periodic()
        while jobs.run_due():
            db.session.remove()


def test_what_comes_again_changes_nothing(demo_app):
    with demo_app.app_context():
        now = clock.now() + timedelta(minutes=2)
        ask_for_more()
        run_all(now)
        run_all(now + timedelta(seconds=1))  # what the first round has put
        done = select(jobs.Job.id, jobs.Job.name, jobs.Job.payload, jobs.Job.fault)
        done = done.where(jobs.Job.run_after <= now)
        rows = db.session.execute(done.order_by(jobs.Job.id.desc())).all()
        db.session.remove()
        assert {row.fault for row in rows} == {None}
        # A new job is one that the company does, or named with the test that repeats it.
        assert {*jobs._handlers} - {row.name for row in rows} - {*ELSEWHERE} == set()
        before = everything()

        with clock.stopped(now + timedelta(hours=2)):
            for row in rows * TIMES:
                if row.payload:
                    jobs._handlers[row.name](jobs.JobContext(row.id), row.payload)
                    db.session.remove()
        with clock.stopped(now + timedelta(seconds=2)):
            for name in [*jobs._periodic] * TIMES:
                jobs._handlers[name](jobs.JobContext(0), {})
                db.session.remove()

        after = everything()
        changed = {
            name: after[name] - before[name] for name in before if after[name] != before[name]
        }
        assert changed == {}


def test_whoever_is_named_is_there():
    assert all((ROOT / path).exists() for path in ELSEWHERE.values())
