"""A customer complains that we still call somebody who left; what the mail says is nearly right."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from training_platform.crm.dataset import names
from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.firms import NewFirms, as_contact, as_customer
from training_platform.practicals.generators.moments import beginning

Row = Mapping[str, Any]
_CUSTOMER, _CONTACT, _BOSS, _TICKET = (own_id(number) for number in range(4))
_LABELS = {
    "number": {"zh": "您拨的号码", "en": "You dial"},
    "who": {"zh": "接电话的人", "en": "Who answers"},
    "says": {"zh": "对方确认", "en": "Confirms"},
}
_ON_FILE = {"zh": "系统里留的总经理手机", "en": "the general manager's number on file"}
_CONFIRMED = {
    "zh": "{old}已经离职，接手的是{title}{new}，手机 {mobile}，邮箱 {email}",
    "en": "{old} has left; {new} ({title}) has taken over, mobile {mobile}, e-mail {email}",
}


@generator
def contact_complaint(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Plant a customer with two contacts and a ticket, and draw the mail and the call back.

    Options: mails (subject, text, description; {old}, {new}, {title}, {mobile} and {email} are put
    in; the number in the mail has two digits the wrong way round). The key: customer, ticket, old
    (ids; old is the contact who left), changed (what the customer must hold), people (the old and
    the new contact), and for forms fill and mailed (the customer, as confirmed and as the mail has
    it), new and mailed_new (the new contact), over (the new person in the old one's place).
    """
    firms = NewFirms(dice, baseline)
    firm, other, boss = firms.draw(), firms.draw(), firms.draw()
    person = other["person"]
    email = names.email(person, firm["email"].partition("@")[2])
    new = {"name": person, "title": other["title"], "mobile": other["mobile"], "email": email}
    mailed = new | {"mobile": _swapped(dice, other["mobile"])}
    mail = dice.pick(options["mails"])
    return Drawn(
        params={
            "firm": firm["name"],
            "mail": {"letters": [_letter(firm, mail, mailed)]},
            "call": {"cards": [_call(firm, boss, new)]},
        },
        key=_key(firm, new, mailed),
        planted=tuple(_planted(dice, firm, boss, (mail, seller))),
    )


def _planted(dice: Dice, firm: Row, boss: Row, about: tuple[Row, int]) -> list[Planted]:
    mail, seller = about
    came = beginning() - timedelta(minutes=dice.whole(20, 50))
    customer = as_customer(
        firm, region="east", source="phone", owner_id=seller, consent="all", stage="won"
    )
    chief = {
        "customer_id": _CUSTOMER,
        "name": boss["person"],
        "title": "总经理",
        "role": "decision_maker",
        "mobile": boss["mobile"],
        "is_primary": False,
    }
    ticket = {
        "customer_id": _CUSTOMER,
        "contact_id": _CONTACT,
        "subject": mail["subject"]["zh"],
        "channel": "email",
        "category": "data_change",
        "description": mail["description"],
        "severity": "high",
        "priority": "high",
        "tier_at_creation": "regular",
        "status": "assigned",
        "owner_id": seller,
        "received_at": came,
        "response_due_at": came + timedelta(hours=4),
        "resolve_due_at": came + timedelta(hours=30),
    }
    received = {
        "ticket_id": _TICKET,
        "kind": "received",
        "text": "客户来信投诉",
        "happened_at": came,
    }
    return [
        Planted("customer", customer),
        Planted("contact", as_contact(firm, _CUSTOMER, role="buyer")),
        Planted("contact", chief),
        Planted("ticket", ticket),
        Planted("ticket_step", received | {"seller_id": seller}),
    ]


def _key(firm: Row, new: Row, mailed: Row) -> dict[str, Any]:
    return {
        "customer": _CUSTOMER,
        "ticket": _TICKET,
        "old": _CONTACT,
        "changed": [{"id": _CUSTOMER, **_main(new)}],
        "fill": _main(new),
        "mailed": _main(mailed),
        "people": [
            {"mobile": firm["mobile"], "name": firm["person"], "is_primary": False},
            {"mobile": new["mobile"], "name": new["name"], "is_primary": True},
        ],
        "new": dict(new) | {"customer_id": f"#{_CUSTOMER}", "is_primary": "1"},
        "mailed_new": dict(mailed) | {"customer_id": f"#{_CUSTOMER}", "is_primary": "1"},
        "over": dict(new),
    }


def _main(person: Row) -> dict[str, Any]:
    """Return a person as the fields of the customer."""
    return {
        "contact_name": person["name"],
        "contact_title": person["title"],
        "mobile": person["mobile"],
        "email": person["email"],
    }


def _swapped(dice: Dice, mobile: str) -> str:
    """Return a number with two neighboring digits of its end the wrong way round."""
    places = [at for at in range(4, 10) if mobile[at] != mobile[at + 1]]
    if not places:
        return f"{mobile[:-1]}{(int(mobile[-1]) + 1) % 10}"
    at = dice.pick(places)
    return f"{mobile[:at]}{mobile[at + 1]}{mobile[at]}{mobile[at + 2 :]}"


def _letter(firm: Row, mail: Row, mailed: Row) -> dict[str, Any]:
    places = {
        "old": firm["person"],
        "new": mailed["name"],
        "title": mailed["title"],
        "mobile": mailed["mobile"],
        "email": mailed["email"],
    }
    text = {language: said.format_map(places) for language, said in mail["text"].items()}
    return {"from": f"{mailed['name']}（{firm['name']}）", "subject": mail["subject"], "text": text}


def _call(firm: Row, boss: Row, new: Row) -> dict[str, Any]:
    places = {
        "old": firm["person"],
        "new": new["name"],
        "title": new["title"],
        "mobile": _spoken(new["mobile"]),
        "email": new["email"],
    }
    confirmed = {language: said.format_map(places) for language, said in _CONFIRMED.items()}
    return {
        "heading": {"zh": "回拨核实", "en": "Calling back"},
        "lines": [
            [_LABELS["number"], _ON_FILE],
            [_LABELS["who"], boss["person"]],
            [_LABELS["says"], confirmed],
        ],
    }


def _spoken(mobile: str) -> str:
    """Return a number in the groups in which people say it."""
    return f"{mobile[:3]} {mobile[3:7]} {mobile[7:]}"
