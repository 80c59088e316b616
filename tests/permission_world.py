"""One of everything, for tests/test_permissions.py: who there is, and what is whose."""

from datetime import date
from typing import Any

from tests.factories.archives import make_archive
from tests.factories.certificates import make_batch, make_certificate
from tests.factories.coaching import make_all
from tests.factories.compliance import make_compliance
from tests.factories.consequences import make_case, make_recommendation
from tests.factories.content import publish_competencies, publish_course, publish_paper
from tests.factories.contests import make_contest
from tests.factories.crm import load_small_company
from tests.factories.crm_imports import make_export, make_import
from tests.factories.disputes import make_dispute, make_quiz_regrade, make_regrade
from tests.factories.evaluation import make_behavior
from tests.factories.exams import make_sittings
from tests.factories.external_training import make_names as make_training
from tests.factories.history import make_history
from tests.factories.library import make_names as make_library
from tests.factories.mentoring import make_names
from tests.factories.notices import make_mail
from tests.factories.people import make_department, make_employee
from tests.factories.practicals import make_attempts
from tests.factories.records import make_correction, make_keeping
from tests.factories.rubrics import make_scoring
from tests.factories.studio import make_names as make_studio
from training_platform.assessment import services as assessment
from training_platform.core import clock
from training_platform.core.files import store
from training_platform.core.jobs import Job, JobState
from training_platform.core.permissions import Right
from training_platform.crm.services.workspaces import open_free_workspace
from training_platform.curricula.models import Assignment, AssignmentRule, AssignmentSource
from training_platform.notices import services as notices
from training_platform.people.models import AccessGrant, Employee, StaffImport, UserSession
from training_platform.people.viewer import SLIDING, viewer_of
from training_platform.quizzes import services as quizzes
from training_platform.quizzes.models import Paper
from training_platform.records import services as records

#: What the owner alone is called, so that whoever reads of her is found out.
OWNER = {"name": "暗号海棠", "name_latin": "Anhao Haitang", "staff_number": "ZZ77001"}


def make_people(session: Any) -> dict[str, Employee]:
    company = make_department(session, "CO")
    relations = make_department(session, "CR", parent=company)
    team = make_department(session, "CR1", parent=relations)
    marketing = make_department(session, "MK", parent=company)
    people = {
        "owner": make_employee(session, username="owner", department=team, **OWNER),
        "colleague": make_employee(session, username="colleague", department=team),
        "trainer": make_employee(
            session, username="trainer", department=relations, rights=(Right.TRAINER,)
        ),
        "head": make_employee(session, username="head", department=relations, headed=relations),
        "head2": make_employee(session, username="head2", department=marketing, headed=marketing),
        "leader": make_employee(
            session, username="leader", department=company, rights=(Right.EXECUTIVE,)
        ),
        "hr": make_employee(session, username="hr", department=company, rights=(Right.HR,)),
        "admin": make_employee(
            session, username="admin", department=company, rights=(Right.ADMIN,)
        ),
    }
    make_employee(session, username="admin2", department=company, rights=(Right.ADMIN,))
    return people


