"""Every page in the browser: axe finds nothing, and nothing runs over the edge.

Each page is looked at in one combination of language, theme and width, and in the long run in its
opposite too; all pages together show every pair of the three several times.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, StorageState
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser import quiz
from tests.browser.device import SHANGHAI, Device
from tests.browser.serving import Served
from training_platform.assessment.marking import KINDS
from training_platform.assessment.models import AnswerCount, Question
from training_platform.assessment.presentation import make_order
from training_platform.assessment.rubrics.models import Rating
from training_platform.assessment.rubrics.rules import ScoringState
from training_platform.assessment.rubrics.services import Subject, criteria, open_scoring
from training_platform.certificates.models import Certificate
from training_platform.consequences.models import HrCase, RewardRecommendation
from training_platform.consequences.rules import Policy
from training_platform.content.models import ContentRevision
from training_platform.core import clock
from training_platform.evaluation.behavior.models import BehaviorAssessment
from training_platform.exams.models import ExamSitting
from training_platform.mentoring.models import Practice
from training_platform.people.models import Department, Employee, StaffImport
from training_platform.people.viewer import viewer_of
from training_platform.quizzes.models import Attempt
from training_platform.records.models import TrainingRecord
from training_platform.studio.models import StudioDraft
from training_platform.studio.services import drafts

AXE = Axe()
OPTIONS = {"resultTypes": ["violations"]}
#: Language, theme and width. Each has its opposite three places further on.
COMBINATIONS = (
    ("zh", "light", 320),
    ("en", "dark", 320),
    ("zh", "dark", 768),
    ("en", "dark", 1280),
    ("zh", "light", 1280),
    ("en", "light", 768),
)
STRANGER = "a stranger"
#: The pages of each account; {names} are found in the database.
PAGES = {
    STRANGER: (
        "/login /forgot-password /forgot-password/sent /welcome/dead /help /privacy /nowhere "
        "/verify/ /verify/NOPE /verify/{valid} /verify/{expired} /verify/{revoked} "
        "/evaluation/customer /evaluation/customer/thanks"
    ),
    "newcomer": (
        "/ /curriculum /courses/customer-data-basics/why-customer-data /quizzes/ "
        "/quizzes/customer-data-basics /certificates/ /records/ /certificates/all "
        "/quizzes/attempts/{running} /quizzes/attempts/{running}?q=2 "
        "/quizzes/attempts/{running}?q=3 /quizzes/attempts/{running}?q=4 "
        "/quizzes/attempts/{running}?q=5 /quizzes/attempts/{running}?q=6 "
        "/quizzes/attempts/{running}?q=7 /quizzes/attempts/{running}?q=8 "
        "/quizzes/attempts/{running}/check /quizzes/attempts/{running}/print"
    ),
    "specialist": (
        "/ /curriculum /courses/ /courses/?q=nothing-like-this /courses/customer-data-basics "
        "/courses/customer-data-basics/duplicates "
        "/courses/customer-data-basics/duplicates?again=1 /quizzes/ /records/ "
        "/certificates/ /certificates/{own} /certificates/{own}/print /notices /account/ "
        "/account/security /account/history /account/password /account/second-factor "
        "/search?q=客户 /search /styleguide /practicals/ /practicals/enter-customers "
        "/evaluation/ /evaluation/assessments/{behavior} /evaluation/rate/{behavior_rater} "
        "/practice-work/ /practice-work/{practice} /coaching/ /exams/"
    ),
    "specialist2": (
        "/ /quizzes/customer-data-basics /quizzes/attempts/{failed}/result "
        "/exams/sittings/{sitting}"
    ),
    "supervisor": "/ /records/",
    "manager": "/",
    "mentor": (
        "/ /notices /scoring/ /scoring/{claimed}/rate /practice-work/desk /coaching/trainees"
    ),
    "leader": "/",
    "head": (
        "/ /team /team/stuck /people/{person} /records/people/{person} /curricula/assign "
        "/curricula/assignments /evaluation/rounds /evaluation/rounds/new "
        "/evaluation/rounds/{behavior_round} /evaluation/assessments/{behavior_open}/raters "
        "/practice-work/all /coaching/people/{person} /coaching/usage"
    ),
    "trainer": (
        "/ /assessment/questions /assessment/questions/{question} /search?q=客户 "
        "/scoring/{disagreed} /scoring/{scored} /practicals/figures "
        "/practicals/enter-customers/attempts /practicals/held /practicals/contests/ /disputes/ "
        "/coaching/spot-checks /studio/ /studio/content /studio/new /studio/feedback/ "
        "/studio/published/course/customer-data-basics /studio/drafts/{course_draft}/details "
        "/studio/drafts/{course_draft}/outline /studio/drafts/{course_draft}/pictures "
        "/studio/drafts/{task_draft}/task /studio/drafts/{task_draft}/task/sample "
        "/studio/drafts/{task_draft}/edit?path=question_bank/practicals/card-race.yaml"
    ),
    "hr": (
        "/ /records/people /records/people/{person} /certificates/all /quizzes/retraining "
        "/certificates/{own}/revoke /admin/ladders /admin/ladders/default /admin/employees "
        "/people/{person} /admin/employees/new /admin/imports /admin/imports/{import} "
        "/admin/employees/{person}/job-role /admin/extra-time/{person} "
        "/curricula/manage/ /curricula/manage/rules "
        "/curricula/manage/rules/new /scoring/{disagreed}/resolve "
        "/consequences/ /consequences/cases/{case} /consequences/rewards "
        "/consequences/rewards/{reward} /consequences/policy /studio/policy"
    ),
    "admin": (
        "/ /admin/jobs /admin/audit /admin/job-roles /admin/departments /admin/departments/new "
        "/admin/departments/{department} /admin/employees/{person}/edit "
        "/admin/employees/{person}/suspend /people/{person}"
    ),
}
#: Pages that help where something is refused.
REFUSALS = {
    f"{STRANGER} /nowhere": 404,
    f"{STRANGER} /verify/NOPE": 404,
    f"{STRANGER} /welcome/dead": 410,
    "newcomer /certificates/all": 403,
}


def consequences(session: Any, employee_id: int) -> dict[str, int]:
    """Make a case that waits for HR's decision, and points that wait for it."""
    record_id = session.scalars(
        select(TrainingRecord.id).where(TrainingRecord.employee_id == employee_id).limit(1)
    ).one()
    common = {"employee_id": employee_id, "record_id": record_id, "subject": "a quiz", "number": 2}
    title = {"zh": "客户资料测验", "en": "Customer data quiz"}
    rung = {"ladder": "default", "ladder_name": title, "fail": 2, "action": "hr_case"}
    case = HrCase(**common, title=title, rule=rung, href="/quizzes/", opened_at=clock.now())
    reward = RewardRecommendation(
        **common,
        title=title,
        kind="quiz_passed",
        percent=97,
        points=2,
        rule=Policy().as_data(),
        created_at=clock.now(),
    )
    session.query(RewardRecommendation).filter_by(record_id=record_id).delete()
    session.add_all([case, reward])
    session.flush()
    return {"case": case.id, "reward": reward.id}


