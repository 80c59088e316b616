"""What every application compiles alike, compiled once: each test has an application of its own.

Compiling two hundred addresses took most of an application's start, and compiling the templates
of a page took more time than drawing it.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

from training_platform.core.i18n import language
from training_platform.core.templating import LeanEnvironment

_builders: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
_templates: dict[tuple[object, ...], Any] = {}
_compile_builder = Rule._compile_builder
_compile = LeanEnvironment.compile


def remember() -> None:
    """Let rules and templates look for what was compiled of the same text before."""
    Rule._compile_builder = _builder  # type: ignore[method-assign]
    LeanEnvironment.compile = _template  # type: ignore[method-assign,assignment]


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