def make_world(session: Any) -> dict[str, str]:
    """Put one of everything into the database, the owner's; return what the addresses name."""
    publish_competencies(session)
    course = publish_course(session, slug="course", lessons=1, complete_when=[{"paper": "closed"}])
    for paper in ("open", "closed", "fresh"):
        publish_paper(session, slug=paper, course="course")
    people = make_people(session)
    owner, now = people["owner"], clock.now()
    viewer = viewer_of(session, owner)
    attempts = {
        name: quizzes.start_attempt(session, session.get_one(Paper, name), viewer)
        for name in ("open", "closed")
    }
    quizzes.submit_attempt(session, attempts["closed"].id, viewer)
    certificate = make_certificate(session, owner, "course")
    record = records.append(
        session, owner.id, "course_completed", "course", source="t:1", title={"zh": "课", "en": "C"}
    )
    notices.notify(
        session, owner.id, "certificate_issued", key="t:1", href="/", title={"zh": "课", "en": "C"}
    )
    picture = store(
        session,
        b"RIFF",
        name="p.webp",
        media_type="image/webp",
        purpose="picture",
        owner_id=owner.id,
    )
    owner.picture_id = picture.id
    load_small_company(session)
    workspace = open_free_workspace(session, viewer)
    rows: dict[str, Any] = {
        "assignment_id": Assignment(
            employee_id=owner.id,
            course_id="course",
            source=AssignmentSource.MANUAL,
            assigned_by_id=people["head"].id,
            is_required=True,
            due_on=date(2099, 1, 1),
            created_at=now,
        ),
        "rule_id": AssignmentRule(
            name="rule",
            course_id="course",
            due_days=10,
            created_at=now,
            created_by_id=people["hr"].id,
        ),
        "session_id": UserSession(
            token_digest="x" * 64,
            employee_id=owner.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + SLIDING,
            user_agent="other",
        ),
        "grant_id": AccessGrant(employee_id=owner.id, right=Right.MENTOR, granted_at=now),
        "import_id": StaffImport(
            file_name="list.csv",
            state="checked",
            rows=[],
            changes=[],
            created_at=now,
            created_by_id=people["hr"].id,
        ),
        "job_id": Job(
            name="mail.send",
            key="t:1",
            payload={"mail_id": 0},
            state=JobState.FAILED,
            run_after=now,
            created_at=now,
        ),
    }
    session.add_all(rows.values())
    assessment.ensure_default(session)
    session.flush()
    practical = make_attempts(session, owner.id)
    planned = make_regrade(session, practical["practical_over"], people["trainer"].id)
    corrected = make_quiz_regrade(session, attempts["closed"].token, people["trainer"].id)
    notice = session.connection().exec_driver_sql(
        f"SELECT max(id) FROM notice WHERE employee_id = {owner.id}"
    )
    archive = make_archive(session, people["head"])
    return (
        archive
        | {name: str(row.id) for name, row in rows.items()}
        | {
            "employee_id": str(owner.id),
            "department_id": str(owner.department_id),
            "open_token": attempts["open"].token,
            "closed_token": attempts["closed"].token,
            "code": certificate.code,
            "batch_id": str(make_batch(session, people["hr"], "course").id),
            "record_id": str(record.id if record else 0),
            "notice_id": str(notice.scalar()),
            "mail_id": str(make_mail(session, owner.id).id),
            "notice_kind": "quiz_passed",
            "due_kind": "courses",
            "course_id": "course",
            "slug": "lesson-1",
            "paper_id": "fresh",
            "question_id": "course/check-1",
            "ladder_id": "default",
            "change": "suspend",
            "lang": "en",
            "course": "course",
            "name": "none.mp4",
            "workspace_id": str(workspace.id),
            "entity": "customer",
            "item_id": "1",
            "act": "submit",
            "seq": "1",
            "metric": "funnel",
            "report_id": "1",
            "layer_id": "1",
            "field": "city",
            "crm_import_id": str(make_import(session, workspace).id),
            "template_of": "customer",
            "template_name": "zh.csv",
            "step": "commit",
            "ticket_act": "step",
            "contest_id": str(make_contest(session, people["trainer"], [owner]).id),
            "seller_id": "4",
            "account_act": "rotate",
            "export_seq": str(make_export(session, workspace)),
            "decision": "approve",
            "verdict": "reward",
            "place": "1",
            **practical,
            **make_keeping(session, owner, people["hr"]),
            **make_history(session, people["hr"], owner),
            "correction_id": str(make_correction(session, owner, has_file=True).id),
            "dispute_id": str(make_dispute(session, owner).id),
            "regrade_id": str(planned.regrade_id),
            "quiz_regrade_id": str(corrected.regrade_id),
            "quiz_result_id": str(corrected.id),
            "result_id": str(planned.id),
            **make_names(session, owner),
            **make_training(session, people),
            **make_sittings(session, owner.id),
            "scoring_id": str(make_scoring(session, owner.id).id),
            "case_id": str(make_case(session, owner.id).id),
            "reward_id": str(make_recommendation(session, owner.id).id),
            **make_all(session, owner, people["trainer"]),
            **make_behavior(session, owner, people["head"]),
            **make_compliance(session, owner, people["hr"]),
            **make_studio(session, people["trainer"], course.item),
            **make_library(session),
        }
    )
