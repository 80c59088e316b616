"""Forms of certificates."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from training_platform.core.forms import VersionedForm


class RevokeForm(VersionedForm):
    """Why a certificate is revoked."""

    reason = TextAreaField(
        _l("Why is it revoked?"),
        description=_l("The holder reads this; the public page only says that it was revoked."),
        validators=[InputRequired(_l("Write why the certificate is revoked.")), Length(max=1000)],
    )
