"""The calendar feed: read by programs that know its secret address, without a sign-in."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from training_platform.core import throttle
from training_platform.core.db import db, writing
from training_platform.core.errors import NotFoundError
from training_platform.core.text import network_of
from training_platform.core.web import public
from training_platform.notices import calendar
from training_platform.notices.views.base import bp

#: One network may ask so often; a company behind one address reads many calendars.
LIMIT, MINUTES = 600, 10
#: Wrong addresses from one network.
WRONG_LIMIT = 30
SCOPE, WRONG_SCOPE = "notices.calendar", "notices.calendar.unknown"


@bp.get("/calendar/<token>.ics")
@public
def feed(token: str) -> ResponseReturnValue:
    """Give somebody's calendar to her calendar program; unknown and closed ones alike are 404."""
    network = network_of(request.remote_addr) or "unknown"
    with writing() as session:
        throttle.check(session, SCOPE, network, limit=LIMIT, minutes=MINUTES)
        throttle.check(session, WRONG_SCOPE, network, limit=WRONG_LIMIT, minutes=MINUTES)
        owner = calendar.owner_of(session, token[:200])
        throttle.count(session, SCOPE if owner else WRONG_SCOPE, network)
        owner_id = owner.id if owner else None
    owner = calendar.owner_of(db.session(), token[:200]) if owner_id else None
    if owner is None:
        raise NotFoundError
    response = Response(calendar.draw_feed(db.session(), owner), mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'inline; filename="training.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
