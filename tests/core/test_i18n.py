"""Languages."""

import os
import re
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from babel.messages.pofile import read_po
from flask import g
from flask import session as cookie

from training_platform.core import i18n
from training_platform.core.i18n import CATALOGS, pick, select_language, translate

ACCEPT = {"Accept-Language": "fr, zh-TW;q=0.8, en;q=0.5"}
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
SOURCES = sorted((CATALOGS / "zh" / "LC_MESSAGES").glob("*.po"))


@pytest.mark.parametrize(
    ("address", "remembered", "own", "headers", "language"),
    [
        ("/?lang=en", "zh", "zh", ACCEPT, "en"),
        ("/?lang=zh", "en", "en", {}, "zh"),
        ("/?lang=xx", "zh", "en", {}, "zh"),
        ("/?lang=", None, "en", {}, "en"),
        ("/", "en", "zh", {}, "en"),
        ("/", None, "zh", {"Accept-Language": "en"}, "zh"),
        ("/", None, None, ACCEPT, "zh"),
        ("/", None, None, {"Accept-Language": "en-GB"}, "en"),
        ("/", None, None, {"Accept-Language": "fr"}, "en"),
        ("/", "../../etc", None, {}, "en"),
    ],
)
def test_address_then_choice_then_person_then_browser(
    app, address, remembered, own, headers, language
):
    with app.test_request_context(address, headers=headers):
        if remembered:
            cookie["lang"] = remembered
        if own:
            g.viewer = type("Viewer", (), {"locale": own, "timezone": None})()

        assert select_language() == language


def test_a_chosen_language_stays_and_an_unknown_one_changes_nothing(client):
    client.get("/login?lang=zh")
    assert 'lang="zh-CN"' in client.get("/login").get_data(as_text=True)
    client.get("/login?lang=tlh")
    assert 'lang="zh-CN"' in client.get("/login").get_data(as_text=True)
    client.get("/login?lang=en")
    assert 'lang="en"' in client.get("/login").get_data(as_text=True)


def test_jobs_speak_the_default_language_or_the_readers(app):
    with app.app_context():
        assert select_language() == "en"
        g.language = "zh"
        assert select_language() == "zh"


def test_only_stale_catalogs_are_compiled(tmp_path, monkeypatch):
    folder = tmp_path / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "core.po"
    source.write_text('msgid "Search"\nmsgstr "搜索"\n', encoding="utf-8")
    monkeypatch.setattr(i18n, "CATALOGS", tmp_path)

    assert i18n.compile_stale() == ["core"]
    target = folder / "core.mo"
    os.utime(target, (2_000_000_000, 2_000_000_000))
    i18n.compile_stale()
    assert target.stat().st_mtime == 2_000_000_000
    os.utime(source, (2_000_000_100, 2_000_000_100))
    i18n.compile_stale()

    assert target.stat().st_mtime < 2_000_000_000
    assert not list(folder.glob("*.part"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_catalog_is_complete_and_keeps_its_placeholders(path):
    with path.open("rb") as handle:
        catalog = read_po(handle, locale="zh")
    wrong = []
    for message in catalog:
        if not message.id:
            continue
        # Chinese has one form for every number: it holds what the English plural holds.
        source = message.id[-1] if isinstance(message.id, tuple) else message.id
        target = message.string[0] if isinstance(message.string, tuple) else message.string
        if not target or message.fuzzy:
            wrong.append(f"{source!r} is not translated")
        elif set(PLACEHOLDER.findall(source)) != set(PLACEHOLDER.findall(target)):
            wrong.append(f"{source!r} has other placeholders")

    assert wrong == []


def test_one_english_text_has_one_chinese_text():
    """Catalogs are merged when the platform starts: of two, chance would choose."""
    found = defaultdict(set)
    for path in SOURCES:
        with path.open("rb") as handle:
            for message in read_po(handle, locale="zh"):
                if message.id:
                    found[message.context, message.id].add(message.string)

    assert {key: texts for key, texts in found.items() if len(texts) > 1} == {}


def test_marked_texts_are_translated(app):
    with app.app_context():
        g.language = "zh"
        assert translate("Error %(status)s", status=404) == "错误 404"
        assert translate("") == ""


def test_content_is_shown_in_the_pages_language():
    text = {"zh": "客户资料", "en": "Customer data"}

    assert pick(text, "zh") == "客户资料"
    assert pick({"en": "Customer data"}, "zh") == "Customer data"
    assert pick("CRM", "zh") == "CRM"
    assert pick(None, "zh") == ""
    assert pick({}, "zh") == ""


def test_instants_are_shown_in_the_viewers_zone_and_days_are_not_moved(app):
    instant = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
    with app.test_request_context():
        assert i18n.format_datetime(instant) == "2026-11-22 02:30"
        g.viewer = type("Viewer", (), {"locale": "en", "timezone": "America/New_York"})()
        assert i18n.format_datetime(instant) == "2026-11-21 13:30"
        assert i18n.format_date(instant) == "2026-11-21"
        assert i18n.format_date(date(2026, 11, 22)) == "2026-11-22"
        assert i18n.format_weekday(date(2026, 11, 22)) == "Sun"


def test_missing_values_are_shown_as_nothing_or_a_dash():
    assert i18n.format_datetime(None) == ""
    assert i18n.format_date(None) == ""
    assert i18n.format_time(None) == ""
    assert i18n.format_money(None) == ""
    assert i18n.format_percent(None) == "–"
    assert i18n.format_percent(0.866) == "87 %"
    assert i18n.format_money(Decimal("12300")) == "¥12,300.00"
    assert i18n.format_clock(-5) == "0:00"
    assert i18n.format_clock(245) == "4:05"