def scorings(session: Any, trainee: int, *raters: int) -> dict[str, int]:
    """Make a scoring that is claimed, one on which raters disagree, and one that is final."""
    found = {}
    for number, (name, levels) in enumerate(
        {"claimed": (None, None), "disagreed": (0, 2), "scored": (1, 2)}.items()
    ):
        subject = Subject("test_axe", number, "reply")
        scoring = open_scoring(session, subject, trainee, "customer-reply", "您好！", 20, 2)
        known = criteria(session, scoring)
        for seat, (rater, level) in enumerate(zip(raters, levels, strict=True), start=1):
            sheet = {} if level is None else {each.id: level for each in known}
            scoring.ratings.append(
                Rating(
                    seat=seat,
                    rater_id=rater,
                    levels=sheet,
                    comments=dict.fromkeys(sheet, "写得清楚。"),
                    claimed_at=clock.now(),
                    submitted_at=clock.now() if sheet else None,
                )
            )
        states = {"claimed": ScoringState.IN_SCORING, "disagreed": ScoringState.DISAGREED}
        scoring.state = states.get(name, ScoringState.FINAL)
        scoring.final_share = "1/2" if name == "scored" else None
        found[name] = scoring.id
    return found


def behavior(session: Any, assessed: int, open_about: int) -> dict[str, int]:
    """Name a result of somebody, a round that runs, and her seat in it."""
    out, runs = (
        session.query(BehaviorAssessment).filter_by(employee_id=each).one()
        for each in (assessed, open_about)
    )
    seat = next(each for each in runs.raters if each.employee_id == assessed)
    return {
        "behavior": out.id,
        "behavior_open": runs.id,
        "behavior_round": runs.round_id,
        "behavior_rater": seat.id,
    }


def _task_draft(session: Session, trainer: int) -> int:
    author = viewer_of(session, session.get_one(Employee, trainer))
    draft = drafts.start_draft(session, author, "practical", "card-race")
    session.flush()
    return draft.id


