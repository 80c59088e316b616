"""Firms that the dataset does not know, with somebody to speak to."""

from collections.abc import Mapping
from typing import Any

from training_platform.crm.dataset import names
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.rules.keys import company_key
from training_platform.practicals.drawing import Baseline

#: Provinces of the region that the seller looks after.
EAST = frozenset({"shanghai", "jiangsu", "zhejiang", "shandong"})


class NewFirms:
    """Draws firms, each called by a word that no other firm has."""

    def __init__(self, dice: Dice, baseline: Baseline) -> None:
        """Remember the names and numbers that are taken."""
        known = [(row["name"], row["mobile"]) for row in baseline["customer"].values()]
        known += [(row["company"], row["mobile"]) for row in baseline["lead"].values()]
        self._dice = dice
        self._names = "\n".join(company_key(name) for name, _mobile in known)
        self._taken = {mobile for _name, mobile in known}

    def draw(self, industry: str | None = None, provinces: frozenset[str] = EAST) -> dict[str, Any]:
        """Return a new firm: own (the word it is called by), name, industry, city, province.

        Its person has person, title, mobile and email.
        """
        dice = self._dice
        cities = [city for city, row in names.CITIES.items() if row[0] in provinces]
        while True:
            city, trade = dice.pick(cities), industry or dice.pick(tuple(names.TRADES))
            own = names.brand(dice)
            name = names.firm(dice, own, trade, city)
            if own not in self._names:
                break
        self._names += "\n" + company_key(name)
        person = names.person(dice)
        return {
            "own": own,
            "name": name,
            "industry": trade,
            "city": city,
            "province": names.CITIES[city][0],
            "person": person,
            "title": names.job(dice, "buyer")[1],
            "mobile": names.phone(dice, self._taken),
            "email": names.email(person, names.host(own, trade)),
        }


def as_customer(firm: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return a drawn firm as the fields of a customer."""
    same = ("name", "industry", "city", "province", "mobile", "email")
    called = {"contact_name": firm["person"], "contact_title": firm["title"]}
    return {name: firm[name] for name in same} | called | more


def as_contact(firm: Mapping[str, Any], customer_id: int, **more: Any) -> dict[str, Any]:
    """Return the person of a drawn firm as the fields of its main contact."""
    same = {name: firm[name] for name in ("title", "mobile", "email")}
    return {"customer_id": customer_id, "name": firm["person"], "is_primary": True} | same | more
