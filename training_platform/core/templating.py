"""What makes templates cheap: compiled once a language, and drawn without repeated work.

A page draws some sixty texts and thirty icons; the general ways to do so cost more than the page.
"""

import re
from functools import lru_cache
from types import FunctionType, MethodType
from typing import Any

from flask import Flask
from flask.templating import Environment
from flask_babel import force_locale
from jinja2 import Template, nodes, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from training_platform.core.i18n import (
    LANGUAGES,
    MOST_TEXTS,
    html_lang,
    language,
    plural_of,
    text_of,
)

_safe_texts: dict[tuple[str, str], Markup] = {}
_PLAIN = (FunctionType, MethodType)
_find_special = re.compile("[&<>'\"]").search


class LeanContext(Context):
    """Calls macros and plain functions at once; Jinja asks each of them four questions first."""

    def call(__self, __obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: N805, D102
        kind = type(__obj)
        if kind is Macro:
            args = (__self.eval_ctx, *args)
        elif kind not in _PLAIN or hasattr(__obj, "jinja_pass_arg"):
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs)


class LeanTemplate(Template):
    """A template whose macros are imported once, and whose output is escaped without wrappers.

    For imports Jinja looks for globals that were given to one rendering only; nobody gives any.
    """

    @classmethod
    def _from_namespace(cls, environment: Any, namespace: Any, globals: Any) -> Any:
        namespace["escape"] = _escaped  # what a template puts out is joined, never escaped again
        return super()._from_namespace(environment, namespace, globals)

    def _get_default_module(self, ctx: Any = None) -> Any:
        return super()._get_default_module()


class LeanEnvironment(Environment):
    """Compiles each template once a language, with its texts, icons and addresses as constants."""

    template_class = LeanTemplate
    context_class = LeanContext

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._kept: dict[Any, Template] = {}
        self._spoken: dict[str, LeanEnvironment] = {}
        self._is_spoken = False

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:
        """Return a template in the present language; those it names come in the same one."""
        if not self._is_spoken:
            return self._in(language()).get_template(name, parent, globals)
        found = self._kept.get(name)
        if found is None or self.auto_reload:
            found = self._kept[name] = super().get_template(name, parent, globals)
        return found

    def overlay(self, *args: Any, **options: Any) -> "LeanEnvironment":
        """Return an environment that shares all but the templates."""
        other: LeanEnvironment = super().overlay(*args, **options)
        other._kept, other._spoken = {}, {}
        return other

    def _in(self, code: str) -> "LeanEnvironment":
        found = self._spoken.get(code)
        if found is None:
            found = self._spoken[code] = self.overlay()
            found._is_spoken = True
        return found

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if not self._is_spoken:
            return tree
        escapes = self.autoescape(name) if callable(self.autoescape) else self.autoescape
        folded: nodes.Template = _Folder(EvalContext(self, name), escapes=escapes).visit(tree)
        return folded


class _Folder(NodeTransformer):
    """Replaces calls whose result is the same for everybody by that result."""

    def __init__(self, context: EvalContext, *, escapes: bool) -> None:
        self._context = context
        icons = dict.fromkeys(("icon", "glyph", "draw_icon"), draw_icon) if escapes else {}
        self._foldable: dict[str, Any] = {
            "_": _safe_text if escapes else text_of,
            "gettext": _safe_text if escapes else text_of,
            "html_lang": html_lang,
            "asset": _asset,
            **icons,
        }

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        fold = self._foldable.get(getattr(node.node, "name", ""))
        if fold is None or node.dyn_args or node.dyn_kwargs:
            return node
        if node.kwargs and fold is not draw_icon:
            return node
        try:
            args = [each.as_const(self._context) for each in node.args]
            kwargs = dict(each.as_const(self._context) for each in node.kwargs)
        except nodes.Impossible:
            return node
        return nodes.Const(fold(*args, **kwargs), lineno=node.lineno)


def init_app(app: Flask) -> None:
    """Give the templates their texts and icons."""
    app.jinja_env.globals.update(_=text, gettext=text, ngettext=plural, draw_icon=draw_icon)


def compile_all(app: Flask) -> None:
    """Compile every page in every language, before a server forks or anybody waits."""
    with app.app_context():
        for code in LANGUAGES:
            with force_locale(code):
                for name in app.jinja_env.list_templates(extensions=["html"]):
                    app.jinja_env.get_template(name)


@pass_eval_context
def text(context: EvalContext, message: str, **values: Any) -> str:
    """Return a text in the page's language; values are escaped where the template escapes."""
    found = _safe_text(message) if context.autoescape else text_of(message)
    return found % values if values else found


def _safe_text(message: str) -> Markup:
    key = (language(), message)
    safe = _safe_texts.get(key)
    if safe is None:
        safe = Markup(text_of(message))  # noqa: S704  # our own catalogs
        if len(_safe_texts) < MOST_TEXTS:
            _safe_texts[key] = safe
    return safe


@pass_eval_context
def plural(context: EvalContext, one: str, many: str, num: int, **values: Any) -> str:
    """Return the text for a number, which also fills %(num)s."""
    values.setdefault("num", num)
    found = plural_of(one, many, num)
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
    kind = f"icon {escape(style)}" if style else "icon"
    data_size = f' data-size="{escape(size)}"' if size else ""
    sprite = _asset("icons/sprite.svg")
    return Markup(  # noqa: S704  # every part is escaped or ours
        f'<svg class="{kind}"{data_size} {told}><use href="{sprite}#i-{escape(name)}"/></svg>'
    )


def _asset(path: str) -> str:
    from training_platform.core.web import asset  # noqa: PLC0415  # web imports this module

    return asset(path)


def _escaped(value: Any) -> str:
    """Return what a template puts out, as markupsafe.escape does but seldom in a new Markup."""
    kind = type(value)
    if kind is Markup or (kind is str and not _find_special(value)):
        return value  # type: ignore[no-any-return]
    return escape(value)
