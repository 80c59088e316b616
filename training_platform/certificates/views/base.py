"""What the pages of certificates share: the blueprint, words, and what is shown of one."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from training_platform.certificates import queries
from training_platform.certificates.models import Certificate
from training_platform.certificates.rules import State, state_on
from training_platform.core import clock
from training_platform.core.db import db
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission, may
from training_platform.core.web import check, external_url

bp = Blueprint("certificates", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        "certificates",
        _l("Certificates"),
        "certificate",
        "certificates.own",
        Permission.SIGNED_IN,
        58,
        blueprints=("certificates",),
    ),
)
STATES = {
    State.NOT_YET: _l("Not yet issued"),
    State.VALID: _l("Valid"),
    State.EXPIRED: _l("Expired"),
    State.SUPERSEDED: _l("Superseded"),
    State.REVOKED: _l("Revoked"),
}
TONES = {
    State.NOT_YET: "info",
    State.VALID: "ok",
    State.EXPIRED: "warn",
    State.SUPERSEDED: "warn",
    State.REVOKED: "bad",
}
BANDS = {"pass": _l("Pass"), "distinction": _l("Distinction")}


def certificate_of(code: str) -> Certificate:
    """Return the certificate of a code, if the viewer may read it."""
    certificate = queries.by_code(db.session(), code[:100])
    return check(certificate, Permission.CERTIFICATE_READ)


def shown(certificate: Certificate) -> dict[str, object]:
    """Return what every page about one certificate takes."""
    state = state_on(certificate.life, clock.today())
    return {
        "certificate": certificate,
        "state": state,
        "state_text": STATES[state],
        "tone": TONES[state],
        "band": BANDS.get(certificate.band, certificate.band),
        "address": external_url("certificates.verify", code=certificate.code),
        "may_revoke": certificate.revoked_at is None
        and current_user.is_authenticated
        and may(current_user, certificate, Permission.CERTIFICATE_REVOKE),
    }
