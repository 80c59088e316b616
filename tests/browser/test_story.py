"""The main job from end to end, in each language: learn, be tested, be certified, be found."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser import quiz
from tests.browser.conftest import NewDevice
from tests.browser.device import Device
from tests.browser.serving import Served, serve
from training_platform.assessment.models import AnswerCount, Question
from training_platform.certificates.models import Certificate
from training_platform.curricula.models import Course, Lesson, LessonProgress
from training_platform.people.models import Employee
from training_platform.quizzes.models import AttemptStep

COURSE = "customer-data-basics"


@pytest.fixture
def served(demo_template: Path, tmp_path: Path) -> Iterator[Served]:
    """A company of its own for each language: the newcomer is new only once."""
    with serve(demo_template, tmp_path / "served") as server:
        yield server


@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1280)])
def test_a_newcomer_learns_fails_passes_and_is_certified(
    new_device: NewDevice, served: Served, tmp_path: Path, language: str, width: int
) -> None:
    phone = new_device(language, width)

    she_begins_with_todays_five_minutes(phone)
    tablet = new_device(language, width)
    she_goes_on_elsewhere_where_she_stopped(phone, tablet, served)
    she_finishes_the_lessons(tablet, served)
    first = she_fails_the_quiz_and_reads_why(tablet, served)
    human_resources = new_device(language, 1280)
    hr_drops_the_waiting_time(human_resources)
    she_passes_the_make_up_with_other_questions(tablet, served, first)
    code = she_downloads_her_certificate(tablet, served, tmp_path)
    a_stranger_finds_it_genuine(new_device(language, width), served, code)
    hr_finds_all_of_it(human_resources, served)
    only_her_own_head_sees_it(new_device(language, width), new_device(language, width), served)
    the_trainer_sees_what_went_wrong_most(new_device(language, width), served)


def she_begins_with_todays_five_minutes(phone: Device) -> None:
    phone.sign_in("newcomer")
    phone.sees("Your first five minutes")
    phone.follow("Start your first lesson")
    expect(phone.page.locator("[data-lesson]")).to_be_visible()
    phone.sees("Check yourself")
    phone.page.locator("[data-question] input").first.check()
    phone.press("Check my answer")
    expect(phone.page.locator("#check .note")).to_be_visible()  # the explanation, in its place


def she_goes_on_elsewhere_where_she_stopped(phone: Device, tablet: Device, served: Served) -> None:
    address = phone.path
    phone.page.locator("#check").scroll_into_view_if_needed()
    phone.page.mouse.wheel(0, 50)
    has_scrolled(phone)
    phone.open("/")  # leaving keeps the place
    until(phone, lambda: kept_place(served) > 0)

    tablet.sign_in("newcomer")
    tablet.follow("Go on with this lesson")
    assert tablet.path == address
    expect(tablet.page.locator("#check .note")).to_be_attached()  # what she answered is there
    tablet.follow("Go on where you stopped")
    has_scrolled(tablet)


def has_scrolled(device: Device) -> None:
    until(device, lambda: device.page.evaluate("window.scrollY") > 200)


def until(device: Device, is_so: Callable[[], bool]) -> None:
    """Wait until something has become true; the page's policy forbids it to watch by itself."""
    for _try in range(60):
        if is_so():
            return
        device.page.wait_for_timeout(100)
    raise AssertionError("it never became true")


def kept_place(served: Served) -> int:
    with served.tables() as session:
        return session.scalars(
            select(LessonProgress.place_percent)
            .join(Employee, Employee.id == LessonProgress.employee_id)
            .where(Employee.username == "newcomer")
        ).one()


def she_finishes_the_lessons(tablet: Device, served: Served) -> None:
    with served.tables() as session:
        lessons = session.scalars(
            select(Lesson).where(Lesson.course_id == COURSE).order_by(Lesson.position)
        ).all()
        title = session.get_one(Course, COURSE).title[tablet.language]
        count = len(lessons)
    for number in range(1, count + 1):
        tablet.sees("Lesson %(number)s of %(total)s", number=number, total=count)
        if number > 1:
            answer_check_question(tablet)
        tablet.press("Finish and go on")
        tablet.page.wait_for_load_state()
    expect(tablet.heading).to_have_text(title)


