"""Forms of scoring: their fields are the criteria of the rubric."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from training_platform.assessment.rubrics.models import Rating, Scoring
from training_platform.assessment.rubrics.services import MOST_TEXT, Sheet
from training_platform.core.forms import VersionedForm
from training_platform.core.i18n import pick

LEVEL, COMMENT = "level_", "comment_"


class SheetForm(VersionedForm):
    """What a rater gives; sheet_form() adds a level and a comment for each criterion."""

    overall_comment = TextAreaField(
        _l("Comment on the whole"),
        validators=[Optional(), Length(max=MOST_TEXT)],
        description=_l("The trainee reads it. Say what went well, and the one thing to try next."),
    )

    @property
    def levels(self) -> dict[str, int]:
        """Return the levels that were chosen."""
        chosen = self._of(LEVEL)
        return {name: int(value) for name, value in chosen.items() if value}

    @property
    def sheet(self) -> Sheet:
        """Return everything that was filled in."""
        return Sheet(self.levels, self._of(COMMENT), self.overall_comment.data or "")

    def criteria(self) -> list[tuple[Any, Any]]:
        """Return level and comment of each criterion, in the order of the rubric."""
        return [
            (each, self._fields.get(each.name.replace(LEVEL, COMMENT, 1)))
            for each in self
            if each.name.startswith(LEVEL)
        ]

    def _of(self, prefix: str) -> dict[str, str]:
        return {
            each.name.removeprefix(prefix): each.data or ""
            for each in self
            if each.name.startswith(prefix)
        }


def sheet_form(rubric: Mapping[str, Any], rating: Rating) -> SheetForm:
    """Return the form of one rating, filled with its draft."""
    fields = _level_fields(rubric)
    for each in rubric["criteria"]:
        fields[f"{COMMENT}{each['id']}"] = TextAreaField(
            gettext("Comment: %(title)s", title=pick(each["title"])),
            validators=[Optional(), Length(max=MOST_TEXT)],
        )
    data = {
        "version": rating.version,
        "overall_comment": rating.overall_comment,
        **{f"{LEVEL}{name}": str(level) for name, level in rating.levels.items()},
        **{f"{COMMENT}{name}": text for name, text in rating.comments.items()},
    }
    made: type[SheetForm] = type("RatingForm", (SheetForm,), fields)
    return made(data=data)


class ResolveForm(SheetForm):
    """What somebody decides where raters disagree."""

    overall_comment = None  # type: ignore[assignment]  # a decision has a reason instead
    reason = TextAreaField(
        _l("Reason"),
        validators=[InputRequired(_l("Give a reason.")), Length(max=MOST_TEXT)],
        description=_l("The trainee reads it beside the levels, without your name."),
    )


def resolve_form(rubric: Mapping[str, Any], scoring: Scoring) -> ResolveForm:
    """Return the form that decides a disagreement; nothing is chosen beforehand."""
    made: type[ResolveForm] = type("DecisionForm", (ResolveForm,), _level_fields(rubric))
    return made(data={"version": scoring.version})


def _level_fields(rubric: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"{LEVEL}{each['id']}": RadioField(
            gettext(
                "%(title)s (weight %(weight)s)", title=pick(each["title"]), weight=each["weight"]
            ),
            choices=[
                SelectChoice(str(level), f"{level} · {pick(anchor)}")
                for level, anchor in enumerate(each["levels"])
            ],
            validators=[Optional()],
        )
        for each in rubric["criteria"]
    }