@pytest.fixture(scope="module")
def names(served: Served) -> dict[str, Any]:
    """What the placeholders of the addresses stand for."""
    with served.tables(to_change=True) as session:

        def first(column: Any, *conditions: Any) -> Any:
            return session.scalars(select(column).where(*conditions)).first()

        def person(username: str) -> Any:
            return first(Employee.id, Employee.username == username)

        today = clock.today()
        found = {
            "person": person("specialist"),
            "own": first(Certificate.code, Certificate.employee_id == person("specialist")),
            "course_draft": first(StudioDraft.id, StudioDraft.kind == "course"),
            "task_draft": _task_draft(session, person("trainer")),
            "valid": first(Certificate.code, Certificate.valid_until >= today),
            "failed": first(
                Attempt.token,
                Attempt.employee_id == person("specialist2"),
                Attempt.is_passed.is_(False),
            ),
            "practice": first(Practice.id, Practice.trainee_id == person("specialist")),
            "sitting": first(ExamSitting.token, ExamSitting.employee_id == person("specialist2")),
            "question": first(AnswerCount.question_id, AnswerCount.wrong_count > 0),
            "import": first(StaffImport.id),
            "department": first(Department.id, Department.parent_id.is_not(None)),
        }
        certificates = session.scalars(select(Certificate).limit(3)).all()
        gone, withdrawn = certificates[1], certificates[2]
        gone.valid_until = gone.issued_on
        withdrawn.revoked_at, withdrawn.revoke_reason = clock.now(), "issued by mistake"
        found |= {"expired": gone.code, "revoked": withdrawn.code}
        found |= consequences(session, person("specialist"))
        found |= behavior(session, person("specialist"), person("specialist2"))
        found |= scorings(session, person("specialist"), person("trainer"), person("mentor"))
    return found


@pytest.fixture(scope="module")
def states(chromium: Browser, served: Served) -> dict[str, StorageState]:
    """Who is signed in, as cookies; each account signs in once."""
    found: dict[str, StorageState] = {}
    for username in PAGES:
        context = chromium.new_context(base_url=served.url)
        device = Device(context.new_page())
        if username != STRANGER:
            device.sign_in(username)
        if username == "newcomer":
            device.open("/quizzes/customer-data-basics")
            device.page.locator("#main form[action$='/start'] button").click()
        found[username] = context.storage_state()
        context.close()
    return found


@pytest.fixture(scope="module")
def running(states: dict[str, StorageState], served: Served) -> str:
    """A running attempt that asks one question of each kind."""
    attempt = quiz.latest_attempt(served, "newcomer")
    with served.tables(to_change=True) as session:
        layout: list[Any] = []
        for kind in KINDS:
            question = session.scalars(select(Question).where(Question.kind == kind)).first()
            assert question is not None
            definition = session.get_one(ContentRevision, question.revision_id).data
            layout.append(
                {
                    "question": question.id,
                    "revision": question.revision_id,
                    "points": 1,
                    "order": make_order(definition, Random(1)),
                }
            )
        session.get_one(Attempt, attempt.id).layout = layout
    return attempt.token


@pytest.fixture
def windows(
    chromium: Browser, served: Served, states: dict[str, StorageState], username: str
) -> Iterator[dict[tuple[str, str, int], Page]]:
    """One window of the account for each combination."""
    contexts = {
        (language, theme, width): chromium.new_context(
            base_url=served.url,
            storage_state=states[username],
            locale="zh-CN" if language == "zh" else "en-US",
            color_scheme=theme,  # type: ignore[arg-type]
            viewport={"width": width, "height": 800},
            timezone_id=SHANGHAI,
            bypass_csp=True,  # axe comes as a script of its own
            reduced_motion="reduce",
        )
        for language, theme, width in COMBINATIONS
    }
    yield {combination: context.new_page() for combination, context in contexts.items()}
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize("opposite", [0, pytest.param(1, marks=pytest.mark.soak)])
@pytest.mark.parametrize("username", PAGES)
def test_every_page_is_accessible_and_fits(
    windows: dict[tuple[str, str, int], Page],
    names: dict[str, Any],
    running: str,
    username: str,
    opposite: int,
) -> None:
    offset = list(PAGES).index(username)
    problems = []
    for number, pattern in enumerate(PAGES[username].split(), start=offset + 3 * opposite):
        address = pattern.format(running=running, **names)
        combination = COMBINATIONS[number % 6]
        page = windows[combination]
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == REFUSALS.get(f"{username} {pattern}", 200), address
        where = f"{address} {combination}"
        problems += [f"{where}: {problem}" for problem in faults(page)]

    assert not problems, "\n".join(problems)


def faults(page: Page) -> Iterator[str]:
    """Yield what axe finds, and what runs over the edge here and on the narrowest phone."""
    for violation in AXE.run(page, options=OPTIONS).response["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']} at {node['target']}: {node['html'][:160]}"
    width = page.viewport_size["width"]
    for narrow in {width, 320}:
        page.set_viewport_size({"width": narrow, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if over > 0:
            yield f"{over} px over the edge at {narrow} px"
    page.set_viewport_size({"width": width, "height": 800})
