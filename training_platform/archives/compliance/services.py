"""What HR does in compliance: writing the rule of readiness, proving what held on a day."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.archives.compliance import membership
from training_platform.archives.compliance.items import Item, RoleNeeds, needs_by_role
from training_platform.archives.compliance.membership import Group
from training_platform.archives.compliance.models import ComplianceProof, ReadinessRule
from training_platform.archives.compliance.rules import MOST_DUE_DAYS, Paper, Worth, held_on
from training_platform.certificates.models import Certificate, life_of
from training_platform.core import audit, clock, jobs
from training_platform.core.errors import ConflictError, NotFoundError, RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.curricula.models import Course
from training_platform.people.models import JobRole

#: More on one document is no longer read; a department at a time is.
MOST_PEOPLE = 2_000
LONGEST_PURPOSE = 300
CHUNK = 500


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


# ---- The rule of readiness ------------------------------------------------------------------


def change_rule(
    session: Session,
    role: RoleNeeds,
    actor: Person,
    needs: Sequence[Item],
    due_days: int,
    *,
    expected_version: int,
) -> None:
    """Write what a job role needs before customers; version 0 is the shipped rule.

    Raises NotPermittedError, ConflictError where the rule was changed since, RuleError where
    nothing is needed (then anybody would be ready), and for an absurd number of days.
    """
    authorize(actor, None, Permission.COMPLIANCE_MANAGE)
    if not needs:
        raise RuleError(_("Choose at least one: without it, nobody could be ready."), field="needs")
    if not 1 <= due_days <= MOST_DUE_DAYS:
        raise RuleError(_("Enter a number of days between 1 and 730."), field="due_days")
    rule = session.get(ReadinessRule, role.job_role_id, with_for_update=True)
    if (rule.version if rule else 0) != expected_version:
        raise ConflictError(rule)
    if rule is None:
        rule = ReadinessRule(job_role_id=role.job_role_id)
        session.add(rule)
    before = [item.key for item in role.ready]
    rule.needs, rule.due_days = [item.as_data() for item in needs], due_days
    rule.changed_by_id, rule.changed_at = actor.id, clock.now()
    session.flush()
    audit.record(
        session,
        actor,
        "compliance.change_rule",
        session.get_one(JobRole, role.job_role_id),
        before=before,
        needs=[item.key for item in needs],
        due_days=due_days,
    )


def role_needs(session: Session, job_role_id: str) -> RoleNeeds:
    """Return what a job role asks for; raise NotFoundError for an unknown one."""
    found = needs_by_role(session).get(job_role_id)
    if found is None:
        raise NotFoundError
    return found


# ---- The proof of a day ---------------------------------------------------------------------


@dataclass(frozen=True)
class Claim:
    """What is to be proven: who of a group held a course's certificate on a day, and what for."""

    course_id: str
    group: Group
    day: date
    purpose: str


def make_proof(session: Session, actor: Person, claim: Claim) -> ComplianceProof:
    """Pin who of a group held a certificate on a day; a job draws and signs the document.

    Raises NotPermittedError; RuleError for a day to come, an unknown course, no purpose, a group
    without people, and one of more than MOST_PEOPLE.
    """
    authorize(actor, None, Permission.COMPLIANCE_MANAGE)
    course = session.get(Course, claim.course_id)
    if course is None:
        raise RuleError(_("Choose a certificate."), field="course_id")
    if claim.day > clock.today():
        raise RuleError(
            _("That day is still to come. Choose today or an earlier one."), field="day"
        )
    if not claim.purpose.strip():
        raise RuleError(_("Say what the proof is for."), field="purpose")
    members = membership.members_on(session, claim.group, claim.day)
    _check_size(len(members))
    rows = rows_of(session, members, claim)
    proof = ComplianceProof(
        course_id=course.id,
        title=course.title,
        job_role_id=claim.group.job_role_id,
        department_id=claim.group.department_id,
        day=claim.day,
        purpose=claim.purpose.strip()[:LONGEST_PURPOSE],
        rows=rows,
        people_count=len(rows),
        held_count=sum(row["worth"] == Worth.VALID.value for row in rows),
        digest=digest_of(rows),
        made_by_id=actor.id,
        made_at=clock.now(),
    )
    session.add(proof)
    session.flush()
    _announce(session, actor, proof)
    return proof


def _announce(session: Session, actor: Person, proof: ComplianceProof) -> None:
    audit.record(
        session,
        actor,
        "compliance.prove",
        proof,
        course=proof.course_id,
        day=proof.day.isoformat(),
        people=proof.people_count,
        held=proof.held_count,
        digest=proof.digest,
        purpose=proof.purpose,
    )
    jobs.put(
        session,
        "compliance.draw_proof",
        {"proof_id": proof.id},
        key=str(proof.id),
        owner_id=actor.id,
    )


def _check_size(count: int) -> None:
    if not count:
        raise RuleError(_("Nobody belonged to this group on that day."), field="job_role_id")
    if count > MOST_PEOPLE:
        text = _("%(count)s people are too many for one document. Choose a department.")
        raise RuleError(text, field="department_id", count=count)


def rows_of(session: Session, members: Sequence[Any], claim: Claim) -> list[dict[str, Any]]:
    """Return one plain row a member: what was held on the day, and by which certificate."""
    papers = _papers(session, membership.ids_of(members), claim.course_id)
    rows = []
    for member in members:
        worth, paper = held_on(claim.day, papers.get(member.id, []))
        until = paper.life.last_day if paper else None
        rows.append(
            {
                "number": member.staff_number,
                "name": member.name,
                "department": member.department,
                "worth": worth.value,
                "code": paper.code if paper else "",
                "issued": paper.life.issued_on.isoformat() if paper else "",
                "until": until.isoformat() if until else "",
            }
        )
    return rows


def _papers(session: Session, ids: Sequence[int], course_id: str) -> dict[int, list[Paper]]:
    found: dict[int, list[Paper]] = {}
    for start in range(0, len(ids), CHUNK):
        for row in session.execute(
            select(
                Certificate.employee_id,
                Certificate.code,
                Certificate.issued_on,
                Certificate.valid_until,
                Certificate.superseded_from,
                Certificate.revoked_at,
            )
            .where(
                Certificate.employee_id.in_(ids[start : start + CHUNK]),
                Certificate.kind == "course",
                Certificate.subject == course_id,
            )
            .order_by(Certificate.issued_on, Certificate.id)
        ):
            paper = Paper(row.code, life_of(row))
            found.setdefault(row.employee_id, []).append(paper)
    return found


def digest_of(rows: list[dict[str, Any]]) -> str:
    """Return the SHA-256 of rows in their one canonical form."""
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def record_export(session: Session, actor: Person, count: int, **wanted: str) -> None:
    """Note that somebody took the matrix away as a file, and how it was narrowed.

    Raises NotPermittedError.
    """
    authorize(actor, None, Permission.COMPLIANCE_READ)
    kept: dict[str, Any] = {key: value for key, value in wanted.items() if value}
    if "query" in kept:
        kept["query"] = True  # what was typed is mostly a name, and the log forgets none
    audit.record(session, actor, "compliance.export", None, rows=count, **kept)
