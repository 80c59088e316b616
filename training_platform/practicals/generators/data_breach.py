"""A leak of customers' data: somebody took out lists at night, others had good reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from training_platform.crm.dataset import names
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.services.past_exports import PastExport
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.moments import at, beginning, plain, shown

#: What everybody has, and what nobody needs by the hundred.
_HARMLESS = ("tier", "industry", "stage")
_ALERT_MINUTES = 2
#: An export without approval has at most so many rows; whoever leaks stays below.
_LIMIT = 100
Staff = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True)
class _Cast:
    """Who leaked, who exported with an approval, who noticed, and who approves."""

    suspect: int
    approved: int
    witness: int
    lead: int


@generator
def data_breach(dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int) -> Drawn:
    """Plant a colleague's report and an alert; the log of exports tells who took out what.

    Options: pieces (how many exports at night), vague and good (purposes), columns ({name, words,
    told}: the words by which a report and a notice may call it) and how many of them were taken,
    subject and description of the colleague's report, alert (its title). The key: suspect, names
    (of the suspect, both ways to write them), rows, largest and all_rows (wrong counts), fields and
    notice (the words that must stand there, and those that must not), named and told (one word of
    each column), hotline, approved (a colleague who had an approval), detected_at, contain_by and
    report_by.
    """
    cast = _cast(dice, baseline["seller"], seller)
    known = dice.sample(options["columns"], len(options["columns"]))
    columns, others = known[: options["taken"]], known[options["taken"] :]
    night = _at_night(dice, options, cast, [each["name"] for each in columns])
    day = _by_day(dice, options["good"], cast)
    detected = beginning() - timedelta(minutes=_ALERT_MINUTES)
    rows = sum(each.rows for each in night)
    own_by_day = sum(each.rows for each in day if each.seller_id == cast.suspect)
    suspect = baseline["seller"][cast.suspect]
    hotline = names.phone(dice, {row["mobile"] for row in baseline["customer"].values()})
    return Drawn(
        params={"detected": shown(detected), "hotline": hotline},
        key={
            "suspect": cast.suspect,
            "names": [suspect["name"], suspect["latin_name"]],
            "approved": cast.approved,
            "rows": rows,
            "largest": max(each.rows for each in night),
            "all_rows": rows + own_by_day,
            "fields": [[each["words"] for each in group] for group in (columns, others)],
            "notice": [
                [*(each["told"] for each in columns), [hotline]],
                [each["told"] for each in others],
            ],
            "named": [each["words"][0] for each in columns],
            "told": [each["told"][0] for each in columns],
            "hotline": hotline,
            "witness_report": own_id(0),
            "detected_at": plain(detected),
            "contain_by": plain(detected + timedelta(hours=1)),
            "report_by": plain(detected + timedelta(hours=24)),
        },
        planted=_traces(options, cast, night[-1].at, detected),
        exports=sorted([*night, *day], key=lambda each: each.at),
    )


def _cast(dice: Dice, staff: Staff, lead: int) -> _Cast:
    team = [n for n, row in staff.items() if row["team"] == staff[lead]["team"]]
    sellers = [n for n in team if staff[n]["role"] == "seller"]
    suspect, approved, witness = dice.sample(sellers, 3)
    return _Cast(suspect, approved, witness, lead)


def _at_night(
    dice: Dice, options: Mapping[str, Any], cast: _Cast, columns: Sequence[str]
) -> list[PastExport]:
    """Return the exports that leak: one after the other, each just below the limit."""
    began = at(-1, 22, dice.whole(5, 25))
    sizes = dice.sample(range(_LIMIT - 24, _LIMIT), options["pieces"])
    return [
        PastExport(
            cast.suspect,
            began + timedelta(minutes=6 * number + dice.whole(0, 3)),
            "customer",
            dice.pick(options["vague"]),
            rows,
            ("name", *columns),
        )
        for number, rows in enumerate(sizes)
    ]


def _by_day(dice: Dice, purposes: Sequence[str], cast: _Cast) -> list[PastExport]:
    """Return exports with a reason: the suspect's too, a large approved one, a late one."""
    weekly, quarterly, morning, visits = purposes
    some = dice.sample(range(21, 60), 3)
    fields = ("name", *_HARMLESS)
    return [
        PastExport(cast.suspect, at(-5, 10, 20), "customer", weekly, some[0], fields),
        PastExport(
            cast.approved,
            at(-3, 15, 10),
            "customer",
            quarterly,
            dice.whole(240, 380),
            fields,
            approved_by_id=cast.lead,
        ),
        PastExport(cast.witness, at(-1, 20, 5), "customer", morning, some[1], fields),
        PastExport(cast.approved, at(-4, 11, 40), "lead", visits, some[2], ("company", "region")),
    ]


def _traces(
    options: Mapping[str, Any], cast: _Cast, last: datetime, detected: datetime
) -> list[Planted]:
    """Return the report of the colleague who noticed, and the alert of this morning."""
    report = {
        "subject": options["subject"],
        "reporter_id": cast.witness,
        "department": options["department"],
        "kind": "permission",
        "severity": "high",
        "description": options["description"],
        "occurred_at": last,
    }
    alert = {
        "kind": "mass_export",
        "cause": "watch:night",
        "about_entity": "problem_report",
        "about_id": own_id(0),
        "seller_id": cast.lead,
        "raised_at": detected,
        "details": {"title": options["alert"]},
    }
    return [Planted("problem_report", report), Planted("alert", alert)]
