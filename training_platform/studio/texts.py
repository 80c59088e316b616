"""What kinds, states and acts are called."""

from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.studio.rules import Act, DraftState

KINDS: dict[str, Any] = {
    "course": _l("Course"),
    "question": _l("Question"),
    "paper": _l("Quiz"),
    "rubric": _l("Rubric"),
    "practical": _l("Practical task"),
    "case": _l("Case"),
    "faq": _l("Common question"),
    "exam": _l("Exam"),
    "curricula": _l("Curricula"),
    "competencies": _l("Competencies"),
}
STATES: dict[DraftState, Any] = {
    DraftState.DRAFT: _l("Still being written"),
    DraftState.IN_REVIEW: _l("Waits for a second look"),
    DraftState.APPROVED: _l("Looked at and good"),
    DraftState.SCHEDULED: _l("Will be published"),
    DraftState.PUBLISHED: _l("Published"),
    DraftState.DISCARDED: _l("Thrown away"),
}
TONES: dict[DraftState, str | None] = {
    DraftState.DRAFT: None,
    DraftState.IN_REVIEW: "warn",
    DraftState.APPROVED: "ok",
    DraftState.SCHEDULED: "info",
    DraftState.PUBLISHED: "ok",
    DraftState.DISCARDED: None,
}
ACTS: dict[Act, Any] = {
    Act.PUBLISHED: _l("Published"),
    Act.ROLLED_BACK: _l("Set back to an earlier revision"),
    Act.WITHDRAWN: _l("Taken out of use"),
    Act.LOOKED_AT: _l("Looked at, still right"),
}


def words() -> dict[str, Any]:
    """Return what templates call things."""
    return {
        "kinds": KINDS,
        "states": STATES,
        "tones": TONES,
        "acts": ACTS,
        "insertions": insertions,
    }


def insertions() -> list[dict[str, str]]:
    """Return what the editor's toolbar puts into a text: a label, and what stands around it."""
    blocks = [
        (_l("Good example"), ":::example good "),
        (_l("Poor example"), ":::example poor "),
        (_l("Steps"), ":::steps "),
        (_l("Trap"), ":::trap "),
        (_l("Case"), ":::case "),
        (_l("Term"), ":::term "),
        (_l("Common question"), ":::faq "),
        (_l("To try"), ":::try "),
        (_l("Picture with caption"), ":::figure name "),
    ]
    inline = [
        {"label": str(_l("Bold")), "before": "**", "after": "**"},
        {"label": str(_l("Heading")), "before": "## ", "after": "", "at": "line"},
        {"label": str(_l("List")), "before": "- ", "after": "", "at": "line"},
        {"label": str(_l("Link to a page")), "before": "[", "after": "](https://)"},
        {
            "label": str(_l("Table")),
            "before": "\n| A | B |\n| --- | --- |\n| ",
            "after": " |  |\n",
            "at": "block",
        },
    ]
    inline += [
        {"label": str(text), "before": f"\n{begin}…\n", "after": "\n:::\n", "at": "block"}
        for text, begin in blocks
    ]
    inline.append(
        {
            "label": str(_l("Check question here")),
            "before": "\n:::check\n",
            "after": ":::\n",
            "at": "block",
        }
    )
    inline.append(
        {
            "label": str(_l("Practice task")),
            "before": "\n:::practice ",
            "after": "\n:::\n",
            "at": "block",
        }
    )
    return inline
