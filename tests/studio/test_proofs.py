"""A task is published from the studio only when its very files were proved here."""

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from tests.practicals.sitting import publish
from training_platform.config import ROOT
from training_platform.core import clock, jobs
from training_platform.core.errors import RuleError
from training_platform.core.kinds import Library
from training_platform.practicals import proof_jobs, proof_runs, stamps
from training_platform.practicals.files import SCENARIOS
from training_platform.practicals.proof_faults import FaultKind
from training_platform.practicals.proof_models import PracticalProof, ProofState
from training_platform.practicals.proving import NOTHING, SOLUTION
from training_platform.studio import checking
from training_platform.studio.models import StudioPolicy
from training_platform.studio.proofs.rules import Fared, cell
from training_platform.studio.proofs.services import is_vouched, prove_draft
from training_platform.studio.proofs.texts import fault_text
from training_platform.studio.services import drafts, publishing

SLUG = "mend-customer-data"
STAMP = f"{SCENARIOS}/{SLUG}/{stamps.NAME}"
BRIEF = f"{SCENARIOS}/{SLUG}/brief.en.md"
PROVED = {"checks": ["a"], "ways": [], "faults": [], "runs": 15, "slowest_ms": 2}


@pytest.fixture
def draft(session, viewers, monkeypatch):
    monkeypatch.setattr(Library, "knows", lambda *_: True)  # its course is another story
    publish(session, SLUG)
    session.add(StudioPolicy(kind="practical", needs_review=False, changed_at=clock.now()))
    found = drafts.start_draft(session, viewers[0], "practical", SLUG)
    change(session, found, viewers[0])
    return found


def change(session, draft, viewer, text=b"\nThank you.\n"):
    brief = draft.file(BRIEF).raw
    drafts.put_files(session, draft, viewer, {BRIEF: brief + text})


def problems(session, draft):
    return [each.problem for each in checking.checked(session, [draft])[draft.id].mistakes]


def test_what_is_as_it_was_published_needs_no_proof(session, draft, viewers):
    assert not is_vouched(session, draft)
    brief = draft.file(BRIEF).raw.removesuffix(b"\nThank you.\n")
    drafts.put_files(session, draft, viewers[0], {BRIEF: brief})

    assert is_vouched(session, draft)


def test_a_stamp_that_somebody_typed_publishes_nothing(session, draft, viewers):
    typed = stamps.stamp_text(draft.read_files()).encode()
    drafts.put_files(session, draft, viewers[0], {STAMP: typed})

    assert problems(session, draft) == ["is not proved as it stands"]
    with pytest.raises(publishing.HasMistakesError):
        publishing.publish_drafts(session, [draft], viewers[0], "Thanks at the end.")


def test_what_was_proved_here_is_stamped_and_published(session, draft, viewers, monkeypatch):
    monkeypatch.setattr(
        proof_runs, "run", lambda *_: iter([{"total": 15}, {"taken": 1}, {"outcome": PROVED}])
    )
    proof = prove_draft(session, draft, viewers[0])
    assert prove_draft(session, draft, viewers[1]).id == proof.id  # a second press waits for it
    session.commit()
    jobs.run_due()
    session.expire_all()

    assert (proof.state, proof.done_count, proof.files) == (ProofState.PROVED, 1, None)
    assert problems(session, draft) == []
    assert drafts.find_open(session, "practical", SLUG).saved_by_id == viewers[0].id
    change(session, draft, viewers[0], b"\nOnce more.\n")
    assert problems(session, draft) == ["is not proved as it stands"]
    back = draft.file(BRIEF).raw.removesuffix(b"\nOnce more.\n")
    drafts.put_files(session, draft, viewers[0], {BRIEF: back, STAMP: b"lost"})
    assert prove_draft(session, draft, viewers[0]).id == proof.id  # stamped again, not run again
    (told,) = publishing.publish_drafts(session, [draft], viewers[0], "Thanks at the end.")
    assert told.revision.read_files() == draft.read_files()


def test_files_that_changed_while_they_were_proved_get_no_stamp(
    session, draft, viewers, monkeypatch
):
    monkeypatch.setattr(proof_runs, "run", lambda *_: iter([{"outcome": PROVED}]))
    prove_draft(session, draft, viewers[0])
    change(session, draft, viewers[1], b"\nWhile it ran.\n")
    session.commit()
    jobs.run_due()
    session.expire_all()

    assert problems(session, draft) == ["is not proved as it stands"]


def test_a_proof_that_ends_without_an_outcome_failed_and_comes_again_without_effect(
    session, draft, viewers, monkeypatch
):
    def break_off(*_):
        yield {"total": 15}
        raise proof_runs.ProofStoppedError("killed")

    monkeypatch.setattr(proof_runs, "run", break_off)
    proof = prove_draft(session, draft, viewers[0])
    session.commit()
    jobs.run_due()
    session.expire_all()
    assert (proof.state, proof.outcome) == (ProofState.FAILED, {"stopped": True})

    monkeypatch.setattr(proof_runs, "run", lambda *_: iter([{"outcome": PROVED}]))
    assert proof_jobs.prove_task(None, {"proof": proof.id}) == {"state": "failed"}
    drafts.put_files(session, draft, viewers[0], {BRIEF: b""})
    with pytest.raises(RuleError, match="Mend the mistakes"):
        prove_draft(session, draft, viewers[0])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_process_of_its_own_tells_what_every_check_did(app, session, client, author):
    publish(session, SLUG)
    session.commit()
    client.sign_in(author)
    client.post(f"/studio/start/practical/{SLUG}")
    wrong = f"{SCENARIOS}/{SLUG}/wrong/number-guessed.yaml"
    with app.app_context():
        draft = drafts.find_open(session, "practical", SLUG)
        draft.file(wrong).put((ROOT / SCENARIOS / SLUG / "solution.yaml").read_bytes())
        session.commit()
        page = client.post(f"/studio/drafts/{draft.id}/proof", follow_redirects=True)
        assert "Ways taken" in page.text
        jobs.run_due()
        session.rollback()  # what the worker wrote is read anew
        outcome = session.scalars(select(PracticalProof)).one().outcome
    shown = client.page(f"/studio/drafts/{draft.id}/proof")

    ways = {each["name"]: each for each in outcome["ways"]}
    assert ways[NOTHING]["percents"] == ["0.00"]
    assert ways[SOLUTION]["percents"] == ways["number-guessed"]["percents"] == ["100.00"]
    assert cell(ways["number-guessed"], "nothing_spoiled").fared is Fared.NOT_LOST
    assert cell(ways["not-reported"], "reported").fared is Fared.LOST
    assert "It loses: nothing. It should lose: What was right is still right" in shown.text
    assert "keeps it, but should not" in shown.text


def test_every_fault_has_plain_words_in_both_languages(app):
    about = {"said": "x", "language": "zh", "check": "a", "milliseconds": "1", "points": "0"}
    about |= {"found": [], "expected": ["a"]}
    for locale in ("en", "zh"):
        with app.test_request_context(), force_locale(locale):
            for kind in FaultKind:
                fault = {"kind": kind, "about": about, "draw": [0, "en"], "way": SOLUTION}
                where, said = fault_text(fault, {"a": "A check"})
                assert "%(" not in said
                assert where
