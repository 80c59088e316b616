"""What every application compiles alike, compiled once: each test has an application of its own.

Compiling two hundred addresses took most of an application's start, and compiling the templates
of a page took more time than drawing it. Statements were compiled anew on each test's engine: a
fifth of a test's time. What is kept is found by the same key as in one long-lived application.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from training_platform.core.i18n import language
from training_platform.core.templating import LeanEnvironment

_builders: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
_templates: dict[tuple[object, ...], Any] = {}
_statements: LRUCache[Any, Any] = LRUCache(20_000)
_compile_builder = Rule._compile_builder
_compile = LeanEnvironment.compile


def remember() -> None:
    """Let rules, templates and statements look for what was compiled of the same before."""
    Rule._compile_builder = _builder  # type: ignore[method-assign]
    LeanEnvironment.compile = _template  # type: ignore[method-assign,assignment]
    # Part of a statement's key is the dialect: all engines of one database have the same.
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign,assignment]
    Engine._compiled_cache = property(lambda _engine: _statements, _ignore)  # type: ignore[assignment]


def _ignore(_engine: Engine, _own: object) -> None:
    """Drop the cache that an engine would have of its own."""


def _builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


def _template(
    self: LeanEnvironment,
    source: Any,
    name: str | None = None,
    filename: str | None = None,
    **how: Any,
) -> Any:
    """Return the code of a template; in an environment of one language its texts stand in it."""
    if not isinstance(source, str) or name is None:
        return _compile(self, source, name, filename, **how)
    spoken = language() if self._is_spoken else ""
    key = (source, name, filename, spoken, *sorted(how.items()))
    if key not in _templates:
        _templates[key] = _compile(self, source, name, filename, **how)
    return _templates[key]
