"""Cards of customers, as they come in: some new, some of firms that the CRM knows already."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from training_platform.crm.choices import INDUSTRIES
from training_platform.crm.dataset import files, names
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.rules.duplicates import SIMILAR_WITH_PERSON
from training_platform.crm.rules.keys import company_key
from training_platform.practicals.drawing import Baseline, Drawn, generator
from training_platform.practicals.generators.texts import in_both

ZONE = ZoneInfo("Asia/Shanghai")
_SATURDAY = 5
Card = dict[str, Any]
#: What a card shows, as the fields of the form are called.
_LABELS = {
    "name": {"zh": "客户名称", "en": "Customer name"},
    "contact_name": {"zh": "联系人", "en": "Contact"},
    "contact_title": {"zh": "职位", "en": "Position"},
    "mobile": {"zh": "手机", "en": "Mobile"},
    "email": {"zh": "邮箱", "en": "E-mail"},
    "industry": {"zh": "所属行业", "en": "Industry"},
    "city": {"zh": "城市", "en": "City"},
    "next_follow_up_at": {"zh": "约定时间", "en": "Appointment"},
    "need": {"zh": "需求", "en": "Needs"},
}


@generator
def customer_cards(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Draw `new` cards of unknown firms and `known` ones of customers whom the seller looks after.

    Options: new, known (counts), needs and channels (lists of texts in both languages). Params
    hold the cards as they look, and their count; the key holds cards (the fields of each new
    customer), known (id, fields and new e-mail address), known_ids, and a bystander, whom no card
    names.
    """
    taken = {row["mobile"] for row in baseline["customer"].values()}
    keys = {company_key(row["name"]) for row in baseline["customer"].values()}
    keys |= {company_key(row["company"]) for row in baseline["lead"].values()}
    own = [
        row
        for row in baseline["customer"].values()
        if row["owner_id"] == seller and row["retention"] == "active" and row["email"]
    ]
    wanted = [_fresh(dice, taken, keys) for _number in range(options["new"])]
    bystander, *chosen = dice.sample(own, options["known"] + 1)
    known = [_known(dice, row) for row in chosen]
    cards = [_card(dice, each, options) for each in (*wanted, *known)]
    return Drawn(
        params={"cards": {"cards": dice.sample(cards, len(cards))}, "count": len(cards)},
        key={
            "cards": wanted,
            "known": known,
            "known_ids": [each["id"] for each in known],
            "bystander": bystander["id"],
        },
    )


def _fresh(dice: Dice, taken: set[str], keys: set[str]) -> Card:
    """Draw a firm that the CRM does not take for another one; taken and keys grow."""
    while True:
        city, industry = dice.pick(tuple(names.CITIES)), dice.pick(tuple(names.TRADES))
        name = names.firm(dice, names.brand(dice), industry, city)
        key, least = company_key(name), SIMILAR_WITH_PERSON
        if not process.extractOne(key, keys, scorer=fuzz.ratio, score_cutoff=least):
            break
    keys.add(company_key(name))
    return {
        "name": name,
        "contact_name": names.person(dice),
        "contact_title": names.job(dice, "buyer")[1],
        "mobile": names.phone(dice, taken),
        "industry": industry,
        "city": city,
        "next_follow_up_at": _appointment(dice),
    }


def _known(dice: Dice, row: Mapping[str, Any]) -> Card:
    """Draw what is new of a customer whom the CRM knows: the contact's e-mail address."""
    head, _at, host = row["email"].partition("@")
    same = ("id", "name", "contact_name", "contact_title", "mobile", "industry")
    return {name: row[name] for name in same} | {"email": f"{head}.{dice.whole(2, 99)}@{host}"}


def _card(dice: Dice, wanted: Card, options: Mapping[str, Any]) -> Card:
    """Return how the card looks: the number as people write it, and where it comes from."""
    is_known = "id" in wanted
    shown: Card = wanted | {"mobile": _written(dice, wanted["mobile"])}
    heading = dice.pick(options["channels"])
    if not is_known:
        shown |= {
            "industry": in_both(INDUSTRIES[wanted["industry"]]),
            "next_follow_up_at": _on_paper(wanted["next_follow_up_at"]),
            "need": dice.pick(options["needs"]),
        }
    lines = [
        [label, shown[name]]
        for name, label in _LABELS.items()
        if name in shown and not (is_known and name == "industry")
    ]
    return {"heading": heading, "lines": lines}


def _appointment(dice: Dice) -> str:
    """Return a working hour some days after the dataset's end, in UTC."""
    end = datetime.fromisoformat(files.read_header().now).astimezone(ZONE)
    day = end + timedelta(days=dice.whole(2, 12))
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    at = day.replace(hour=dice.pick((9, 10, 14, 15, 16)), minute=dice.pick((0, 30)), second=0)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _on_paper(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def _written(dice: Dice, mobile: str) -> str:
    """Return a number as people write it on cards."""
    parts = mobile[:3], mobile[3:7], mobile[7:]
    wide = mobile.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    return dice.pick((" ".join(parts), "-".join(parts), f"+86 {'-'.join(parts)}", wide))
