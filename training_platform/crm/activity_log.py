"""Writing down what was looked at, after the page has gone out."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy.exc import DBAPIError

from training_platform.core import clock
from training_platform.core.db import writing
from training_platform.crm.desk import open_desk
from training_platform.crm.errors import ClosedError
from training_platform.crm.models import CrmWorkspace
from training_platform.crm.scope import enter

log = logging.getLogger(__name__)
Look = tuple[str, str | None, int | None, dict[str, Any]]


@dataclass(frozen=True)
class _Looker:
    """Whoever looked: a person by id alone, since the request is over."""

    id: int | None
    rights: frozenset[str] = frozenset()
    headed_paths: tuple[str, ...] = ()


def write(app: Flask, where: tuple[int, int, int | None], looks: Sequence[Look]) -> None:
    """Append looks to a workspace's log; where is (workspace, layer, employee).

    A reset between the look and its log drops it. A database that is busy loses the look, never
    the page.
    """
    workspace_id, layer_id, employee_id = where
    try:
        with app.app_context(), writing() as session:
            workspace = session.get(CrmWorkspace, workspace_id)
            if workspace is None or not workspace.is_open(clock.now()):
                return
            desk = open_desk(session, workspace, _Looker(employee_id), is_writing=True)
            if desk.layer.id != layer_id:  # asked under the lock: a reset may just have won it
                return
            for act, entity, record_id, context in looks:
                desk.log(act, entity, record_id, **context)
    except ClosedError:  # handed in while the look waited for the lock
        return
    except DBAPIError:
        log.warning("a look could not be logged", exc_info=True)
    finally:
        enter(None)
