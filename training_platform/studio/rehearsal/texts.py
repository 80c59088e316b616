"""What is said of steps that need a look."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_platform.studio.rehearsal.pieces import Piece
from training_platform.studio.rehearsal.steps import WHOLE

TROUBLES: dict[str, Any] = {
    "unknown_page": _l(
        "This form was sent from a page that was not seen. The step cannot be repeated: leave it "
        "out, or write it as text."
    ),
    "own_file": _l(
        "A file of your own was sent. A solution can only send the files that the task gives."
    ),
    "two_buttons": _l("The form says two buttons at once. The first one is kept."),
    "same_forms": _l(
        "This page has several forms that look the same from outside. The first one would be "
        "sent: write the step as text."
    ),
    "lost_page": _l(
        "This form came back with a question, and another page was used in between. The step "
        "cannot be repeated like that."
    ),
    "own_record": _l(
        "The record was made in this scratch workspace and is found by its number. That holds as "
        "long as the steps before make the same number of records."
    ),
    "fixed_record": _l(
        "The draw does not tell which record this is. On another draw it may be the wrong one, "
        "unless it belongs to the practice company from the start."
    ),
}


def options_of(piece: Piece) -> list[tuple[str, str]]:
    """Return what a piece of a value can mean: the place, or empty, and how it is called."""
    typed = _("field by field") if piece.text == WHOLE else _("exactly as typed")
    return [("", typed), *((each, place_text(each)) for each in piece.offers)]


def place_text(place: str) -> str:
    """Return a place without its signs: told › 1, brief: day."""
    source, _sign, path = place.removesuffix("|local").removeprefix("$").partition(".")
    said = " › ".join(str(int(e) + 1) if e.isdigit() else e for e in path.split("."))
    return _("in the brief: %(name)s", name=said) if source == "params" else said
