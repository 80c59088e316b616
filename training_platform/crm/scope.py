"""Which workspace is being worked in: asked by every statement on the sandbox's tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """The layer that is written, and the sealed dataset below it."""

    layer_id: int
    base_id: int


_scope: ContextVar[Scope | None] = ContextVar("crm_scope", default=None)


class NoWorkspaceError(RuntimeError):
    """A statement on the sandbox's tables ran outside any workspace: a programming error."""


def current_scope() -> Scope:
    """Return the present scope; raise NoWorkspaceError outside any workspace."""
    scope = _scope.get()
    if scope is None:
        raise NoWorkspaceError
    return scope


def has_scope() -> bool:
    """Tell whether a workspace is being worked in."""
    return _scope.get() is not None


@contextmanager
def within(scope: Scope) -> Iterator[None]:
    """Work in a workspace; nested ones end in order."""
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


def enter(scope: Scope | None) -> None:
    """Work in a workspace until the request ends; None leaves it."""
    _scope.set(scope)
