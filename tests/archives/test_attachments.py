"""The attachments on a person's archive: what belongs to her, for whoever may read it."""

import pytest

from tests.factories.external_training import make_draft, submit
from tests.factories.records import make_correction
from training_platform.archives.queries.attachments import attachments_of
from training_platform.external_training import services as external
from training_platform.external_training.services import Upload
from training_platform.people.viewer import viewer_of


def names(app, session, viewer, employee):
    with app.test_request_context("/archives/"):
        return sorted(each.name for each in attachments_of(session, viewer, employee))


@pytest.fixture
def papers(session, company):
    """A file of an application that was never sent, and the evidence of a correction."""
    lin = company["lin"]
    made = make_draft(session, lin)
    paper = Upload("offer.pdf", "application/pdf", b"%PDF-1")
    external.add_file(session, made, viewer_of(session, lin), paper)
    make_correction(session, lin, has_file=True)
    session.flush()
    return made


@pytest.mark.parametrize(
    ("who", "sees_draft", "sees_evidence"),
    [
        ("lin", True, True),
        ("hr", False, True),
        ("head", False, True),
        ("head2", False, False),
        ("boss", False, False),
        ("zhao", False, False),
    ],
)
def test_each_sees_what_the_place_of_the_file_shows(
    app, session, company, seen, papers, who, sees_draft, sees_evidence
):
    found = names(app, session, seen(company[who]), company["lin"])

    assert ("offer.pdf" in found) is sees_draft
    assert (len(found) - ("offer.pdf" in found) == 1) is sees_evidence


def test_after_it_was_sent_the_head_sees_the_file_too(app, session, company, seen, papers):
    submit(session, papers)

    assert "offer.pdf" in names(app, session, seen(company["head"]), company["lin"])


def test_a_line_manager_who_heads_nothing_is_shown_no_file(app, session, company, seen, papers):
    company["lin"].manager_id = company["boss"].id
    session.flush()

    assert names(app, session, seen(company["boss"]), company["lin"]) == []


@pytest.mark.parametrize("who", ["lin", "hr", "head"])
def test_every_link_of_the_list_opens(client, session, company, papers, who):
    address = f"/archives/people/{company['lin'].id}"
    session.commit()
    client.sign_in(company[who])

    page = client.page(address)

    links = page.select(
        "//section[.//*[@id='attachments'] or @aria-labelledby='attachments']//a/@href"
    )
    assert links
    assert {client.get(link).status_code for link in links} == {200}
