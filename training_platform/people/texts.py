"""Words for codes: access rights, states, what the audit log says, devices."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.core.permissions import Right
from training_platform.people.models import EmployeeStatus

RIGHTS: Mapping[Right, Any] = {
    Right.TRAINER: _l("Trainer"),
    Right.MENTOR: _l("Mentor"),
    Right.CRM_COACH: _l("CRM coach"),
    Right.DEPARTMENT_HEAD: _l("Department head"),
    Right.EXECUTIVE: _l("Company leader"),
    Right.HR: _l("Human resources"),
    Right.ADMIN: _l("Administrator"),
}
RIGHT_HINTS: Mapping[Right, Any] = {
    Right.TRAINER: _l("Writes courses and questions, sees their statistics."),
    Right.MENTOR: _l("Accompanies newcomers."),
    Right.CRM_COACH: _l("Helps with practice in the CRM."),
    Right.DEPARTMENT_HEAD: _l("Sees the training of a department and of those below it."),
    Right.EXECUTIVE: _l("Sees totals and approves."),
    Right.HR: _l("Keeps staff list, assignments and records."),
    Right.ADMIN: _l("Runs the platform and grants rights."),
}
STATUSES: Mapping[EmployeeStatus, Any] = {
    EmployeeStatus.ACTIVE: _l("Employed"),
    EmployeeStatus.SUSPENDED: _l("Suspended"),
    EmployeeStatus.LEFT: _l("Left"),
}
TONES: Mapping[EmployeeStatus, str | None] = {
    EmployeeStatus.ACTIVE: "ok",
    EmployeeStatus.SUSPENDED: "warn",
    EmployeeStatus.LEFT: None,
}
FIELDS: Mapping[str, Any] = {
    "staff_number": _l("Staff number"),
    "username": _l("User name"),
    "name": _l("Name"),
    "name_latin": _l("Name in Latin letters"),
    "email": _l("E-mail"),
    "department": _l("Department"),
    "job_role": _l("Job role"),
    "job_role_since": _l("Job role since"),
    "manager": _l("Manager"),
    "hired_on": _l("Joined"),
}
IMPORT_STATES: Mapping[str, Any] = {
    "checked": _l("Checked, not applied"),
    "applied": _l("Applied"),
    "undone": _l("Undone"),
}
#: Actions of the audit log. One that is missing here is shown by its code.
ACTIONS: Mapping[str, Any] = {
    "access.refused": _l("Was refused a page"),
    "assessment.claim_scoring": _l("Took a seat at a scoring"),
    "assessment.edit_ladder": _l("Changed the rule after failed quizzes"),
    "assessment.resolve_scoring": _l("Decided a scoring on which raters differed"),
    "assessment.set_extra_time": _l("Set extra time in exams"),
    "assessment.submit_rating": _l("Handed in a rating"),
    "assessment.withdraw_claim": _l("Gave a seat at a scoring back"),
    "certificates.issue": _l("Issued a certificate"),
    "certificates.revoke": _l("Revoked a certificate"),
    "consequences.decide_case": _l("Decided a case"),
    "consequences.decide_recommendation": _l("Decided a recommendation for reward"),
    "consequences.edit_policy": _l("Changed the policy of rewards"),
    "content.publish": _l("Published content"),
    "content.restore": _l("Restored content"),
    "content.withdraw": _l("Withdrew content"),
    "curricula.assign": _l("Assigned a course"),
    "curricula.change_rule": _l("Changed an assignment rule"),
    "curricula.create_rule": _l("Created an assignment rule"),
    "curricula.deactivate_rule": _l("Ended an assignment rule"),
    "curricula.withdraw": _l("Withdrew an assignment"),
    "demo.load_began": _l("Began to load the demo company"),
    "demo.loaded": _l("Loaded the demo company"),
    "home.remind": _l("Reminded somebody of training"),
    "jobs.retry": _l("Retried a background job"),
    "people.apply_import": _l("Applied a staff import"),
    "people.change_job_role": _l("Changed a job role"),
    "people.change_password": _l("Changed the password"),
    "people.check_import": _l("Read a staff list"),
    "people.create_department": _l("Created a department"),
    "people.create_employee": _l("Added a person"),
    "people.end_session": _l("Signed a device out"),
    "people.enrol_second_factor": _l("Began to use a second factor"),
    "people.grant_right": _l("Granted a right"),
    "people.mark_left": _l("Noted that somebody left"),
    "people.move_department": _l("Moved a department"),
    "people.reactivate": _l("Reactivated an account"),
    "people.remove_created": _l("Removed a person that an import had added"),
    "people.remove_picture": _l("Removed a picture"),
    "people.remove_second_factor": _l("Removed a second factor"),
    "people.rename_department": _l("Renamed a department"),
    "people.renew_recovery_codes": _l("Made new recovery codes"),
    "people.revoke_right": _l("Took a right away"),
    "people.second_factor_failed": _l("Entered a wrong code"),
    "people.send_reset": _l("Sent a link for a new password"),
    "people.send_welcome": _l("Sent a link for the first sign-in"),
    "people.show_second_factor": _l("Showed the second factor"),
    "people.sign_in": _l("Signed in"),
    "people.sign_in_failed": _l("Failed to sign in"),
    "people.sign_out": _l("Signed out"),
    "people.suspend": _l("Suspended an account"),
    "people.undo_import": _l("Undid a staff import"),
    "people.update_employee": _l("Changed an account"),
    "people.use_recovery_code": _l("Used a recovery code"),
    "people.use_reset_link": _l("Chose a new password by mail"),
    "people.use_welcome_link": _l("Chose the first password"),
    "practicals.start_attempt": _l("Began a practical task"),
    "practicals.submit_attempt": _l("Handed in a practical task"),
    "quizzes.reopen_attempt": _l("Opened another attempt at a quiz"),
    "quizzes.start_attempt": _l("Began a quiz"),
    "quizzes.submit_attempt": _l("Submitted a quiz"),
    "records.correct": _l("Corrected a training record"),
    "records.erase_values": _l("Erased values of training records"),
    "records.export": _l("Exported training records"),
    "workspace.reset": _l("Reset the practice company"),
    "workspace.reset_undone": _l("Undid a reset of the practice company"),
    "workspace.went_back": _l("Put the practice company back to a kept state"),
}
#: Table → what a row of it is called as the subject of an action.
SUBJECTS = {
    "assignment": _l("assignment"),
    "assignment_rule": _l("assignment rule"),
    "attempt": _l("attempt"),
    "certificate": _l("certificate"),
    "content_item": _l("content item"),
    "crm_workspace": _l("practice company"),
    "department": _l("department"),
    "employee": _l("person"),
    "fail_ladder": _l("fail ladder"),
    "hr_case": _l("case"),
    "job": _l("background job"),
    "practical_attempt": _l("attempt at a practical task"),
    "reward_policy": _l("policy of rewards"),
    "reward_recommendation": _l("recommendation for reward"),
    "scoring": _l("scoring"),
    "staff_import": _l("staff import"),
    "training_record": _l("training record"),
}
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("HarmonyOS", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def action_text(code: str) -> str:
    """Return what an action of the audit log is called; its code where it has no name yet."""
    return str(ACTIONS.get(code, code))


def subject_text(kind: str) -> str:
    """Return what the subject of an action is called; its table where it has no name yet."""
    return str(SUBJECTS.get(kind, kind))


def device_text(user_agent: str) -> str:
    """Return a browser and a system that people recognize: Chrome · Windows."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    return " · ".join(filter(None, (browser, system))) or str(_l("Unknown device"))
