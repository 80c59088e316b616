"""The dataset's numbers have right answers: funnel, tiers, money, targets, campaigns."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import mean

import pytest

from training_platform.crm.dataset import files
from training_platform.crm.dataset.deals import COHORT, STAGES
from training_platform.crm.rules.calendar import CHINA, is_working_day
from training_platform.crm.rules.quoting import Line, may_grant, total
from training_platform.crm.rules.tiers import tier_of, window_start

NOW = datetime(2025, 6, 30, 1, tzinfo=UTC)
DWELL_DAYS = {"initial_contact": 3, "needs_analysis": 7, "proposal": 5, "contract": 10}


@pytest.fixture(scope="module")
def dataset():
    return dict(files.read())


@pytest.fixture(scope="module")
def by_id(dataset):
    return {name: {row["id"]: row for row in rows} for name, rows in dataset.items()}


@pytest.fixture(scope="module")
def net_of(dataset):
    """Customer → what was paid in two years, and in the last twelve months, net of refunds."""
    ever, year = defaultdict(Decimal), defaultdict(Decimal)
    for order in dataset["order"]:
        if order["paid_at"] is None:
            continue
        net = Decimal(order["amount"]) - Decimal(order["refunded_amount"])
        ever[order["customer_id"]] += net
        if instant(order["paid_at"]) > window_start(NOW):
            year[order["customer_id"]] += net
    return ever, year


def instant(text):
    return datetime.fromisoformat(text)


def lines_by(rows, key):
    found = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return found


def test_the_cohort_has_its_exact_quotas(dataset):
    cohort = [row for row in dataset["opportunity"] if row["cohort"] == COHORT]
    ids = {row["id"] for row in cohort}
    reached = defaultdict(set)
    for change in dataset["stage_change"]:
        if change["opportunity_id"] in ids:
            reached[change["to_stage"]].add(change["opportunity_id"])
    lost = Counter(row["lost_from_stage"] for row in cohort if row["stage"] == "lost")

    assert [len(reached[stage]) for stage in (*STAGES, "won")] == [1000, 800, 560, 476, 428]
    assert [lost[stage] for stage in STAGES] == [200, 240, 84, 48]
    assert all(row["closed_at"] for row in cohort)


def test_the_cohort_is_all_that_was_opened_in_its_months(dataset):
    opened = {
        row["id"]
        for row in dataset["opportunity"]
        if "2024-06-30T16:00:00Z" <= row["opened_at"] < "2024-12-31T16:00:00Z"
    }

    assert opened == {row["id"] for row in dataset["opportunity"] if row["cohort"] == COHORT}


def test_stages_last_as_long_as_they_should(dataset, by_id):
    spent = defaultdict(list)
    for change in dataset["stage_change"]:
        if change["left_at"] and by_id["opportunity"][change["opportunity_id"]]["cohort"]:
            days = instant(change["left_at"]) - instant(change["entered_at"])
            spent[change["to_stage"]].append(days / timedelta(days=1))

    for stage, days in DWELL_DAYS.items():
        assert mean(spent[stage]) == pytest.approx(days, rel=0.08)


def test_the_history_of_stages_is_complete(dataset):
    changes = lines_by(dataset["stage_change"], "opportunity_id")
    for row in dataset["opportunity"]:
        own = changes[row["id"]]
        assert own[0]["from_stage"] is None
        assert own[0]["entered_at"] == row["opened_at"]
        assert own[-1]["to_stage"] == row["stage"]
        assert own[-1]["left_at"] is None
        assert own[-1]["entered_at"] == (row["closed_at"] or row["stage_entered_at"])
        for before, after in pairwise(own):
            assert before["to_stage"] == after["from_stage"]
            assert before["entered_at"] < before["left_at"] == after["entered_at"]


def test_a_customer_stands_where_its_newest_opportunity_does(dataset):
    newest = {}
    for row in sorted(dataset["opportunity"], key=lambda row: (row["opened_at"], row["id"])):
        newest[row["customer_id"]] = row["stage"]

    assert all(row["stage"] == newest.get(row["id"]) for row in dataset["customer"])


def test_sources_win_unequally_often(dataset, by_id):
    ended = Counter()
    for row in dataset["opportunity"]:
        if row["cohort"]:
            ended[by_id["customer"][row["customer_id"]]["source"], row["stage"]] += 1
    rates = {
        source: ended[source, "won"] / (ended[source, "won"] + ended[source, "lost"])
        for source in ("referral", "trade_fair", "online_ad")
    }

    assert rates["referral"] > rates["trade_fair"] + 0.05 > rates["online_ad"] + 0.1


def test_what_was_won_was_signed_and_paid(dataset, by_id):
    contracts = {row["opportunity_id"]: row for row in dataset["contract"]}
    orders = {row["contract_id"]: row for row in dataset["order"] if row["contract_id"]}
    paid = {}
    for payment in dataset["payment"]:
        if payment["contract_id"]:
            paid.setdefault(payment["contract_id"], payment)
    won = [row for row in dataset["opportunity"] if row["stage"] == "won"]

    assert len(won) > 700
    for row in won:
        contract = contracts[row["id"]]
        assert contract["signed_at"] < paid[contract["id"]]["paid_at"] < row["closed_at"]
        assert contract["amount"] == row["amount"] == orders[contract["id"]]["amount"]
        assert by_id["quote"][contract["quote_id"]]["status"] == "accepted"


def test_few_customers_bring_most_of_the_revenue(net_of):
    ever, _year = net_of
    sums = sorted(ever.values(), reverse=True)

    assert Decimal("0.70") <= sum(sums[:120]) / sum(sums) <= Decimal("0.80")


def test_the_tiers_spread_as_in_the_company(net_of):
    _ever, year = net_of
    tiers = Counter(tier_of(year.get(ident)) for ident in range(1, 601))

    assert tiers["vip"] / 600 == pytest.approx(0.05, abs=0.012)
    assert tiers["key"] / 600 == pytest.approx(0.20, abs=0.02)
    assert tiers["regular"] / 600 == pytest.approx(0.75, abs=0.02)


def test_some_customers_stand_exactly_at_a_boundary(net_of):
    _ever, year = net_of
    counted = Counter(year.values())

    assert counted[Decimal(100_000)] == 3
    assert counted[Decimal(500_000)] == 2


def test_orders_are_the_sum_of_their_lines(dataset):
    lines = lines_by(dataset["order_line"], "order_id")
    for order in dataset["order"]:
        summed = sum(
            line["quantity_count"] * Decimal(line["unit_price_amount"])
            for line in lines[order["id"]]
        )
        assert summed == Decimal(order["amount"]) > 0


def test_what_was_paid_adds_up_with_deposits_and_refunds(dataset):
    paid, refunded = defaultdict(Decimal), defaultdict(Decimal)
    of_contract = {row["contract_id"]: row["id"] for row in dataset["order"] if row["contract_id"]}
    for payment in dataset["payment"]:
        assert (payment["order_id"] is None) != (payment["contract_id"] is None)
        order_id = payment["order_id"] or of_contract[payment["contract_id"]]
        kind = refunded if payment["kind"] == "refund" else paid
        kind[order_id] += Decimal(payment["amount"])
    for order in dataset["order"]:
        wanted = Decimal(order["amount"]) if order["paid_at"] else Decimal(0)
        assert paid[order["id"]] == wanted
        assert refunded[order["id"]] == Decimal(order["refunded_amount"]) <= wanted
        assert (order["status"] in {"open", "canceled"}) == (order["paid_at"] is None)
    assert sum(bool(amount) for amount in refunded.values()) > 80


def test_quotes_cost_what_their_lines_and_discount_say(dataset, by_id):
    lines = lines_by(dataset["quote_line"], "quote_id")
    for quote in dataset["quote"]:
        own = [
            Line(row["product_id"], row["quantity_count"], Decimal(row["unit_price_amount"]))
            for row in lines[quote["id"]]
        ]
        assert total(own, quote["discount_percent"]) == Decimal(quote["amount"])
        role = by_id["seller"][quote["owner_id"]]["role"]
        if quote["status"] in {"sent", "accepted", "refused"}:
            is_free = may_grant(role, quote["discount_percent"])
            assert is_free == (quote["approved_by_id"] is None)


def test_business_follows_the_year(dataset):
    months = Counter()
    for order in dataset["order"]:
        months[order["ordered_at"][:7]] += Decimal(order["amount"])

    for year in ("2024", "2025"):
        others = [months[f"{year}-{month:02d}"] for month in (1, 3, 4, 5, 6)]
        assert months[f"{year}-02"] < min(others)
    quarters = [sum(months[f"2024-{3 * at + month:02d}"] for month in (1, 2, 3)) for at in range(4)]
    assert min(quarters[1], quarters[3]) > max(quarters[0], quarters[2])


def test_people_work_on_working_days(dataset):
    instants = [instant(row["ordered_at"]) for row in dataset["order"]]
    instants += [instant(row["done_at"]) for row in dataset["activity"] if row["done_at"]]
    instants += [instant(row["entered_at"]) for row in dataset["stage_change"]]
    local = [each.astimezone(CHINA) for each in instants]

    at_work = [each for each in local if is_working_day(each.date()) and 8 <= each.hour < 19]
    assert len(at_work) / len(local) > 0.99


def test_most_leads_are_followed_up_within_a_day(dataset):
    followed = [row for row in dataset["lead"] if row["first_followed_up_at"]]
    in_time = [
        row for row in followed if row["first_followed_up_at"] <= row["first_follow_up_due_at"]
    ]
    by_lead = lines_by(dataset["activity"], "lead_id")

    assert 0.8 < len(in_time) / len(followed) < 0.95
    for row in followed:
        assert min(each["done_at"] for each in by_lead[row["id"]]) == row["first_followed_up_at"]


def test_converted_leads_became_what_they_say(dataset, by_id):
    converted = [row for row in dataset["lead"] if row["status"] == "converted"]

    assert len(converted) > 50
    for row in converted:
        opportunity = by_id["opportunity"][row["converted_opportunity_id"]]
        assert by_id["customer"][row["converted_customer_id"]]["created_at"] == row["converted_at"]
        assert opportunity["customer_id"] == row["converted_customer_id"]
        assert opportunity["lead_id"] == row["id"]


def test_targets_sum_to_their_parents_and_months_to_years(dataset):
    parents, months = defaultdict(Decimal), defaultdict(Decimal)
    for row in dataset["target"]:
        parents[row["parent_id"]] += Decimal(row["amount"])
        if len(row["period"]) == 7:
            key = (row["period"][:4], row["scope"], row["team"], row["seller_id"])
            months[key] += Decimal(row["amount"])
    for row in dataset["target"]:
        if row["scope"] != "seller":
            assert parents[row["id"]] == Decimal(row["amount"])
        if len(row["period"]) == 4:
            key = (row["period"], row["scope"], row["team"], row["seller_id"])
            assert months[key] == Decimal(row["amount"])
    assert {row["period"] for row in dataset["target"]} >= {"2024", "2025", "2025-06"}


def test_some_teams_lag_behind_their_targets_and_some_do_not(dataset, by_id):
    sold = Counter()
    for order in dataset["order"]:
        if order["paid_at"] and order["paid_at"] >= "2024-12-31T16:00:00Z":
            team = by_id["seller"][order["owner_id"]]["team"]
            sold[team] += Decimal(order["amount"]) - Decimal(order["refunded_amount"])
    progress = {
        row["team"]: sold[row["team"]] / Decimal(row["amount"])
        for row in dataset["target"]
        if row["period"] == "2025" and row["scope"] == "team"
    }

    assert min(progress.values()) < Decimal("0.35") < Decimal("0.44") < max(progress.values())


def test_campaigns_return_between_one_and_six_times_their_cost(dataset, by_id):
    brought, ordered = defaultdict(Decimal), defaultdict(Decimal)
    for member in dataset["campaign_member"]:
        brought[member["campaign_id"]] += Decimal(member["revenue_amount"] or 0)
        assert (member["status"] == "won") == (member["revenue_amount"] is not None)
        assert not by_id["customer"][member["customer_id"]]["is_do_not_contact"]
    for order in dataset["order"]:
        ordered[order["campaign_id"]] += Decimal(order["amount"])
    results = []
    for campaign in dataset["campaign"]:
        assert brought[campaign["id"]] == ordered[campaign["id"]]
        if Decimal(campaign["cost_amount"]):
            results.append(brought[campaign["id"]] / Decimal(campaign["cost_amount"]))

    assert len(results) == 11
    assert Decimal("0.995") < min(results) < Decimal("1.5") < 5 < max(results) < 6
    assert Decimal("4.00") in {round(result, 2) for result in results}


def test_referrals_are_rewarded_by_five_percent_of_the_first_paid_order(dataset, by_id):
    firsts = {}
    for order in sorted(dataset["order"], key=lambda row: (row["paid_at"] or "9", row["id"])):
        if order["paid_at"]:
            firsts.setdefault(order["customer_id"], order)
    states = Counter(row["status"] for row in dataset["referral"])

    assert set(states) == {"claimed", "valid", "refused", "paid"}
    for row in dataset["referral"]:
        if row["status"] in {"valid", "paid"}:
            first = firsts[row["referred_id"]]
            assert row["order_id"] == first["id"]
            assert Decimal(row["reward_amount"]) == round(Decimal(first["amount"]) * 5 / 100, 2)
            assert Decimal(first["refunded_amount"]) == 0
            claimed = by_id["customer"][row["referred_id"]]["created_at"]
            assert row["claimed_at"] >= claimed


def test_the_first_seller_has_a_lively_set(dataset):
    mine = [row for row in dataset["customer"] if row["owner_id"] == 1]
    planned = [row["next_follow_up_at"] for row in mine]
    tasks = [row for row in dataset["activity"] if row["owner_id"] == 1 and not row["done_at"]]
    deals = [row for row in dataset["opportunity"] if row["owner_id"] == 1 and not row["closed_at"]]

    assert 60 <= len(mine) <= 80
    assert sum(each is None for each in planned) >= 5
    assert sum(each is not None and each < "2025-06-30T01" for each in planned) >= 5
    assert sum(bool(each and "2025-06-30T01" <= each < "2025-06-30T16") for each in planned) >= 4
    assert len({row["stage"] for row in deals}) == 4
    assert len(deals) >= 40
    assert len(tasks) >= 15


def test_the_pool_and_what_must_be_kept_are_there(dataset):
    customers = dataset["customer"]
    pool = [row for row in customers if row["owner_id"] is None]

    assert len(pool) == 110
    assert all(row["pooled_at"] and row["pool_reason"] and row["last_owner_id"] for row in pool)
    assert sum(bool(row["protected_until"]) for row in customers) >= 20
    assert sum(row["is_on_legal_hold"] for row in customers) >= 8
    assert sum(row["is_do_not_contact"] for row in customers) >= 20
    states = Counter(row["retention"] for row in customers)
    assert states["archived"] >= 8
    assert states["anonymized"] == 4
    for row in customers:
        if row["retention"] == "anonymized":
            assert not row["is_on_legal_hold"]
            assert row["mobile"] is row["email"] is row["contact_name"] is None


def test_tickets_keep_their_rules(dataset):
    surveys = {row["ticket_id"] for row in dataset["survey"]}
    steps = lines_by(dataset["ticket_step"], "ticket_id")
    for row in dataset["ticket"]:
        own = [step["happened_at"] for step in steps[row["id"]]]
        assert own == sorted(own)
        assert own[0] == row["received_at"]
        if row["status"] == "closed":
            assert row["solution"]
            assert row["id"] in surveys
    states = Counter(row["status"] for row in dataset["ticket"])
    assert set(states) >= {"new", "assigned", "in_progress", "waiting", "resolved", "reopened"}
