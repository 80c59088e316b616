"""The firms of drawn cards: the CRM must not ask whether one of them is a known one."""

import pytest
from rapidfuzz import fuzz, process

from training_platform.config import ROOT
from training_platform.crm.rules.duplicates import SIMILAR_WITH_PERSON
from training_platform.crm.rules.keys import company_key
from training_platform.practicals.branching import SECRET
from training_platform.practicals.drawing import draw, seed_of
from training_platform.practicals.files import read_practicals
from training_platform.practicals.world import baseline

PRACTICALS, _MISTAKES = read_practicals(ROOT)
BASELINE = baseline("b2b_cn", 1)


@pytest.mark.parametrize("number", range(1, 5))
@pytest.mark.parametrize("slug", ["enter-customers", "card-race"])
def test_no_new_firm_is_called_like_one_that_the_crm_knows_or_another_new_one(slug, number):
    task = PRACTICALS[slug].task
    known = {company_key(row["name"]) for row in BASELINE["customer"].values()}
    known |= {company_key(row["company"]) for row in BASELINE["lead"].values()}
    seed = seed_of(SECRET, 1, slug, number)

    cards = draw(task.generator, seed, task.options, BASELINE, task.seller).key["cards"]

    firms = [company_key(card["name"]) for card in cards]
    alike = [
        (firm, hit[0])
        for at, firm in enumerate(firms)
        if (hit := process.extractOne(firm, known | set(firms[:at]), scorer=fuzz.ratio))
        and hit[1] >= SIMILAR_WITH_PERSON
    ]
    assert alike == []
