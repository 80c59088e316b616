"""Letters that ask for customers' data: two with a good reason, three without."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from training_platform.crm.choices import INDUSTRIES
from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, generator
from training_platform.practicals.generators.texts import in_both

Row = Mapping[str, Any]
_LEAST = 4


@generator
def data_requests(dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int) -> Drawn:
    """Draw letters with a number each: a list for the lead, one number, and improper wishes.

    Options: improper (from, subject, text), count (how many of them), report and number (the
    proper ones; {trade}, {firm}, {person}, {title} are put in). The key: refused (subject, kind),
    report (code, industry, rows, title: what a purpose names, and what not), number (the wanted
    mobile), number_code (of its letter), main_number (that of the main contact), needed (ids that
    must be opened), curious (an id that nobody needs).
    """
    own = [
        row
        for row in baseline["customer"].values()
        if row["owner_id"] == seller and row["retention"] == "active"
    ]
    trade, rows = _trade(dice, own)
    firm, contact, main = _second_contact(dice, own, baseline)
    improper = dice.sample(options["improper"], options["count"])
    codes = _codes(dice, len(improper) + 2)
    report = _filled(options["report"], trade=in_both(INDUSTRIES[trade]))
    number = _filled(
        options["number"], firm=firm["name"], person=contact["name"], title=contact["title"]
    )
    letters = [
        _letter(code, each) for code, each in zip(codes, [report, number, *improper], strict=True)
    ]
    return Drawn(
        params={"count": len(letters), "letters": {"letters": dice.sample(letters, len(letters))}},
        key={
            "refused": [{"subject": code, "kind": "permission"} for code in codes[2:]],
            "report": {
                "code": codes[0],
                "industry": trade,
                "rows": rows,
                "title": [[[codes[0]]], [[each] for each in codes[1:]]],
            },
            "number_code": codes[1],
            "number": contact["mobile"],
            "main_number": main["mobile"],
            "needed": [firm["id"]],
            "curious": next(row["id"] for row in own if row["id"] != firm["id"]),
        },
    )


def _trade(dice: Dice, own: Sequence[Row]) -> tuple[str, int]:
    """Return a trade of the seller's customers, and how many it has: as many as no other."""
    counts = Counter(row["industry"] for row in own)
    often = Counter(counts.values())
    fitting = [(trade, count) for trade, count in sorted(counts.items()) if count >= _LEAST]
    return dice.pick([each for each in fitting if often[each[1]] == 1] or fitting)


def _second_contact(dice: Dice, own: Sequence[Row], baseline: Baseline) -> tuple[Row, Row, Row]:
    """Return a customer, somebody there who is not the main contact, and the main contact."""
    people: dict[int, list[Row]] = {}
    for row in baseline["contact"].values():
        people.setdefault(row["customer_id"], []).append(row)
    found = []
    for firm in own:
        mains = [row for row in people.get(firm["id"], ()) if row["is_primary"] and row["mobile"]]
        others = [
            row
            for row in people.get(firm["id"], ())
            if not row["is_primary"] and row["mobile"] and row["title"]
        ]
        if mains and others and others[0]["mobile"] != mains[0]["mobile"]:
            found.append((firm, others[0], mains[0]))
    return dice.pick(found)


def _codes(dice: Dice, count: int) -> list[str]:
    """Return numbers of requests; none is part of another."""
    return [f"SQ-{number}" for number in dice.sample(range(1100, 9900), count)]


def _filled(letter: Mapping[str, Any], **places: Any) -> dict[str, Any]:
    """Return a letter with its places put in, each in the letter's language."""
    return {
        name: {
            language: said.format_map(
                {
                    place: value[language] if isinstance(value, Mapping) else value
                    for place, value in places.items()
                }
            )
            for language, said in text.items()
        }
        for name, text in letter.items()
    }


def _letter(code: str, letter: Mapping[str, Any]) -> dict[str, Any]:
    subject = {language: f"{code} {said}" for language, said in letter["subject"].items()}
    return {"from": letter["from"], "subject": subject, "text": letter["text"]}
