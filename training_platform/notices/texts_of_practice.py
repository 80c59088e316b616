"""The kinds of notices about mentored practice and coaching; see notices/texts.py."""

from training_platform.notices.kinds import NoticeText


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


PRACTICE_TEXTS: dict[str, NoticeText] = {
    # title (of a practice), trainee, mentor; all of the following have these
    "practice_assigned": NoticeText(
        "notebook",
        _("A practice for you: %(title)s"),
        _("%(mentor)s is your mentor. Look at the goals, and keep a log from the first day."),
    ),
    "practice_mentor": NoticeText(
        "notebook",
        _("You are the mentor of %(trainee)s: %(title)s"),
        _("Questions and the closing report will come to your desk."),
    ),
    "practice_proposed": NoticeText(
        "notebook",
        _("%(trainee)s proposes a practice: %(title)s"),
        _("Read what it is about, then accept it or say why not."),
    ),
    "practice_accepted": NoticeText(
        "circle-check",
        _("Your practice is accepted: %(title)s"),
        _("%(mentor)s is your mentor. You can begin your log."),
    ),
    "practice_changed": NoticeText(
        "pencil",
        _("Your practice was changed: %(title)s"),
        _("Look at its goals and days again."),
    ),
    # reason
    "practice_cancelled": NoticeText(
        "ban",
        _("The practice was cancelled: %(title)s"),
        _("Reason: %(reason)s"),
    ),
    "practice_commented": NoticeText(
        "message",
        _("%(mentor)s comments on your log: %(title)s"),
        _("Open the entry to read it."),
    ),
    "practice_question": NoticeText(
        "message-question",
        _("A question for you: %(title)s"),
        _("Answer it in the practice, so that the work goes on."),
    ),
    "practice_answered": NoticeText(
        "message",
        _("Your question is answered: %(title)s"),
        _("Open the question to read the answer."),
    ),
    # days
    "practice_unanswered": NoticeText(
        "message-question",
        _("%(trainee)s still waits for your answer: %(title)s"),
        _("The question has waited for %(days)s days."),
    ),
    "practice_handed_in": NoticeText(
        "inbox",
        _("A closing report for you: %(trainee)s, %(title)s"),
        _("Assess the goals and sign it off, or return it with your reasons."),
    ),
    # reason
    "practice_returned": NoticeText(
        "arrow-back-up",
        _("Your closing report came back: %(title)s"),
        _("%(mentor)s says: %(reason)s"),
    ),
    "practice_signed_off": NoticeText(
        "circle-check",
        _("Your practice is signed off: %(title)s"),
        _("It stands in your training record. You may share your report with others."),
    ),
    "practice_completed": NoticeText(
        "notebook",
        _("%(trainee)s has completed a practice: %(title)s"),
        _("%(mentor)s has signed it off. The report is there to read."),
    ),
    "practice_due_soon": NoticeText(
        "clock",
        _("Your practice ends soon: %(title)s"),
        _("Begin your closing report in time."),
    ),
    "practice_overdue": NoticeText(
        "alert-triangle",
        _("Overdue practice: %(title)s"),
        _("Hand in the closing report, or talk with your mentor about another day."),
    ),
    "practice_overdue_mentor": NoticeText(
        "alert-triangle",
        _("Overdue practice of %(trainee)s: %(title)s"),
        _("Ask what is in the way. Head and human resources can move the day."),
    ),
    "practice_share_offered": NoticeText(
        "users",
        _("%(trainee)s would like to share a report: %(title)s"),
        _("Others can read it once you agree."),
    ),
    "practice_shared": NoticeText(
        "users",
        _("Your report is shared now: %(title)s"),
        _("It stands in the library. You can take it back at any time."),
    ),
    # reason
    "practice_share_refused": NoticeText(
        "users",
        _("Your report is not shared yet: %(title)s"),
        _("%(mentor)s says: %(reason)s"),
    ),
    "practice_share_ended": NoticeText(
        "users",
        _("A report is no longer shared: %(title)s"),
        _("It was taken out of the library. The practice itself is as it was."),
    ),
    # name (the coach)
    "coach_assigned": NoticeText(
        "message",
        _("%(name)s is your coach now"),
        _("Book a one-to-one when you are stuck; your coach sees where you lose points."),
    ),
    # name (the trainee)
    "trainee_assigned": NoticeText(
        "user-plus",
        _("%(name)s is in your care now"),
        _("Her page shows where she loses points and what to practise next."),
    ),
    # name (the trainee), when, title (the topic)
    "slot_booked": NoticeText(
        "calendar-plus",
        _("%(name)s has booked a one-to-one: %(when)s"),
        _("Topic: %(title)s"),
    ),
    "slot_given_back": NoticeText(
        "calendar-event",
        _("%(name)s gave a one-to-one back: %(when)s"),
        _("The slot is free again."),
    ),
    # name (the coach), when, reason
    "slot_called_off": NoticeText(
        "alert-triangle",
        _("%(name)s called the one-to-one off: %(when)s"),
        _("Reason: %(reason)s. Please choose another slot."),
    ),
    # title (the topic)
    "coaching_noted": NoticeText(
        "notebook",
        _("Notes on your one-to-one: %(title)s"),
        _("Read what you worked on and what comes next, and add what you take along."),
    ),
    "first_month_made": NoticeText(
        "checklist",
        _("The plan of your first month is ready"),
        _("Week by week: what to do, with whom, and what is to be reached."),
    ),
    # right, checked
    "spot_check_closed": NoticeText(
        "list-check",
        _("A spot check of your CRM work is closed"),
        _("%(right)s of %(checked)s right. See what was found; you may comment."),
    ),
    "spot_check_corrected": NoticeText(
        "list-check",
        _("A finding about your CRM work was corrected"),
        _("Now %(right)s of %(checked)s are right."),
    ),
    # name (the trainee)
    "spot_check_commented": NoticeText(
        "message",
        _("%(name)s commented on a spot check"),
        _("Read the comment, and correct a finding if it is right."),
    ),
}
