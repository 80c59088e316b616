"""Taking a quiz in the browser: right and wrong answers, given through the page."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from tests.browser.device import Device
from tests.browser.serving import Served
from training_platform.assessment.marking import mark
from training_platform.assessment.presentation import orders_of_gaps
from training_platform.content.models import ContentRevision
from training_platform.demo.answers import right_answer, wrong_answer
from training_platform.people.models import Employee
from training_platform.quizzes.models import Attempt

Definition = Mapping[str, Any]


def latest_attempt(served: Served, username: str) -> Attempt:
    """Return somebody's newest attempt, as its row stands."""
    with served.tables() as session:
        attempt = session.scalars(
            select(Attempt)
            .join(Employee, Employee.id == Attempt.employee_id)
            .where(Employee.username == username)
            .order_by(Attempt.id.desc())
        ).first()
        assert attempt is not None
        session.expunge(attempt)
        return attempt


def questions_of(served: Served, attempt: Attempt) -> list[tuple[Definition, list[int]]]:
    """Return each question of an attempt, in the revision that it pinned, and its shown order."""
    with served.tables() as session:
        return [
            (session.get_one(ContentRevision, place["revision"]).data, place["order"])
            for place in attempt.layout
        ]


def right(definition: Definition) -> Mapping[str, Any]:
    """Return an answer that is worth all points."""
    return right_answer(definition)


def wrong(definition: Definition) -> Mapping[str, Any]:
    """Return an answer as people really give it that is not wholly right."""
    for seed in range(50):
        answer = wrong_answer(definition, Random(seed))
        if mark(definition, answer).is_answered:
            return answer
    raise AssertionError(f"no wrong answer to {definition}")


def give(
    page: Page, definition: Definition, order: Sequence[int], answer: Mapping[str, Any]
) -> None:
    """Give an answer, in the numbers of the definition, to the question that the page shows."""
    question = page.locator("[data-question]")
    shown = {there: here for here, there in enumerate(order)}
    match definition["kind"]:
        case "single_choice":
            question.locator(f"input[value='{shown[answer['choice']]}']").check()
        case "multiple_choice":
            for choice in answer["choices"]:
                question.locator(f"input[value='{shown[choice]}']").check()
        case "true_false":
            question.locator(f"input[value='{str(answer['value']).lower()}']").check()
        case "short_answer" | "numeric":
            question.locator("input").fill(answer["text"])
        case "matching":
            for left, right in answer["pairs"].items():
                _choose(question.locator(f"[name='answer-{left}']"), shown[right])
        case "ordering":
            for place, item in enumerate(answer["order"]):
                _choose(question.locator(f"[name='answer-{shown[item]}']"), place)
        case "gap_text":
            _fill_gaps(question, orders_of_gaps(definition, order), answer["gaps"])


def _choose(select: Locator, number: int) -> None:
    """Choose the option of this number by its place: by value, the driver also looks at labels."""
    has_none = select.locator("option").first.get_attribute("value") == ""
    select.select_option(index=number + has_none)


def _fill_gaps(question: Locator, orders: Sequence[Sequence[int]], gaps: Sequence[Any]) -> None:
    for number, (value, order) in enumerate(zip(gaps, orders, strict=True)):
        if isinstance(value, int):
            shown = list(order).index(value)
            _choose(question.locator(f"[name='answer-{number}-choice']"), shown)
        elif value is not None:
            question.locator(f"[name='answer-{number}']").fill(value)


def start(device: Device, paper: str = "customer-data-basics", *, make_up: bool = False) -> None:
    """Start an attempt from the paper's own page."""
    device.open(f"/quizzes/{paper}")
    device.press("Start the make-up" if make_up else "Start the quiz")
    expect(device.page.locator("[data-question]")).to_be_visible()


def answer_all(device: Device, served: Served, username: str, *, rightly: bool) -> None:
    """Answer every question from the first to the last, and arrive at the check page."""
    attempt = latest_attempt(served, username)
    device.open(f"/quizzes/attempts/{attempt.token}?q=1")
    questions = questions_of(served, attempt)
    for number, (definition, order) in enumerate(questions, start=1):
        expect(device.page.locator("[name=position]")).to_have_value(str(number - 1))
        answer = right(definition) if rightly else wrong(definition)
        give(device.page, definition, order, answer)
        device.press("Next" if number < len(questions) else "Check and submit")


def saved(device: Device) -> Locator:
    """Return the words that say what is saved."""
    return device.page.locator("#saved")


def submit(device: Device) -> None:
    """Submit from the check page, and arrive at the result."""
    device.press("Submit the quiz")
    device.page.wait_for_url("**/result")
