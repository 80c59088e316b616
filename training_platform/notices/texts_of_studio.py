"""The kinds of notices about drafts of content; see notices/texts.py."""

from training_platform.notices.kinds import NoticeText


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: title (of a draft); all have it
STUDIO_TEXTS: dict[str, NoticeText] = {
    "studio_review": NoticeText(
        "users",
        _("A second look is wanted: %(title)s"),
        _("Read what changed, comment where you stumble, and say whether it is good as it is."),
    ),
    "studio_approved": NoticeText(
        "circle-check",
        _("Looked at and good: %(title)s"),
        _("You can publish it now. What you change before needs another look."),
    ),
    "studio_returned": NoticeText(
        "arrow-left",
        _("Something must change: %(title)s"),
        _("Read what your colleague says, mend it, and ask again."),
    ),
    "studio_comment": NoticeText(
        "message",
        _("A comment on %(title)s"),
        _("A colleague has said something about a passage of your draft."),
    ),
    "studio_batch_stopped": NoticeText(
        "alert-triangle",
        _("Nothing of the batch was published: %(title)s"),
        _("You wanted all or nothing, and something was in the way. The page names each question."),
    ),
    "studio_not_published": NoticeText(
        "alert-triangle",
        _("It could not be published: %(title)s"),
        _("Something was in the way at the time you chose. Look at the draft."),
    ),
}
