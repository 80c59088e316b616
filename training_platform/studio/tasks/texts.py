"""Checks, generators and mistakes of tasks in plain words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_platform.core.kinds import Mistake
from training_platform.studio.mistake_words import expected_text, sentence

#: What a check looks at, by its type; the first ones are the most common.
CHECKS: Mapping[str, Any] = {
    "answer": _l("An answer typed or chosen in the task"),
    "rows_match_key": _l("New records are those that were wanted"),
    "exists": _l("There is a record like this"),
    "absent": _l("There is no record like this"),
    "count": _l("So many records are like this"),
    "field": _l("A field has the right value"),
    "aggregate": _l("A sum or average is right"),
    "set_f1": _l("The right records were chosen, no others"),
    "only_changed": _l("Nothing else was touched"),
    "typed_rows": _l("A column of a table typed in the task"),
    "report_result": _l("A saved report gives the right figures"),
    "assigned_as_rules_say": _l("Assignment rules send leads to the right person"),
    "event": _l("Something was done"),
    "event_absent": _l("Something was never done"),
    "event_order": _l("Things were done in the right order"),
    "within": _l("Something was done in time"),
    "elapsed": _l("How long it took"),
    "rate": _l("How many right records by the minute"),
    "access_only": _l("Only what was needed was opened"),
    "pair_f1": _l("The right records were merged"),
    "children_moved": _l("What belonged to merged records was kept"),
    "survivor": _l("The merged record has the right values"),
    "rubric": _l("A text that people score by a rubric"),
}
#: What a task is drawn from.
GENERATORS: Mapping[str, Any] = {
    "activity_report": _l("Report on what the teams did in a month"),
    "assignment_spec": _l("Instructions on who gets which new leads"),
    "campaign_segment": _l("A mailing to a group of customers, and what it brought"),
    "churn_list": _l("Customers who may be leaving"),
    "contact_complaint": _l("A complaint: we keep calling somebody who has left"),
    "customer_cards": _l("Business cards of new and known customers"),
    "customer_journey": _l("The way of one customer, from the first question to the survey"),
    "customer_portrait": _l("Portrait of one customer, and what to offer"),
    "data_breach": _l("A leak of customers' data at night"),
    "data_requests": _l("Letters that ask for customers' data"),
    "duplicate_customers": _l("A list with firms that are there twice"),
    "fair_list": _l("List of a trade fair, with broken rows"),
    "faulty_report": _l("A board of reports, one of them wrong"),
    "first_follow_ups": _l("New leads that wait for their first call"),
    "funnel_losses": _l("The sales funnel of a closed period"),
    "lead_to_won": _l("One lead, from the first message to the won deal"),
    "monthly_sales": _l("The sales of one month by seller"),
    "pipeline_forecast": _l("A forecast of the next three months"),
    "pool_choice": _l("Customers of the public pool to choose from"),
    "quote_letters": _l("Letters that ask for a quote"),
    "referral_claims": _l("Claims of rewards for referrals"),
    "repeat_questions": _l("Tickets whose answer is known already"),
    "reset_calls": _l("Calls that ask for a new password"),
    "retention_list": _l("Customers whose data are archived, erased or kept"),
    "rfm_review": _l("RFM review of a team's customers"),
    "spoiled_records": _l("Records that somebody spoiled"),
    "tagged_potential": _l("Customers of high potential, by their tags"),
    "target_breakdown": _l("Next year's target, broken down by team and month"),
    "ticket_queue": _l("A queue of tickets without priority"),
    "tier_review": _l("Review of the customers' tiers at midyear"),
}
#: What the checks of the files say, by words of it, in plain words; the first that fits.
_PLAIN = (
    ("points in all", _l("The points of all checks must make 100.")),
    ("which people score", _l("A check cannot wait for one that people score.")),
    ("only checks that people score", _l("At least one check must need nobody to score it.")),
    ("comes after", _l("It can only wait for a check that stands above.")),
    ("two checks of one name", _l("Two checks have the same id.")),
    ("is no generator", _l("Choose what it is drawn from.")),
    ("generator is missing", _l("Choose what it is drawn from.")),
    ("wrong is not right", _l("At least three wrong solutions.")),
    ("checks is not right", _l("At least one check.")),
    ("loses is not right", _l("Say which checks it loses.")),
    ("job_roles is not right", _l("At least one job role.")),
    ("skills is not right", _l("At least one ability.")),
    (".rule is not right", _l("A code such as V02, or nothing.")),
    (".lesson", _l("There is no such lesson.")),
    (".points", _l("A number from 0 to 100.")),
    ("minutes", _l("A whole number from 1 to 240.")),
    ("passing.percent", _l("A whole number from 0 to 100.")),
    ("is missing", _l("Fill this in.")),
    ("is blank", _l("Fill this in.")),
    ("is empty", _l("Fill this in.")),
    ("is no text", _l("Fill this in.")),
)
#: The same for what stands in an area; %(key)s is what of it is meant.
_IN_AREA = (
    ("is missing", _l("“%(key)s” is missing.")),
    ("is not known", _l("“%(key)s” is not known here.")),
    ("names what stands in a field", _l("This has a field of its own; take it out here.")),
    ("is no mapping", _l("Each line needs a name, a colon and a value.")),
    ("has a tab", _l("A tab stands here; take two spaces.")),
    ("stands twice", _l("“%(key)s” stands here twice.")),
)


def problem(mistake: Mistake) -> str:
    """Return what a mistake beside a plain field is."""
    said = f"{mistake.key} {mistake.problem}"
    plain = next((plain for part, plain in _PLAIN if part in said), None)
    return str(plain) if plain else sentence(mistake)


def area_problem(key: str, problem: str, expected: str) -> str:
    """Return what is wrong on a line of an area."""
    plain = next((plain for part, plain in _IN_AREA if part in problem), None)
    if plain:
        return str(plain) % {"key": key}
    if expected and key:
        said = expected_text(expected)
        return str(_("“%(key)s” does not fit; expected: %(expected)s", key=key, expected=said))
    return str(_("This line cannot be read."))


def brief_problem(said: str) -> str:
    """Return what is wrong with a place of a brief."""
    place = said.split("}", 1)[0] + "}"
    if "was not drawn" in said:
        return str(_("%(place)s is nothing that is drawn.", place=place))
    if "alone" in said:
        return str(_("%(place)s must stand alone on its line.", place=place))
    return str(_("%(place)s cannot stand in a text.", place=place))


def choices(named: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return texts as a list offers them."""
    return [(name, str(text)) for name, text in named.items()]
