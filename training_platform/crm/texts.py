"""What acts of the event log are called, and what they look like."""

from collections.abc import Mapping

from training_platform.core.i18n import translate
from training_platform.crm.models import CrmEvent
from training_platform.crm.registry import ENTITIES


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: Act → (text with %(what)s for the entity, icon).
ACTS: Mapping[str, tuple[str, str]] = {
    "create": (_("Created: %(what)s"), "plus"),
    "update": (_("Changed: %(what)s"), "pencil"),
    "delete": (_("Deleted: %(what)s"), "trash"),
    "report_save": (_("Saved a report: %(what)s"), "chart-bar"),
    "checkpoint": (_("Kept a state"), "bookmark"),
    "undo": (_("Took back: %(what)s"), "arrow-back-up"),
    "restore": (_("Restored: %(what)s"), "restore"),
    "play_seller": (_("Took another desk"), "user"),
    "import": (_("Imported: %(what)s"), "file-import"),
    "import_preview": (_("Checked a file: %(what)s"), "list-check"),
    "import_commit": (_("Imported: %(what)s"), "file-import"),
    "import_resume": (_("Went on with an import: %(what)s"), "player-play"),
    "import_revert": (_("Took an import back: %(what)s"), "arrow-back-up"),
    "clock_advance": (_("Moved the clock"), "clock"),
    "alert": (_("Rang: %(what)s"), "bell"),
    "alert_seen": (_("Saw: %(what)s"), "bell"),
    "ticket_assign": (_("Assigned: %(what)s"), "users"),
    "ticket_step": (_("Logged a step: %(what)s"), "checklist"),
    "step": (_("Logged a step: %(what)s"), "checklist"),
    "ticket_solve": (_("Solved: %(what)s"), "circle-check"),
    "ticket_close": (_("Closed: %(what)s"), "check"),
    "ticket_reopen": (_("Opened again: %(what)s"), "arrow-back-up"),
    "ticket_article": (_("Linked an article: %(what)s"), "link"),
    "survey_send": (_("Sent: %(what)s"), "send"),
    "survey_answer": (_("Answered: %(what)s"), "star"),
    "export_request": (_("Asked for an export: %(what)s"), "download"),
    "export_done": (_("Exported: %(what)s"), "download"),
    "export_deny": (_("Refused an export: %(what)s"), "ban"),
    "segment_freeze": (_("Froze: %(what)s"), "users"),
    "campaign_reach": (_("Sent: %(what)s"), "send"),
    "opt_out": (_("Changed: %(what)s"), "ban"),
    "export_approve": (_("Approved: %(what)s"), "check"),
    "campaign_send": (_("Sent: %(what)s"), "send"),
    "referral_reward": (_("Rewarded: %(what)s"), "coins"),
    "referral_refuse": (_("Refused: %(what)s"), "ban"),
    "stage_move": (_("Moved to another stage: %(what)s"), "arrow-right"),
    "stage_begin": (_("Entered: %(what)s"), "flag"),
    "stage_enter": (_("Entered: %(what)s"), "flag"),
    "stage_leave": (_("Left: %(what)s"), "flag"),
    "account_suspend": (_("Suspended: %(what)s"), "lock"),
    "account_reinstate": (_("Reinstated: %(what)s"), "lock-open"),
    "access_rotate": (_("Renewed the access: %(what)s"), "key"),
    "plant": (_("Given by the task: %(what)s"), "flag"),
    "claim": (_("Claimed: %(what)s"), "hand-click"),
    "release": (_("Gave back to the pool: %(what)s"), "inbox"),
    "recycle": (_("Went back to the pool: %(what)s"), "inbox"),
    "protect": (_("Protected: %(what)s"), "lock"),
    "unprotect": (_("Changed: %(what)s"), "lock-open"),
    "merge": (_("Merged: %(what)s"), "git-merge"),
    "merge_values": (_("Changed: %(what)s"), "git-merge"),
    "merge_into": (_("Changed: %(what)s"), "git-merge"),
    "merge_away": (_("Deleted: %(what)s"), "git-merge"),
    "merge_undo": (_("Undid the merge: %(what)s"), "arrow-back-up"),
    "merge_undo_values": (_("Changed: %(what)s"), "arrow-back-up"),
    "merge_restore": (_("Came back: %(what)s"), "arrow-back-up"),
    "move": (_("Moved along: %(what)s"), "git-merge"),
    "move_back": (_("Moved along: %(what)s"), "arrow-back-up"),
    "convert": (_("Converted: %(what)s"), "user-check"),
    "nurture": (_("Nurtured: %(what)s"), "send"),
    "assign": (_("Assigned: %(what)s"), "users"),
    "reassign": (_("Assigned: %(what)s"), "users"),
    "turn": (_("Changed: %(what)s"), "repeat"),
    "quote_submit": (_("Finished: %(what)s"), "file-invoice"),
    "quote_approve": (_("Approved: %(what)s"), "check"),
    "quote_reject": (_("Sent back: %(what)s"), "arrow-back-up"),
    "quote_send": (_("Sent: %(what)s"), "send"),
    "quote_accept": (_("Accepted: %(what)s"), "thumb-up"),
    "quote_refuse": (_("Refused: %(what)s"), "thumb-down"),
    "contract_sign": (_("Signed: %(what)s"), "writing"),
    "pay": (_("Money came in: %(what)s"), "coins"),
    "refund": (_("Money went back: %(what)s"), "coins"),
    "settle": (_("Changed: %(what)s"), "coins"),
}
_OTHER = (_("%(act)s: %(what)s"), "circle")
#: Acts that change nothing.
_LOOKS: Mapping[str, str] = {
    "view": _("Looked at a record"),
    "search": _("Searched"),
    "report_run": _("Looked at a report"),
    "deny": _("Was refused"),
}


def act_line(event: CrmEvent) -> str:
    """Return one act in words, in the page's language."""
    text, _icon = ACTS.get(event.act, _OTHER)
    entity = ENTITIES.get(event.entity or "")
    what = translate(entity.label) if entity else ""
    name = event.context.get("title") or ""
    return translate(text, act=event.act, what=f"{what} {name}".strip())


def act_name(act: str) -> str:
    """Return what an act is called where many of its kind are counted."""
    if act in _LOOKS:
        return translate(_LOOKS[act])
    text, _icon = ACTS.get(act, _OTHER)
    return translate(text, act=act, what="").strip(" :：")


def act_icon(event: CrmEvent) -> str:
    """Return the icon of an act."""
    return ACTS.get(event.act, _OTHER)[1]
