"""Today: the five minutes first, then what each right works on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import db
from training_platform.core.i18n import viewer_zone
from training_platform.core.permissions import Permission, Right
from training_platform.core.text import given_name
from training_platform.core.web import requires
from training_platform.home import addresses, rules
from training_platform.home.queries import blocks, team
from training_platform.home.queries.scope import scope_of
from training_platform.home.queries.today import SHOWN_DUE, today_of
from training_platform.home.views.base import bp

MINE = "mine"


@dataclass(frozen=True)
class Block:
    """What holders of a right see below their five minutes."""

    key: str
    text: Any
    right: Right
    context: Callable[[Session], dict[str, Any]]


def _team(session: Session) -> dict[str, Any]:
    where = scope_of(session, current_user).where
    return {
        "passing": team.passing(session, where).total,
        "due": team.due_counts(session, where),
        "stuck": session.execute(team.stuck(where).limit(3)).all(),
    }


def _human_resources(session: Session) -> dict[str, Any]:
    return {"block": blocks.human_resources(session)}


def _teaching(session: Session) -> dict[str, Any]:
    return {"block": blocks.teaching(session)}


def _operations(session: Session) -> dict[str, Any]:
    config = current_app.config
    return {
        "numbers": blocks.operations(session),
        "failed": blocks.failed_jobs(session),
        "has_mail_server": bool(config["MAIL_URL"]),
        "has_embedded_jobs": config["JOBS_EMBEDDED"],
        "is_demo": config["DEMO"],
    }


def _company(session: Session) -> dict[str, Any]:
    return {"departments": blocks.company(session)}


BLOCKS = (
    Block("team", _l("My department"), Right.DEPARTMENT_HEAD, _team),
    Block("hr", _l("Human resources"), Right.HR, _human_resources),
    Block("company", _l("Company"), Right.EXECUTIVE, _company),
    Block("teaching", _l("Teaching"), Right.TRAINER, _teaching),
    Block("operations", _l("Operations"), Right.ADMIN, _operations),
)


@bp.get("/")
@requires(Permission.SIGNED_IN)
def today() -> ResponseReturnValue:
    """Show what to do in the next five minutes, and what waits after that."""
    session = db.session()
    open_blocks = [block for block in BLOCKS if current_user.has(block.right)]
    wanted = request.args.get("show") or (open_blocks[0].key if open_blocks else MINE)
    block = next((each for each in open_blocks if each.key == wanted), None)
    mine = today_of(session, current_user.id, whole=block is None)
    return render_template(
        "home/today.html",
        mine=mine,
        blocks=open_blocks,
        block_key=block.key if block else MINE,
        part=rules.part_of_day(clock.now().astimezone(viewer_zone())).value,
        name=given_name(current_user.name, current_user.shown_name),
        goal=rules.GOAL_MINUTES,
        shown_due=SHOWN_DUE,
        to=addresses,
        **(block.context(session) if block else {}),
    )
