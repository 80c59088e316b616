"""The accounts of the demo company, shown on the sign-in page where DEMO is on."""

from flask_babel import lazy_gettext as _l

DEMO_PASSWORD = "Demo-training-2026"  # noqa: S105  # public on purpose; production refuses DEMO
#: User name and what this person does, in the order of the sign-in page.
DEMO_ACCOUNTS = (
    ("newcomer", _l("New here, nothing done yet"), "user-plus"),
    ("specialist", _l("Customer relations specialist"), "user"),
    ("specialist2", _l("Second specialist"), "user"),
    ("supervisor", _l("Customer service supervisor"), "headset"),
    ("manager", _l("Customer relations manager"), "user-check"),
    ("mentor", _l("Mentor"), "users"),
    ("trainer", _l("Trainer"), "school"),
    ("trainer2", _l("Second trainer"), "school"),
    ("head", _l("Head of Customer Relations"), "building"),
    ("head2", _l("Head of another department"), "building"),
    ("leader", _l("Company leader"), "star"),
    ("leader2", _l("Second company leader"), "star"),
    ("hr", _l("Human resources"), "id"),
    ("admin", _l("Administrator"), "settings"),
)
