"""What makes templates cheap: texts, icons and imported macros without repeated work.

A page draws some sixty texts and thirty icons; the general ways to do so cost more than the page.
"""

from functools import lru_cache
from typing import Any

from flask import Flask
from flask_babel import ngettext
from jinja2 import Template, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from training_platform.core.i18n import MOST_TEXTS, language, text_of

_safe_texts: dict[tuple[str, str], Markup] = {}


class LeanTemplate(Template):
    """A template whose macros are imported once a process, not once for each import.

    Jinja looks for globals that were given to one rendering only; nobody here gives any.
    """

    def _get_default_module(self, ctx: Any = None) -> Any:
        return super()._get_default_module()


def init_app(app: Flask) -> None:
    """Give the templates their texts and icons."""
    environment = app.jinja_env
    environment.template_class = LeanTemplate
    environment.globals.update(_=text, gettext=text, ngettext=plural, draw_icon=draw_icon)


@pass_eval_context
def text(context: EvalContext, message: str, **values: Any) -> str:
    """Return a text in the page's language; values are escaped where the template escapes."""
    if not context.autoescape:
        found = text_of(message)
        return found % values if values else found
    key = (language(), message)
    safe = _safe_texts.get(key)
    if safe is None:
        safe = Markup(text_of(message))  # noqa: S704  # our own catalogs
        if len(_safe_texts) < MOST_TEXTS:
            _safe_texts[key] = safe
    return safe % values if values else safe


@pass_eval_context
def plural(context: EvalContext, one: str, many: str, num: int, **values: Any) -> str:
    """Return the text for a number, which also fills %(num)s."""
    values.setdefault("num", num)
    found = str(ngettext(one, many, num))
    return Markup(found) % values if context.autoescape else found % values  # noqa: S704


def draw_icon(name: str, label: str | None = None, size: str | None = None, **more: Any) -> Markup:
    """Return one icon from the sprite: decoration, or with a label an image that says so."""
    style = more.get("class")
    if label is None:
        return _plain_icon(str(name), size, style)
    return _icon(name, f'role="img" aria-label="{escape(label)}"', size, style)


@lru_cache(maxsize=512)
def _plain_icon(name: str, size: str | None, style: str | None) -> Markup:
    return _icon(name, 'aria-hidden="true"', size, style)


def _icon(name: str, told: str, size: str | None, style: str | None) -> Markup:
    from training_platform.core.web import asset  # noqa: PLC0415  # web imports this module

    kind = f"icon {escape(style)}" if style else "icon"
    data_size = f' data-size="{escape(size)}"' if size else ""
    sprite = asset("icons/sprite.svg")
    return Markup(  # noqa: S704  # every part is escaped or ours
        f'<svg class="{kind}"{data_size} {told}><use href="{sprite}#i-{escape(name)}"/></svg>'
    )