def answer_check_question(tablet: Device) -> None:
    """Answer somehow: nothing is scored, and why comes at once."""
    question = tablet.page.locator("[data-question]")
    kind = question.get_attribute("data-question")
    if kind in {"single_choice", "multiple_choice", "true_false"}:
        question.locator("input").last.check()
    elif kind in {"short_answer", "numeric"}:
        question.locator("input").fill("1")
    else:
        for number, field in enumerate(question.locator("select").all()):
            field.select_option(index=number + 1 if kind == "ordering" else 1)
        for field in question.locator("input[type=text]").all():
            field.fill("1")
    tablet.press("Check my answer")
    expect(tablet.button("Check my answer")).to_have_count(0)
    expect(tablet.page.locator("#check .status").first).to_be_visible()


def she_fails_the_quiz_and_reads_why(tablet: Device, served: Served) -> set[str]:
    """Take the first attempt; return the questions that it asked."""
    tablet.open("/")
    tablet.follow("Go to the quiz")
    tablet.press("Start the quiz")
    expect(tablet.page.locator(".timer")).to_have_text(re.compile(r"1[45]:\d\d"))
    what_is_saved_is_said_truly(tablet, served)

    attempt = quiz.latest_attempt(served, "newcomer")
    tablet.press("Flag")
    expect(tablet.page.locator("#saved")).to_have_attribute("data-state", "saved")
    expect(tablet.button("Flag")).to_have_attribute("aria-pressed", "true")
    palette = tablet.page.locator(".palette button")
    palette.nth(4).click()
    expect(tablet.page.locator("[name=position]")).to_have_value("4")
    expect(palette.first).to_have_attribute("data-flagged", "")
    expect(palette.first).to_have_attribute("data-answered", "")

    quiz.answer_all(tablet, served, "newcomer", rightly=False)
    tablet.sees("Check before you submit")
    tablet.sees("All %(count)s questions are answered", count=len(attempt.layout))
    tablet.sees("Flagged")
    quiz.submit(tablet)

    tablet.sees("Not passed yet")
    tablet.sees("Every question with its explanation")
    explanation = quiz.questions_of(served, attempt)[0][0]["explanation"][tablet.language]
    tablet.reads(explanation)
    opening = tablet.says("The make-up opens on %(when)s. Until then, read the lessons again.")
    tablet.reads(opening.partition("%(when)s")[0])
    return {place["question"] for place in attempt.layout}


def what_is_saved_is_said_truly(tablet: Device, served: Served) -> None:
    """The page says "saved" when the server has said so, and not before."""
    tablet.page.route("**/steps", lambda route: None)  # holds what is sent
    attempt = quiz.latest_attempt(served, "newcomer")
    definition, order = quiz.questions_of(served, attempt)[0]
    quiz.give(tablet.page, definition, order, quiz.wrong(definition))
    expect(quiz.saved(tablet)).to_have_text(tablet.says("Saving …"))
    tablet.page.wait_for_timeout(500)
    expect(quiz.saved(tablet)).to_have_text(tablet.says("Saving …"))
    assert count_steps(served, attempt.id) == 0
    tablet.page.unroute("**/steps")  # and lets it go
    expect(quiz.saved(tablet)).to_have_attribute("data-state", "saved")
    assert count_steps(served, attempt.id) >= 1


def count_steps(served: Served, attempt_id: int) -> int:
    with served.tables() as session:
        steps = select(AttemptStep.id).where(AttemptStep.attempt_id == attempt_id)
        return len(session.scalars(steps).all())


def hr_drops_the_waiting_time(human_resources: Device) -> None:
    human_resources.sign_in("hr")
    human_resources.open("/admin/ladders/default")
    human_resources.page.fill("[name=rung_1-wait_hours]", "0")
    human_resources.press("Save these rules")
    human_resources.sees("The rules are saved. They hold from now on.")


