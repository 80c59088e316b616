"""The pages about one person lead to one another, where they stand now."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("/archives/people/{}", "/archives/compliance/people/{}", "/people/{}")


@pytest.mark.parametrize(("who", "readable"), [("hr", PAGES), ("boss", (PAGES[0], PAGES[2]))])
def test_pages_about_a_person_lead_to_those_that_one_may_read(
    client, session, company, who, readable
):
    person = company["wang"].id
    session.commit()
    client.sign_in(company[who])
    there = {page.format(person) for page in PAGES}

    for page in readable:
        address = page.format(person)
        links = there & set(client.page(address).links())  # opens: 200, no redirect

        assert links - {address} == {each.format(person) for each in readable} - {address}


def test_no_page_and_no_mail_leads_over_the_address_that_moved():
    kept = ROOT / "training_platform/records/views.py"
    files = [*ROOT.glob("training_platform/**/*.py"), *ROOT.glob("templates/**/*.html")]
    moved = ("/records/people", "records.people", 'records.person"', "records.person'")

    assert len(files) > 500
    found = {
        (str(file.relative_to(ROOT)), line.strip())
        for file in files
        for line in file.read_text("utf-8").splitlines()
        if file != kept
        and any(each in line for each in moved)
        and not any(each in line for each in ("slot(", "slots.fill", "_Fragments("))
    }
    assert not found
