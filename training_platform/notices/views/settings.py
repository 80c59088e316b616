"""How the viewer wants mail, and her calendar's secret address."""

from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.i18n import viewer_zone
from training_platform.core.permissions import Permission
from training_platform.core.web import external_url, render_form, requires, see_other
from training_platform.notices import calendar, preferences
from training_platform.notices.forms import SettingsForm
from training_platform.notices.groups import GROUPS, channel_of_group
from training_platform.notices.models import NoticeSettings
from training_platform.notices.rules import QuietHours
from training_platform.notices.views.base import bp

#: What the fields of time show while there are no quiet hours.
_USUAL = QuietHours.parse("20:00-08:00")


@bp.route("/notices/settings", methods=["GET", "POST"])
@requires(Permission.NOTICE_READ)
def settings() -> ResponseReturnValue:
    """Let the viewer choose mails and quiet hours."""
    kept = preferences.settings_of(db.session(), current_user.id)
    form = SettingsForm(data=_shown(kept))
    if form.validate_on_submit():
        seen = form.version.data or 0
        try:
            with transaction() as session:
                preferences.choose(session, current_user, form.wanted, expected_version=seen)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("Your settings are saved."), "success")
            return see_other(".settings")
    token = calendar.feed_of(db.session(), current_user.id)
    return render_form(
        "notices/settings.html",
        form,
        groups=GROUPS,
        zone=str(viewer_zone()),
        has_feed=token is not None,
        address=external_url("notices.feed", token=token) if token else None,
    )


@bp.post("/notices/calendar")
@requires(Permission.NOTICE_READ)
def renew_calendar() -> ResponseReturnValue:
    """Give the viewer a new secret address of her calendar."""
    with transaction() as session:
        calendar.renew_feed(session, current_user)
    flash(_("Your calendar has a new address. The one before it no longer works."), "success")
    return see_other(".settings", _anchor="calendar")


@bp.post("/notices/calendar/end")
@requires(Permission.NOTICE_READ)
def end_calendar() -> ResponseReturnValue:
    """End the viewer's calendar feed."""
    with transaction() as session:
        calendar.end_feed(session, current_user)
    flash(_("The address of your calendar no longer works."), "success")
    return see_other(".settings", _anchor="calendar")


def _shown(kept: NoticeSettings) -> dict[str, Any]:
    quiet = QuietHours.parse(kept.quiet_hours)
    times = quiet or _USUAL
    return {
        "version": kept.version,
        "has_quiet": quiet is not None,
        "begins": times.begins if times else None,
        "ends": times.ends if times else None,
        **{each.id: channel_of_group(each, kept.channels).value for each in GROUPS},
    }