def she_passes_the_make_up_with_other_questions(
    tablet: Device, served: Served, first: set[str]
) -> None:
    quiz.start(tablet, COURSE, make_up=True)
    attempt = quiz.latest_attempt(served, "newcomer")
    assert attempt.number == 2
    assert first.isdisjoint(place["question"] for place in attempt.layout)

    quiz.answer_all(tablet, served, "newcomer", rightly=True)
    quiz.submit(tablet)

    assert quiz.latest_attempt(served, "newcomer").percent == 100
    tablet.sees("Passed with distinction")
    tablet.sees("Your certificate")


def she_downloads_her_certificate(tablet: Device, served: Served, folder: Path) -> str:
    """Download the certificate in both languages; return its code."""
    tablet.page.locator("#main a[href^='/certificates/']").first.click()
    tablet.sees("Download PDF")
    other = "en" if tablet.language == "zh" else "zh"
    with served.tables() as session:
        title = session.get_one(Course, COURSE).title
    for language in (tablet.language, other):
        with tablet.page.expect_download() as download:
            tablet.page.locator(f"a[href$='/{language}.pdf']").click()
        file = folder / f"{language}.pdf"
        download.value.save_as(file)
        assert file.read_bytes().startswith(b"%PDF")
        words = re.sub(r"\s+", "", text_of(file))
        assert re.sub(r"\s+", "", title["zh"]) in words
        assert re.sub(r"\s+", "", title["en"]) in words
    return tablet.path.split("/")[2]


def text_of(pdf: Path) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True
    ).stdout


def a_stranger_finds_it_genuine(stranger: Device, served: Served, code: str) -> None:
    stranger.open(f"/verify/{code}")
    expect(stranger.heading).to_have_text(stranger.says("This certificate is genuine"))
    with served.tables() as session:
        name = session.scalars(
            select(Certificate.holder_name).where(Certificate.code == code)
        ).one()
    stranger.reads(f"{name[0]}*")
    expect(stranger.page.locator("body")).not_to_contain_text(name)


def hr_finds_all_of_it(human_resources: Device, served: Served) -> None:
    human_resources.open("/records/people")
    human_resources.page.fill("#main [name=q]", name_of(served, "newcomer"))
    human_resources.press("Search")
    human_resources.page.get_by_role("link", name=name_of(served, "newcomer")).locator(
        "visible=true"
    ).first.click()
    everything_stands_in_the_record(human_resources, served)


def everything_stands_in_the_record(reader: Device, served: Served) -> None:
    with served.tables() as session:
        title = session.get_one(Course, COURSE).title[reader.language]
    for line in ("Course completed: %(title)s", "Certificate: %(title)s"):
        reader.sees(line, title=title)
    for line in ("Quiz failed: %(title)s", "Quiz passed: %(title)s"):
        reader.reads(reader.says(line).partition("%(title)s")[0])


def name_of(served: Served, username: str) -> str:
    with served.tables() as session:
        return session.scalars(select(Employee.name).where(Employee.username == username)).one()


def only_her_own_head_sees_it(head: Device, other_head: Device, served: Served) -> None:
    with served.tables() as session:
        newcomer = session.scalars(select(Employee.id).where(Employee.username == "newcomer")).one()
    head.sign_in("head")
    head.open(f"/records/people/{newcomer}")
    everything_stands_in_the_record(head, served)

    other_head.sign_in("head2")
    answer = other_head.page.goto(f"/records/people/{newcomer}")
    assert answer is not None
    assert answer.status == 404
    expect(other_head.page.locator("body")).not_to_contain_text(name_of(served, "newcomer"))


def the_trainer_sees_what_went_wrong_most(trainer: Device, served: Served) -> None:
    trainer.sign_in("trainer")
    trainer.open("/assessment/questions")
    first = trainer.page.locator("#main table tbody tr").first
    first.get_by_role("link").click()
    question_id = trainer.path.removeprefix("/assessment/questions/")
    with served.tables() as session:
        counted = select(AnswerCount).where(AnswerCount.choice == "")
        rates = {
            each.question_id: each.wrong_count / each.seen_count
            for each in session.scalars(counted)
            if each.revision_id == session.get_one(Question, each.question_id).revision_id
        }
    assert rates[question_id] == max(rates.values())
    trainer.sees("What was answered")
