"""Words for what the tables keep as codes."""

from flask_babel import lazy_gettext as _l

AREAS = {
    "communication": _l("Communication"),
    "problem-solving": _l("Problem solving"),
    "data-analysis": _l("Data analysis"),
    "loyalty": _l("Customer loyalty"),
    "industry-and-products": _l("Industry and products"),
    "teamwork": _l("Teamwork"),
    "data-management": _l("Data management"),
    "crm-idea": _l("Customer strategy"),
    "crm-rollout": _l("CRM in practice"),
}
LEVELS = {"foundation": _l("Foundation"), "advanced": _l("Advanced")}
PHASES = {
    "onboarding": _l("Onboarding"),
    "foundation": _l("Foundation"),
    "advanced": _l("Advanced"),
    "refresher": _l("Refresher"),
}
#: Views of the catalogue.
STATES = {
    "": _l("All courses"),
    "mine": _l("My courses"),
    "started": _l("Begun"),
    "completed": _l("Completed"),
    "new": _l("Not begun"),
}
#: Views of the list of assignments.
ASSIGNMENT_STATES = {
    "open": _l("Open"),
    "overdue": _l("Overdue"),
    "completed": _l("Completed"),
    "": _l("All"),
}
SOURCES = {
    "curriculum": _l("By the curriculum"),
    "rule": _l("By a rule"),
    "manual": _l("By hand"),
}
