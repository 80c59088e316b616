"""Forms of disputes: what somebody says is wrong, and what is decided."""

from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from training_platform.assessment.disputes.rules import LONGEST_TEXT, Ground, Verdict
from training_platform.assessment.disputes.services import Claim, Ruling
from training_platform.assessment.disputes.texts import GROUNDS, REGRADED, VERDICTS
from training_platform.core.forms import Form, VersionedForm


class DisputeForm(Form):
    """What somebody says is wrong."""

    ground = RadioField(
        _l("What is wrong?"),
        choices=[SelectChoice(each.value, GROUNDS[each]) for each in Ground],
        validators=[InputRequired(_l("Choose what is wrong."))],
    )
    text = TextAreaField(
        _l("In your words"),
        validators=[Optional(), Length(max=LONGEST_TEXT)],
        description=_l("Say what to look at. Your work itself is kept and shown as it was."),
    )

    @property
    def claim(self) -> Claim:
        """Return what the form says."""
        return Claim(Ground(self.ground.data), self.text.data or "")


class RulingForm(VersionedForm):
    """What a trainer decides, and why."""

    verdict = RadioField(
        _l("Ruling"),
        choices=[SelectChoice(each.value, VERDICTS[each]) for each in Verdict],
        validators=[InputRequired(_l("Choose what you decide."))],
    )
    points = DecimalField(
        _l("Points that it is to count"),
        validators=[Optional()],
        description=_l("Only where you give points in this attempt."),
    )
    reason = TextAreaField(
        _l("Reason"),
        validators=[
            InputRequired(_l("Give a reason. The trainee reads it.")),
            Length(max=LONGEST_TEXT),
        ],
        description=_l("The trainee reads it beside the result, with your name."),
    )

    def offer(self, kind: str) -> None:
        """Offer the correction of the check itself only where it is graded again for all."""
        words = {**VERDICTS, Verdict.CHECK: REGRADED.get(kind)}
        self.verdict.choices = [
            SelectChoice(each.value, words[each]) for each in Verdict if words[each] is not None
        ]

    @property
    def ruling(self) -> Ruling:
        """Return what the form says."""
        points: Decimal | None = self.points.data
        return Ruling(Verdict(self.verdict.data), self.reason.data or "", points)
