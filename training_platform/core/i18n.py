"""Languages and the look of dates and amounts. Message ids are English; codes are zh and en."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, get_locale, get_translations, gettext

from training_platform.core import clock

babel = Babel()
CATALOGS = Path(__file__).parent.parent / "translations"
LANGUAGES = ("zh", "en")
#: A text in both languages, as content keeps it.
Text = Mapping[str, str]

MOST_TEXTS = 20_000


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def init_app(app: Flask) -> None:
    """Compile stale catalogs, choose the language per request, add the template filters."""
    domains = compile_stale()
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join([str(CATALOGS)] * len(domains))
    app.config["BABEL_DOMAIN"] = ";".join(domains)
    app.config["BABEL_DEFAULT_LOCALE"] = app.config["DEFAULT_LOCALE"]
    babel.init_app(app, locale_selector=select_language)
    app.jinja_env.filters.update(
        datetime=format_datetime,
        date=format_date,
        time=format_time,
        weekday=format_weekday,
        iso=lambda value: value.isoformat(),
        money=format_money,
        pick=pick,
        percent=format_percent,
        clock=format_clock,
    )
    app.jinja_env.globals.update(html_lang=html_lang, language=language)


def compile_stale() -> list[str]:
    """Compile each catalog that is newer than its binary; return the domains, one per package."""
    folder = CATALOGS / "zh" / "LC_MESSAGES"
    domains = []
    for source in sorted(folder.glob("*.po")):
        domains.append(source.stem)
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as handle:
            catalog = read_po(handle, locale="zh", domain=source.stem)
        temporary = target.with_suffix(f".{id(catalog)}.part")
        with temporary.open("wb") as handle:
            write_mo(handle, catalog)
        temporary.replace(target)
    return domains or ["core"]


def select_language() -> str:
    """Return zh or en: the address, then the remembered choice, the person's, the browser's."""
    if not has_request_context():
        return str(g.get("language", "") or _default())
    chosen = request.args.get("lang")
    if chosen in LANGUAGES:
        return chosen
    chosen = session.get("lang")
    if chosen in LANGUAGES:
        return str(chosen)
    viewer = g.get("viewer")
    if viewer is not None and viewer.locale in LANGUAGES:
        return str(viewer.locale)
    best = request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans", "zh-TW", "zh-HK", "en"])
    return best[:2] if best else _default()


def remember_language() -> None:
    """Keep a language that was chosen by the address (?lang=en) for the pages that follow."""
    chosen = request.args.get("lang")
    if chosen in LANGUAGES and session.get("lang") != chosen:
        session["lang"] = chosen
        session.permanent = True


def _default() -> str:
    from flask import current_app  # noqa: PLC0415

    return str(current_app.config["DEFAULT_LOCALE"])


def language() -> str:
    """Return the code of the page's language: zh or en."""
    try:  # Flask-Babel keeps its choice there; its own way to it costs five times as much
        locale = getattr(g.get("_flask_babel"), "babel_locale", None) or get_locale()
    except RuntimeError:  # outside of every application
        return "en"
    return "zh" if locale is not None and locale.language == "zh" else "en"


def html_lang(code: str | None = None) -> str:
    """Return the language tag of the page: browsers choose Chinese fonts by zh-CN, not by zh."""
    return "zh-CN" if (code or language()) == "zh" else "en"


def translate(message: str, **values: Any) -> str:
    """Translate a message id that was marked elsewhere."""
    if not message:
        return ""
    found = text_of(message)
    return found % values if values else found


_texts: dict[tuple[str, str], str] = {}


def text_of(message: str) -> str:
    """Return the translation of a message id, looked up once a process in each language."""
    key = (language(), message)
    found = _texts.get(key)
    if found is None:
        found = str(gettext(message))
        if len(_texts) < MOST_TEXTS:
            _texts[key] = found
    return found


_catalogs: dict[str, NullTranslations] = {}


def plural_of(one: str, many: str, number: int) -> str:
    """Return the text for a number; its placeholders are still to be filled."""
    code = language()
    catalog = _catalogs.get(code)
    if catalog is None:
        catalog = _catalogs[code] = get_translations()
    return catalog.ngettext(one, many, number)


def pick(text: Text | str | None, code: str | None = None) -> str:
    """Return a two-language text in the page's language; plain texts stand for both."""
    if text is None or isinstance(text, str):
        return text or ""
    return text.get(code or language()) or next(iter(text.values()), "")


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    return ZoneInfo(name)


def viewer_zone() -> tzinfo:
    """Return the zone in which instants are shown to whoever looks."""
    viewer = g.get("viewer") if has_request_context() else None
    name = getattr(viewer, "timezone", None)
    return _zone(name) if name else clock.company_zone()


def format_datetime(value: datetime | None) -> str:
    """Return an instant in the viewer's zone: 2026-11-21 14:30."""
    return value.astimezone(viewer_zone()).strftime("%Y-%m-%d %H:%M") if value else ""


def format_date(value: date | datetime | None) -> str:
    """Return a day: 2026-11-21. Dates are the company's; instants move to the viewer's zone."""
    if isinstance(value, datetime):
        value = value.astimezone(viewer_zone()).date()
    return value.isoformat() if value else ""


def format_time(value: datetime | None) -> str:
    """Return the time of day in the viewer's zone: 14:30:05."""
    return value.astimezone(viewer_zone()).strftime("%H:%M:%S") if value else ""


def format_weekday(value: date | datetime) -> str:
    """Return the short name of a weekday."""
    if isinstance(value, datetime):
        value = value.astimezone(viewer_zone()).date()
    return text_of(WEEKDAYS[value.weekday()])


def format_money(value: Decimal | None) -> str:
    """Return an amount: ¥12,300.00; below zero, -¥12,300.00."""
    if value is None:
        return ""
    return f"-¥{-value:,.2f}" if value < 0 else f"¥{value:,.2f}"


def format_percent(value: float | None) -> str:
    """Return a share between 0 and 1 as a whole percentage: 87 %; a dash where there is none."""
    return "–" if value is None else f"{value * 100:.0f} %"


def format_clock(seconds: int) -> str:
    """Return a span in seconds as minutes and seconds: 4:05."""
    return f"{max(seconds, 0) // 60}:{max(seconds, 0) % 60:02d}"
