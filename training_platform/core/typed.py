"""What was sent and could not be saved: read back as its form named it, and kept to be sent again.

A refusal before the view runs (the session is over, the page's token is stale) knows no form yet.
So the labels come from the forms of the view's package, and from what the package adds to them.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import BooleanField, HiddenField
from wtforms.fields.core import UnboundField
from wtforms.widgets import HiddenInput

from training_platform.core.forms import Form
from training_platform.core.i18n import translate


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: Never drawn on a page again, and never carried by one.
SECRET = frozenset({"password", "new_password", "code"})
#: What forms carry for themselves; a person did not type it.
_CARRIED = frozenset({"csrf_token", "version", "once", "next", "back", "only", "seq", "resets"})
MOST_CARRIED = 500
_READERS = "typed_readers"


@dataclass(frozen=True)
class Named:
    """How a form names one of its fields, and the texts of its choices."""

    label: str
    texts: Mapping[str, str] = field(default_factory=dict)
    is_hidden: bool = False


Reader = Callable[[], Mapping[str, Named]]


def add_reader(app: Any, package: str, reader: Reader) -> None:
    """Let a package name the fields that it draws without a form class."""
    app.extensions.setdefault(_READERS, {})[package] = reader


def read_back() -> dict[str, str]:
    """Return what was sent, by the labels of its form and with the texts of its choices."""
    try:
        sent = {k: v for k, v in request.form.lists() if any(v) and k not in SECRET | _CARRIED}
    except RequestEntityTooLarge:
        return {}
    known = _known(sent)
    found: dict[str, str] = {}
    for name, values in sent.items():
        named = known.get(name) or Named(_humanized(name))
        if not named.is_hidden:
            label = named.label if named.label not in found else _humanized(name)
            found[label] = ", ".join(named.texts.get(each, each) for each in values if each)
    return found


def send_again() -> list[tuple[str, str]] | None:
    """Return the fields that send the form once more; None where a page must not carry them.

    Only for what came from a page of this site: nobody is shown a form that a stranger filled in.
    """
    try:
        sent = list(request.form.items(multi=True))
    except RequestEntityTooLarge:
        return None
    secret = any(name in SECRET or "password" in name for name, _value in sent)
    if secret or request.files or not sent or len(sent) > MOST_CARRIED or not _is_from_here():
        return None
    return [(name, value) for name, value in sent if name != "csrf_token"]


def _is_from_here() -> bool:
    origin = urlsplit(request.headers.get("Origin", ""))
    return bool(origin.netloc) and origin.netloc == request.host


def _known(sent: Iterable[str]) -> dict[str, Named]:
    view = current_app.view_functions.get(request.endpoint or "")
    top, _dot, rest = getattr(view, "__module__", "").partition(".")
    if top != "training_platform":
        return {}
    package = rest.partition(".")[0]
    names = {name: name.rpartition("-")[2] for name in sent}  # a part of a form has a prefix
    forms = _forms(package)
    nearest = sorted(forms, key=lambda form: len(form.keys() & set(names.values())))
    merged = {name: named for form in nearest for name, named in form.items()}
    if reader := current_app.extensions.get(_READERS, {}).get(package):
        merged |= reader()
    found = {name: merged.get(name) or merged.get(plain) for name, plain in names.items()}
    return {name: _spoken(named) for name, named in found.items() if named}


def _spoken(named: Named) -> Named:
    texts = {code: translate(str(text)) for code, text in named.texts.items()}
    return Named(translate(str(named.label)), texts, named.is_hidden)


@cache
def _forms(package: str) -> tuple[dict[str, Named], ...]:
    """Return how each form class of a package names its fields."""
    return tuple(
        dict(_fields(form))
        for module in _modules(f"training_platform.{package}")
        for form in vars(module).values()
        if isinstance(form, type) and issubclass(form, Form) and form.__module__ == module.__name__
    )


def _modules(package: str) -> Iterator[ModuleType]:
    root = importlib.import_module(package)
    for each in pkgutil.walk_packages(root.__path__, package + "."):
        if "forms" in each.name:
            yield importlib.import_module(each.name)


def _fields(form: type[Form]) -> Iterator[tuple[str, Named]]:
    for name in dir(form):
        unbound = getattr(form, name, None)
        if not isinstance(unbound, UnboundField):
            continue
        kind, known = unbound.field_class, unbound.kwargs
        label = unbound.args[0] if unbound.args else known.get("label")
        hidden = issubclass(kind, HiddenField) or isinstance(known.get("widget"), HiddenInput)
        texts = {"y": _("Yes"), "1": _("Yes")} if issubclass(kind, BooleanField) else {}
        # A lazy text stays lazy: the next reader may speak the other language.
        yield name, Named(label or _humanized(name), texts or _choices(known), hidden)


def _choices(known: Mapping[str, Any]) -> dict[str, str]:
    offered = known.get("choices")
    if not isinstance(offered, list | tuple):
        return {}
    pairs = [(c.value, c.label) if hasattr(c, "label") else tuple(c)[:2] for c in offered]
    return {str(value): text for value, text in pairs}


def _humanized(name: str) -> str:
    words = name.removesuffix("_id").replace("_", " ").replace(".", " ").replace("-", " ").split()
    return " ".join(words).capitalize()
