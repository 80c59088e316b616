"""What tasks draw holds in the practice company: its own rules find the key."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from training_platform.config import ROOT
from training_platform.crm.choices import TIERS
from training_platform.crm.models import Article, Customer, Opportunity, Referral, Ticket
from training_platform.crm.queries.tiers import paid_of, tiers_of
from training_platform.crm.rules.campaigns import REFUSALS
from training_platform.crm.services import pool, records, referrals
from training_platform.crm.services.quoting import QuoteDraft, draft_quote
from training_platform.crm.services.tickets import suggest_articles
from training_platform.practicals.drawing import draw
from training_platform.practicals.files import read_practicals
from training_platform.practicals.generators.quote_letters import off
from training_platform.practicals.generators.texts import in_both
from training_platform.practicals.matchers import same
from training_platform.practicals.planting import plant
from training_platform.practicals.world import baseline

PRACTICALS, _MISTAKES = read_practicals(ROOT)
BASELINE = baseline("b2b_cn", 1)
SEEDS = ("a", "b", "c")


@pytest.fixture
def crm_app(shared_crm_app):
    return shared_crm_app


def drawn(slug: str, seed: str):
    task = PRACTICALS[slug].task
    return draw(task.generator, seed, task.options, BASELINE, task.seller)


def planted(desk, slug: str, seed: str = "a"):
    found = drawn(slug, seed)
    plant(desk, found)
    return found


@pytest.mark.parametrize(
    ("percent", "said"), [(5, "九五折"), (10, "九折"), (12, "八八折"), (0, "")]
)
def test_a_discount_is_said_as_people_say_it(percent, said):
    assert off(percent) == said


@pytest.mark.parametrize("seed", SEEDS)
def test_five_customers_of_the_pool_fit_and_can_be_claimed(desk, seed):
    key = planted(desk, "claim-from-the-pool", seed).key

    claimed = [
        pool.claim(desk, records.find_record(desk, Customer, number)) for number in key["fit"]
    ]

    assert len({each.id for each in claimed}) == 5
    assert {each.region for each in claimed} == {"east"}
    assert len({each.industry for each in claimed}) <= 2
    assert all(each.consent in {"all", "phone"} for each in claimed)
    assert not any(each.is_do_not_contact for each in claimed)


def test_the_checks_of_the_company_decide_over_referrals_as_the_key_does(desk):
    key = planted(desk, "referral-rewards").key
    short = records.find_record(desk, Referral, key["short"]["id"])
    assert referrals.check_referral(desk, short).customer is None
    number = int(key["short"]["customer"].removeprefix("#"))
    records.change_record(desk, short, {"referred_id": number})
    wrong = records.find_record(desk, Referral, key["wrong_rate"])
    records.change_record(desk, wrong, {"rate_percent": 5})

    def verdict(number: int):
        return referrals.check_referral(desk, records.find_record(desk, Referral, number))

    assert [
        (str(verdict(each["id"]).reward), verdict(each["id"]).order.id) for each in key["rewards"]
    ] == [(each["reward_amount"], each["order_id"]) for each in key["rewards"]]
    assert [verdict(each["id"]).refusal for each in key["refused"]] == ["existing", "refunded"]
    assert verdict(key["open"]).is_open


def test_the_page_s_own_words_for_a_refusal_pass(desk):
    refused = planted(desk, "referral-rewards").key["refused"]

    for each, reason in zip(refused, ("existing", "refunded"), strict=True):
        for text in in_both(REFUSALS[reason]).values():
            assert same("tells", text, each["refused_reason"])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_portrait_s_tier_and_payments_are_those_of_the_company(desk, seed):
    key = planted(desk, "portrait-and-offer", seed).key
    number = key["customer"]

    assert in_both(TIERS[tiers_of(desk, [number])[number]]) == key["tier"]
    assert paid_of(desk, [number])[number] == Decimal(key["paid"])
    assert key["paid"] != key["gross"]


def test_quotes_cost_what_the_contracts_of_the_key_say(desk):
    key = planted(desk, "quote-and-contract").key

    for quote, wanted in zip((key["quotes"][0], key["quotes"][2]), key["contracts"], strict=True):
        fill = quote["fill"]
        draft = QuoteDraft(
            [(fill[f"product_{n}"], fill[f"quantity_{n}"]) for n in range(3)],
            date.fromisoformat(fill["valid_until_on"]),
            fill["discount_percent"],
        )
        deal = records.find_record(desk, Opportunity, quote["opportunity_id"])
        assert str(draft_quote(desk, deal, draft).amount) == wanted["amount"]


def test_the_right_article_of_every_question_is_suggested(desk):
    options = PRACTICALS["answer-from-knowledge"].task.options
    for asked in options["known"]:
        values = {"subject": asked["subject"], "description": asked["text"]}
        ticket = Ticket(**values, category=asked["category"])

        assert asked["article"] in {each.id for each in suggest_articles(desk, ticket)}, asked


def test_a_new_question_has_no_article_before_somebody_writes_one(desk):
    options = PRACTICALS["answer-from-knowledge"].task.options
    for topic in options["fresh"]:
        for asked in topic["asked"]:
            ticket = Ticket(
                subject=asked["subject"], description=asked["text"], category=asked["category"]
            )
            assert suggest_articles(desk, ticket) == []
            made = records.create_record(desk, Article, topic["article"])
            assert suggest_articles(desk, ticket) == [made]
            records.delete_record(desk, made)


def test_what_is_drawn_depends_on_the_seed_alone():
    for slug in ("guard-customer-data", "password-reset-calls", "first-follow-ups"):
        assert drawn(slug, "a") == drawn(slug, "a")
        assert drawn(slug, "a").key != drawn(slug, "b").key


def test_what_is_to_be_mended_looks_like_nobody_else():
    emails = Counter(row["email"] for row in BASELINE["customer"].values())

    for seed in range(20):
        mended = [
            row["email"]
            for row in drawn("mend-customer-data", str(seed)).key["fixed"]
            if "email" in row
        ]
        assert all(emails[each] == 1 for each in mended)
