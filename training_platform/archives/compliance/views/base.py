"""The blueprint of compliance, its place in the shell, and what its lists are narrowed by."""

from typing import Any

from flask import Blueprint, request
from flask_babel import lazy_gettext
from flask_login import current_user

from training_platform.archives.compliance.items import RoleNeeds, columns_of
from training_platform.archives.compliance.queries import Wanted
from training_platform.archives.compliance.texts import item_name
from training_platform.core.db import db
from training_platform.core.i18n import pick
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission
from training_platform.curricula.queries.team import departments_in_reach

bp = Blueprint("compliance", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        key="compliance",
        text=lazy_gettext("Compliance"),
        icon="shield-check",
        endpoint="compliance.matrix",
        permission=Permission.COMPLIANCE_READ,
        position=71,
        blueprints=("compliance",),
    ),
)


def wanted() -> Wanted:
    """Return what the address narrows a list to."""
    names = {"query": "q", **{each: each for each in ("department", "item", "state", "ready")}}
    given = {name: request.args.get(key, "") for name, key in names.items()}
    return Wanted(job_role=request.args.get("role", ""), **given)


def filters(roles: dict[str, RoleNeeds]) -> dict[str, Any]:
    """Return the choices of the filters: departments in reach, job roles and items."""
    found = departments_in_reach(db.session(), current_user)
    return {
        "departments": [(str(id_), pick(name)) for id_, name in found],
        "job_roles": [(role.job_role_id, pick(role.name)) for role in roles.values() if role.items],
        "items": [
            (item.key, item_name(item.kind, pick(item.title)))
            for item in columns_of(roles.values())
        ],
    }
