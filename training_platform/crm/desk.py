"""A desk: somebody at work in a workspace, as one of its sellers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import lock
from training_platform.core.permissions import Person
from training_platform.crm.errors import ClosedError
from training_platform.crm.models import CrmEvent, CrmLayer, CrmWorkspace, Seller
from training_platform.crm.rules.clock import virtual_now
from training_platform.crm.scope import Scope, enter
from training_platform.crm.values import to_plain

#: A desk is opened anew for each act; what lies further apart is no single act.
ONE_ACT = timedelta(minutes=1)


@dataclass
class Desk:
    """Who works where: the session, the workspace and its layer, the person, the seller played.

    Every service of the sandbox takes one; opening it narrows the session to the workspace.
    """

    session: Session
    workspace: CrmWorkspace
    layer: CrmLayer
    actor: Person
    seller: Seller
    #: Entity → the last code given at this desk (services/codes.py).
    last_codes: dict[str, str] = field(default_factory=dict)
    #: When the first event of the present act happened; its other events share it.
    act_at: datetime | None = None

    @property
    def now(self) -> datetime:
        """Return the sandbox's own time."""
        return virtual_now(self.layer, clock.now())

    def take_id(self) -> int:
        """Return the next own id of the workspace."""
        number = self.layer.next_id
        self.layer.next_id = number + 1
        return number

    def log(
        self,
        act: str,
        entity: str | None = None,
        record_id: int | None = None,
        changes: dict[str, list[Any]] | None = None,
        **context: Any,
    ) -> CrmEvent:
        """Append one act to the event log, and let the sandbox's clock stand at it."""
        real, virtual = self._act_time(), self.now
        event = CrmEvent(
            layer_id=self.layer.id,
            seq=self.layer.next_seq,
            happened_at=real,
            virtual_at=virtual,
            actor_id=self.actor.id,
            seller_id=self.seller.id,
            act=act,
            entity=entity,
            record_id=record_id,
            changes={
                name: [to_plain(value) for value in pair] for name, pair in (changes or {}).items()
            },
            context={name: to_plain(value) for name, value in context.items()},
        )
        self.layer.next_seq += 1
        self.layer.virtual_at, self.layer.seen_at = virtual, clock.now()
        self.session.add(event)
        return event

    def _act_time(self) -> datetime:
        """Return one real time for everything that is logged in one go: undo goes by it."""
        now = clock.now()
        if self.act_at is None or not timedelta() <= now - self.act_at < ONE_ACT:
            self.act_at = now
        return self.act_at


def open_desk(
    session: Session, workspace: CrmWorkspace, actor: Person, *, is_writing: bool
) -> Desk:
    """Sit down in a workspace: narrow the session to it; whoever writes holds its lock.

    The lock serialises the writes of one workspace, so that uniqueness and references hold.
    Raises ClosedError for writing where the work was handed in or its time is over.
    """
    if is_writing:
        workspace = lock(session, CrmWorkspace, workspace.id)
        if not workspace.is_open(clock.now()):
            raise ClosedError
        if clock.now() - workspace.used_at > ONE_ACT:  # not at each of many acts
            workspace.used_at = clock.now()
    layer = session.get(CrmLayer, workspace.layer_id, populate_existing=is_writing)
    if layer is None or layer.base_id is None:
        raise RuntimeError(f"workspace {workspace.id} has no layer")
    enter(Scope(layer.id, layer.base_id))
    seller = session.scalars(select(Seller).where(Seller.id == layer.seller_id)).one()
    return Desk(session, workspace, layer, actor, seller)
