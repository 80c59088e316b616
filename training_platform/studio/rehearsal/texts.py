"""What is said of steps that need a look."""

from typing import Any

from flask_babel import lazy_gettext as _l

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
