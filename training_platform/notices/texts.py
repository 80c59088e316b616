"""The kinds of notices: title, body and icon. notices/wording.py puts the values in.

Every kind names the values that its texts take; two-language values come as {zh, en}. Callers may
give more. A value that is missing shows as a dash, so an old notice never breaks a page.
"""

from training_platform.notices.kinds import NoticeText
from training_platform.notices.texts_of_practice import PRACTICE_TEXTS
from training_platform.notices.texts_of_studio import STUDIO_TEXTS


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


TEXTS: dict[str, NoticeText] = {
    # purpose (what the records are needed for)
    "archive_pull_ready": NoticeText(
        "download",
        _("The file from the archive is ready"),
        _("It is kept for 24 hours, for you alone. Purpose: %(purpose)s"),
    ),
    # title (the course), due (a day, or "")
    "course_assigned": NoticeText(
        "book-2",
        _("New course for you: %(title)s"),
        _("You can start right away; a lesson takes a few minutes."),
    ),
    "course_due_soon": NoticeText(
        "clock",
        _("Due soon: %(title)s"),
        _("There is still time: go on where you stopped."),
    ),
    "course_overdue": NoticeText(
        "alert-triangle",
        _("Overdue: %(title)s"),
        _("Please complete it soon, or talk to your department head if something is in the way."),
    ),
    # title (the course)
    "course_completed": NoticeText(
        "circle-check",
        _("You completed %(title)s"),
        _("It stands in your training record now."),
    ),
    "retraining_due": NoticeText(
        "repeat",
        _("Please take %(title)s again"),
        _("The course is open for you once more; the quiz opens when you have gone through it."),
    ),
    # start (a day), count
    "refreshers_planned": NoticeText(
        "repeat",
        _("Refreshers from %(start)s are planned"),
        _("%(count)s are to be assigned. Look the round through and confirm it."),
    ),
    # title (the quiz), percent
    "quiz_passed": NoticeText(
        "circle-check",
        _("You passed %(title)s"),
        _("You reached %(percent)s %%. The review shows every question with its explanation."),
    ),
    # title (the quiz), percent
    "quiz_failed_makeup": NoticeText(
        "rotate",
        _("A makeup is open for %(title)s"),
        _("You reached %(percent)s %% this time. Read the review first, then take the makeup."),
    ),
    # name (of the contest), minutes
    "contest_invited": NoticeText(
        "trophy",
        _("You take part in the contest %(name)s"),
        _("%(minutes)s minutes, as a team. Its page says when it starts; be there in time."),
    ),
    # name, reason
    "contest_canceled": NoticeText(
        "ban",
        _("The contest %(name)s was called off"),
        _("Reason: %(reason)s"),
    ),
    # name, rank, score
    "contest_finished": NoticeText(
        "trophy",
        _("The result of the contest %(name)s is there"),
        _("You: place %(rank)s, %(score)s right records a minute."),
    ),
    # title (the task), percent
    "practical_passed": NoticeText(
        "circle-check",
        _("You passed the practical exam %(title)s"),
        _("You reached %(percent)s %%. The result says what was seen at each check."),
    ),
    # title (the task), percent
    "practical_failed": NoticeText(
        "rotate",
        _("The practical exam %(title)s was not passed"),
        _("You reached %(percent)s %% this time. Read what was seen and what was wanted first."),
    ),
    # title (the quiz), old, percent, reason
    "quiz_result_changed": NoticeText(
        "history",
        _("Your result in %(title)s was corrected"),
        _("Your result was corrected: %(percent)s %%, not %(old)s %%. Reason: %(reason)s"),
    ),
    # title (the quiz), old, percent, reason
    "quiz_pass_gained": NoticeText(
        "circle-check",
        _("You have passed the quiz %(title)s after all"),
        _("Your result was corrected: %(percent)s %%, not %(old)s %%. Reason: %(reason)s"),
    ),
    # title (the quiz), old, percent, reason
    "quiz_pass_taken": NoticeText(
        "alert-triangle",
        _("Your pass in %(title)s no longer stands"),
        _("Your result was corrected: %(percent)s %%, not %(old)s %%. Reason: %(reason)s"),
    ),
    # title (the exam), percent
    "exam_passed": NoticeText(
        "circle-check",
        _("You passed the exam %(title)s"),
        _("You reached %(percent)s %% over all parts. It stands in your training record now."),
    ),
    # title (the exam), percent
    "exam_failed": NoticeText(
        "rotate",
        _("The exam %(title)s was not passed"),
        _("You reached %(percent)s %% over all parts. Its page says what comes next, and when."),
    ),
    # title (the exam), old, percent, reason
    "exam_pass_gained": NoticeText(
        "circle-check",
        _("You have passed the exam %(title)s after all"),
        _("Your result was corrected: %(percent)s %%, not %(old)s %%. Reason: %(reason)s"),
    ),
    # title (the exam), old, percent, reason
    "exam_pass_taken": NoticeText(
        "alert-triangle",
        _("Your pass in %(title)s no longer stands"),
        _("Your result was corrected: %(percent)s %%, not %(old)s %%. Reason: %(reason)s"),
    ),
    # title (the exam), old, percent, reason
    "exam_result_changed": NoticeText(
        "history",
        _("Your result in %(title)s was corrected"),
        _("Your result was corrected: %(percent)s %%, not %(old)s %%. Reason: %(reason)s"),
    ),
    # title (the task)
    "practical_held": NoticeText(
        "alert-triangle",
        _("An attempt at %(title)s waits for you: the grader failed"),
        _("Nothing is scored until the fault is mended. Open the attempt, and grade it again."),
    ),
    # title (the task), old, percent, reason
    "practical_pass_gained": NoticeText(
        "circle-check",
        _("You have passed the practical exam %(title)s after all"),
        _("Your result was corrected: %(percent)s %%, not %(old)s %%. Reason: %(reason)s"),
    ),
    # title (the task), old, percent, reason
    "practical_pass_taken": NoticeText(
        "alert-triangle",
        _("Your pass in %(title)s no longer stands"),
        _("Your result was corrected: %(percent)s %%, not %(old)s %%. Reason: %(reason)s"),
    ),
    # title (the task), old, percent, reason
    "practical_result_changed": NoticeText(
        "history",
        _("Your result in %(title)s was corrected"),
        _("Your result was corrected: %(percent)s %%, not %(old)s %%. Reason: %(reason)s"),
    ),
    # name (the trainee), title (the task or quiz), check
    # name, count
    "employee_left": NoticeText(
        "logout",
        _("%(name)s left the company"),
        _("The account is closed. %(count)s people report to somebody else now."),
    ),
    "reports_handed_over": NoticeText(
        "users",
        _("You look after the reports of %(name)s now"),
        _("%(count)s people. Look at their plans and talk to them."),
    ),
    "correction_requested": NoticeText(
        "pencil",
        _("%(name)s asks for a correction: %(title)s"),
        _("Look into it: say what is right, or refuse with a reason."),
    ),
    # name, title (of the record)
    "correction_waits": NoticeText(
        "pencil",
        _("A correction waits for a second person: %(name)s"),
        _("%(title)s. Somebody proposed what is right; another person decides."),
    ),
    # title (of the record)
    "record_corrected": NoticeText(
        "pencil",
        _("Your record was corrected: %(title)s"),
        _("The first record stays and the correction stands beside it, with its reason."),
    ),
    # name, title (of the record), reason
    "correction_refused": NoticeText(
        "circle-x",
        _("A correction was refused: %(title)s"),
        _("The record stays as it is. Reason: %(reason)s"),
    ),
    # name, title (of the record), certificate
    "certificate_rests_on_void": NoticeText(
        "certificate",
        _("A certificate rests on a record that no longer counts: %(name)s"),
        _("%(certificate)s. It stays valid until you decide; revoke it if it has to go."),
    ),
    # name, title (the task or quiz), check
    "dispute_opened": NoticeText(
        "message-question",
        _("%(name)s disputes a check: %(check)s"),
        _("%(title)s. Look at the sealed evidence and decide, with a reason."),
    ),
    # title (the task or quiz), check, reason
    "dispute_upheld": NoticeText(
        "circle-check",
        _("Your dispute was upheld: %(check)s"),
        _("%(title)s. Reason: %(reason)s"),
    ),
    # title (the task or quiz), check, reason
    "dispute_rejected": NoticeText(
        "message",
        _("Your dispute was rejected: %(check)s"),
        _("%(title)s. Reason: %(reason)s"),
    ),
    # name (the employee), title (the quiz)
    "hr_case_opened": NoticeText(
        "flag",
        _("A case needs you: %(name)s, %(title)s"),
        _(
            "By the rules after a fail this goes to human resources."
            " Please look at the record and decide."
        ),
    ),
    # title (the exam)
    "hr_case_decided": NoticeText(
        "flag",
        _("Human resources has decided about %(title)s"),
        _("Human resources will tell you what comes next. The decision stands in your record."),
    ),
    # title (the exam), points
    "reward_approved": NoticeText(
        "award",
        _("Performance points for you: %(title)s"),
        _("You passed with distinction and get %(points)s points."),
    ),
    # name (who is rated), due
    "behavior_to_rate": NoticeText(
        "users",
        _("Please rate how %(name)s works with others"),
        _("Four areas, a few minutes. Who wrote what is not shown to anybody."),
    ),
    # name (who is rated), due
    "behavior_as_superior": NoticeText(
        "users",
        _("Please rate how %(name)s works with others"),
        _("Four areas, a few minutes. As the only superior you are known to the person."),
    ),
    # due
    "behavior_self": NoticeText(
        "user-circle",
        _("Your behavior assessment has begun"),
        _("Rate yourself first, and propose colleagues who know your work."),
    ),
    # name (who is rated), due
    "behavior_reminder": NoticeText(
        "bell",
        _("Your rating is still missing: %(name)s"),
        _("Four areas, a few minutes. What you have filled in so far is kept."),
    ),
    # title (occasion and period)
    "behavior_result": NoticeText(
        "chart-bar",
        _("Your behavior assessment is out: %(title)s"),
        _("See how others see you, and what to try next."),
    ),
    # name (who was assessed), title (occasion and period)
    "behavior_result_of": NoticeText(
        "chart-bar",
        _("The behavior assessment of %(name)s is out"),
        _("Talk about it soon: first the strengths, then one thing to try."),
    ),
    # title (occasion and period)
    "behavior_round_due": NoticeText(
        "clock",
        _("A round of behavior assessment is due: %(title)s"),
        _("Close it to show the results, or give the raters more time."),
    ),
    # title (the rubric), name (the trainee)
    "scoring_disagreed": NoticeText(
        "git-compare",
        _("Raters disagree: %(name)s, %(title)s"),
        _("Compare the two ratings and decide, with a reason. Who has rated cannot decide."),
    ),
    # title (the course or curriculum), code
    "certificate_issued": NoticeText(
        "certificate",
        _("Your certificate: %(title)s"),
        _("Its code is %(code)s. You can download it, print it or hand on its address."),
    ),
    # title, code, reason
    "certificate_revoked": NoticeText(
        "circle-x",
        _("A certificate of yours was revoked: %(title)s"),
        _("Code %(code)s. Reason: %(reason)s"),
    ),
    # title, due (the last day)
    "certificate_expiring": NoticeText(
        "clock",
        _("Your certificate ends on %(due)s: %(title)s"),
        _("Renew it in time; whoever renews early loses no day. Its page says what to do."),
    ),
    # title, due (the last day)
    "certificate_expired": NoticeText(
        "alert-triangle",
        _("Your certificate has expired: %(title)s"),
        _("It counted until %(due)s. Its page says how to renew it."),
    ),
    # title, due (the last day)
    "certificate_superseded": NoticeText(
        "refresh",
        _("%(title)s has changed: renew your certificate"),
        _("It counts until %(due)s. Its page says which quiz renews it."),
    ),
    # old, new (names of job roles)
    "role_changed": NoticeText(
        "id",
        _("Your job role is now %(new)s"),
        _("Your curriculum follows. What you have completed stays completed."),
    ),
    # title (the course), name (who reminds), due
    "reminder_from_head": NoticeText(
        "bell",
        _("%(name)s reminds you of %(title)s"),
        _("Open the course and go on where you stopped."),
    ),
    **PRACTICE_TEXTS,
    **STUDIO_TEXTS,
    # title, name (the applicant), reason
    "external_nominated": NoticeText(
        "send",
        _("You are nominated for a training: %(title)s"),
        _("Accept it and complete the application, or decline with a reason."),
    ),
    "external_accepted": NoticeText(
        "user-check",
        _("%(name)s accepted the nomination: %(title)s"),
        _("The application comes to you once it is submitted."),
    ),
    "external_declined": NoticeText(
        "user-x",
        _("%(name)s declined the nomination: %(title)s"),
        _("Reason: %(reason)s"),
    ),
    "external_withdrawn": NoticeText(
        "ban", _("The nomination was withdrawn: %(title)s"), _("There is nothing left to do.")
    ),
    "external_to_decide": NoticeText(
        "inbox",
        _("To decide: %(title)s (%(name)s)"),
        _("An external training waits for your decision."),
    ),
    "external_waits": NoticeText(
        "clock",
        _("Still waiting for you: %(title)s (%(name)s)"),
        _("It has waited for %(days)s days. Please decide, or name somebody who does."),
    ),
    "external_escalated": NoticeText(
        "alert-triangle",
        _("An application has waited too long: %(title)s (%(name)s)"),
        _("Nobody has decided for %(days)s days. Please see that somebody does."),
    ),
    "external_approved": NoticeText(
        "circle-check",
        _("Your external training is approved: %(title)s"),
        _("You may book now. Afterwards hand in a proof and a report."),
    ),
    "external_approved_with": NoticeText(
        "circle-check",
        _("Your external training is approved with conditions: %(title)s"),
        _("Conditions: %(reason)s"),
    ),
    "external_returned": NoticeText(
        "arrow-back-up",
        _("Please change your application: %(title)s"),
        _("What was said: %(reason)s"),
    ),
    "external_refused": NoticeText(
        "circle-x",
        _("Your external training is not approved: %(title)s"),
        _("Reason: %(reason)s"),
    ),
    "external_cancelled": NoticeText(
        "ban", _("Your external training was called off: %(title)s"), _("Reason: %(reason)s")
    ),
    "external_attended": NoticeText(
        "clipboard-check",
        _("%(name)s attended: %(title)s"),
        _("Look at the proof and the real costs, then confirm them."),
    ),
    "external_proof_returned": NoticeText(
        "arrow-back-up",
        _("Please complete your proof of attendance: %(title)s"),
        _("What was said: %(reason)s"),
    ),
    "external_report_due": NoticeText(
        "writing",
        _("Write your report: %(title)s"),
        _("What you learned, how you will use it, and what you recommend."),
    ),
    "external_report_overdue": NoticeText(
        "alert-triangle",
        _("Your report is overdue: %(title)s"),
        _("You cannot apply for another external training before it is handed in."),
    ),
    "external_report_in": NoticeText(
        "report",
        _("%(name)s handed in a report: %(title)s"),
        _("Read it, then accept or return it."),
    ),
    "external_report_returned": NoticeText(
        "arrow-back-up",
        _("Please complete your report: %(title)s"),
        _("What was said: %(reason)s"),
    ),
    "external_closed": NoticeText(
        "circle-check",
        _("Your report is accepted: %(title)s"),
        _("Colleagues can read it in the library now."),
    ),
    "external_follow_up": NoticeText(
        "history",
        _("What became of it? %(title)s"),
        _("Say in a few sentences what you use at work today."),
    ),
    # at (a time), place
    "external_sharing": NoticeText(
        "presentation",
        _("%(name)s shares what was learned: %(title)s"),
        _("%(at)s, %(place)s"),
    ),
    # name (the delegator), first, last
    "external_delegated": NoticeText(
        "users",
        _("Please decide on behalf of %(name)s"),
        _("External trainings, from %(first)s to %(last)s."),
    ),
    "external_delegation_ended": NoticeText(
        "users",
        _("You no longer decide on behalf of %(name)s"),
        _("The delegation was ended."),
    ),
    # name (of the job), fault
    "job_failed": NoticeText(
        "alert-triangle",
        _("A background job failed: %(name)s"),
        _("It was tried several times. The job page shows what went wrong: %(fault)s"),
    ),
    # title, due: what any package registers as due (notices/due.py)
    "item_due_soon": NoticeText(
        "clock", _("Due soon: %(title)s"), _("There is still time to do it well.")
    ),
    "item_overdue": NoticeText(
        "alert-triangle",
        _("Overdue: %(title)s"),
        _("Please do it soon, or tell your superior what is in the way."),
    ),
    # name (who is late), title, due
    "item_overdue_of": NoticeText(
        "alert-triangle",
        _("%(name)s is overdue: %(title)s"),
        _("Ask what is in the way, and agree on a day."),
        group="tasks",
    ),
    # name (who is late): for superiors who may not see what it is
    "something_overdue_of": NoticeText(
        "alert-triangle",
        _("%(name)s has something overdue"),
        _("Ask whether help is needed. What it is stays between the two of you."),
        group="tasks",
    ),
}
