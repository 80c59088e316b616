"""Making, revoking and using tokens."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from training_platform.api import rules
from training_platform.api.models import ApiPull, ApiToken
from training_platform.api.rules import PREFIX, Resource, Standing, TokenState
from training_platform.core import audit, clock, throttle
from training_platform.core.errors import DomainError, InvalidTransitionError, RuleError
from training_platform.core.permissions import Permission, Person, authorize, may
from training_platform.people.models import EmployeeStatus
from training_platform.people.viewer import Viewer, digest, new_token, viewer_of

SCOPE, WRONG_SCOPE = "api.token", "api.unknown"


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


class TokenRefusedError(DomainError):
    """No token, or none that works; the answer does not tell which."""

    http_status = 401
    text = _("This needs a token that works.")
    advice = _("Send the token as: Authorization: Bearer <token>. HR makes and revokes tokens.")


class ScopeRefusedError(DomainError):
    """The token works, but was not made for this list."""

    http_status = 403
    text = _("This token was not made for this list.")
    advice = _("Ask HR for a token that opens it.")


class ParameterError(DomainError):
    """A value of the address that the list does not know; name says which."""

    text = _("The value of %(name)s is not understood.")
    advice = _("Look at the documentation under /api/v1/ for what this list takes.")


@dataclass(frozen=True)
class NewToken:
    """What HR says of a token."""

    name: str
    purpose: str
    scopes: tuple[Resource, ...]
    expires_on: date


@dataclass(frozen=True)
class Caller:
    """A program at work: its token, and the person under whose rights it reads."""

    token_id: int
    viewer: Viewer
    resource: Resource
    network: str


def make_token(session: Session, actor: Person, wanted: NewToken) -> tuple[ApiToken, str]:
    """Make a token; return its row and the token itself, which nobody can read again.

    Raises RuleError without a purpose, a list to open or a possible day, and NotPermittedError.
    """
    authorize(actor, None, Permission.API_TOKEN_MANAGE)
    if len(wanted.purpose.strip()) < 2:
        raise RuleError(_("Write what the records are needed for."), field="purpose")
    if not wanted.scopes:
        raise RuleError(_("Choose what the token opens."), field="scopes")
    if not rules.may_expire_on(wanted.expires_on, clock.today()):
        raise RuleError(_("Choose a day within the next 366 days."), field="expires_on")
    secret = PREFIX + new_token()
    token = ApiToken(
        name=wanted.name,
        purpose=wanted.purpose.strip(),
        scopes=sorted(set(map(str, wanted.scopes))),
        token_digest=digest(secret),
        hint=secret[-4:],
        owner_id=actor.id,
        created_at=clock.now(),
        expires_on=wanted.expires_on,
    )
    session.add(token)
    session.flush()
    audit.record(session, actor, "api.make_token", token, scopes=token.scopes)
    return token, secret


def revoke_token(session: Session, token: ApiToken, actor: Person) -> None:
    """Let a token work no longer, from this moment on.

    Raises InvalidTransitionError where it is revoked already, and NotPermittedError.
    """
    authorize(actor, token, Permission.API_TOKEN_MANAGE)
    if token.revoked_at is not None:
        raise InvalidTransitionError
    token.revoked_at, token.revoked_by_id = clock.now(), actor.id
    audit.record(session, actor, "api.revoke_token", token)


def caller_of(session: Session, secret: str, resource: Resource, network: str) -> Caller:
    """Return who calls with a token.

    Raises TokenRefusedError for one that does not work, ScopeRefusedError where it opens other
    lists, and TooManyTriesError for one that asks too often.
    """
    throttle.check(session, WRONG_SCOPE, network, limit=rules.WRONG_LIMIT, minutes=rules.MINUTES)
    known = ApiToken.token_digest == digest(secret)
    token = session.scalars(select(ApiToken).where(known)).first() if secret else None
    if token is None:
        raise TokenRefusedError
    is_there = token.owner.status is EmployeeStatus.ACTIVE
    viewer = viewer_of(session, token.owner)
    entitled = is_there and may(viewer, token, Permission.API_TOKEN_MANAGE)
    standing = Standing(token.expires_on, token.revoked_at is not None, entitled)
    if rules.state_of(standing, clock.today()) is not TokenState.ACTIVE:
        raise TokenRefusedError
    throttle.check(session, SCOPE, str(token.id), limit=rules.LIMIT, minutes=rules.MINUTES)
    if resource not in token.scopes:
        raise ScopeRefusedError
    return Caller(token.id, viewer, resource, network)


def count_wrong(session: Session, network: str) -> None:
    """Count a token that does not work against the network it came from."""
    throttle.count(session, WRONG_SCOPE, network)


def note_pull(session: Session, caller: Caller, asked: dict[str, Any], row_count: int) -> None:
    """Keep what is about to be handed out, before it is: with which token, what, how much.

    Raises TokenRefusedError where the token was revoked since it was looked at.
    """
    now = clock.now()
    used = (
        update(ApiToken)
        .where(ApiToken.id == caller.token_id, ApiToken.revoked_at.is_(None))
        .values(last_used_at=now)
        .returning(ApiToken.id)
    )
    if session.scalar(used) is None:
        raise TokenRefusedError
    throttle.count(session, SCOPE, str(caller.token_id))
    session.add(
        ApiPull(
            token_id=caller.token_id,
            resource=caller.resource,
            asked=asked,
            row_count=row_count,
            network=caller.network,
            pulled_at=now,
        )
    )
