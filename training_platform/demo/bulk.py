"""Many more people and records, for archives and benchmarks of a realistic size.

The fast path: branches that came to the platform lately with the history of a former system. People
are added by the service, one by one. Their old records are appended in bulk, and the lessons that
they have read since are written straight to the tables, together with their records, so that
progress and records still say the same.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import writing
from training_platform.core.permissions import SYSTEM
from training_platform.curricula.models import CourseProgress, LessonProgress, LessonText
from training_platform.demo.calendar import at, working_day_before
from training_platform.demo.company import MANAGER, SPECIALIST, SUPERVISOR
from training_platform.demo.names import invent_names, latin, username_of
from training_platform.demo.world import World
from training_platform.people import services as people
from training_platform.people.models import Employee
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Kind
from training_platform.records.services import NewRecord, append_many

CHUNK = 100
TEAM_SIZE = 120
REGIONS = (
    ("华东", "East"),
    ("华南", "South"),
    ("华北", "North"),
    ("华中", "Central"),
    ("西南", "Southwest"),
    ("西北", "Northwest"),
    ("东北", "Northeast"),
    ("东南", "Southeast"),
)
FORMER = (
    ("电话礼仪", "Telephone manners"),
    ("投诉处理入门", "Handling complaints"),
    ("产品知识：会员卡", "Products: the member card"),
    ("信息安全常识", "Information security"),
    ("新员工入职培训", "Induction"),
    ("服务用语规范", "Service wording"),
    ("退换货流程", "Returns and exchanges"),
    ("情绪管理", "Managing emotions"),
)
FORMER_KINDS = (Kind.COURSE_COMPLETED, Kind.QUIZ_PASSED, Kind.LESSON_FINISHED, Kind.LESSON_FINISHED)


def load_bulk(world: World, count: int, records: int, progress: Callable[[int], None]) -> int:
    """Add people, and records until there are at least so many in all; return how many were added.

    Without further people there is nobody whom further records could belong to.
    """
    if not count:
        return 0
    rng = world.rng("bulk")
    with writing() as session:
        stand = session.scalar(select(func.count()).select_from(TrainingRecord)) or 0
        taken = set(session.scalars(select(Employee.username)))
        names = invent_names(rng, set(session.scalars(select(Employee.name))))
        titles = _titles(session)
        teams = _teams(session, world, count)
    former = max(0, -(-(records - stand) // count))  # rounded up
    appended = 0
    for start in range(0, count, CHUNK):
        with writing() as session:
            rows: list[NewRecord] = []
            for number in range(start, min(start + CHUNK, count)):
                name = next(names)
                username = username_of(latin(name), taken)
                employee = _add(
                    session, world, number, (name, username), teams[number // TEAM_SIZE]
                )
                rows += _read_lessons(session, world, rng, employee, titles)
                missing = former - len(rows_of(rows, employee.id)) - 1  # one says that she joined
                rows += _former_records(rng, employee, world.company.ends_on, missing)
            appended += append_many(session, rows)
            session.expunge_all()
        progress(min(start + CHUNK, count))
    return appended


def rows_of(rows: list[NewRecord], employee_id: int) -> list[NewRecord]:
    """Return the rows of one person, who is the last one of the list."""
    found = []
    for row in reversed(rows):
        if row.employee_id != employee_id:
            break
        found.append(row)
    return found


def _titles(session: Session) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    rows = select(LessonText.lesson_id, LessonText.locale, LessonText.title)
    for lesson_id, locale, title in session.execute(rows):
        found.setdefault(lesson_id, {})[locale] = title
    return found


def _teams(session: Session, world: World, count: int) -> list[int]:
    """Make a branch of Customer Relations for every 120 people."""
    made = []
    for number in range((count + TEAM_SIZE - 1) // TEAM_SIZE):
        zh, en = REGIONS[number % len(REGIONS)]
        nth = number // len(REGIONS) + 1
        department = people.create_department(
            session,
            SYSTEM,
            code=f"CR-B{number + 1:03d}",
            name={"zh": f"{zh}分部{nth}组", "en": f"{en} Branch {nth}"},
            parent_id=world.department_ids["CR"],
        )
        made.append(department.id)
    return made


def _add(
    session: Session, world: World, number: int, names: tuple[str, str], department_id: int
) -> Employee:
    """Add one person by the service; names are the name and the user name."""
    name, username = names
    rng = world.rng(f"bulk:{number}")
    joined_on = working_day_before(world.company.ends_on, rng.randint(1, 35))
    with clock.stopped(at(joined_on, 9)):
        return people.create_employee(
            session,
            SYSTEM,
            people.NewEmployee(
                staff_number=f"HC{20001 + number}",
                username=username,
                name=name,
                name_latin=latin(name),
                email=f"{username}@company.example",
                department_id=department_id,
                manager_id=world.members["head"].employee_id,
                hired_on=joined_on - timedelta(days=rng.randint(30, 2500)),
                job_role_id=rng.choices((SPECIALIST, SUPERVISOR, MANAGER), (85, 12, 3))[0],
                password_hash=world.password_hash,
            ),
        )


def _read_lessons(
    session: Session,
    world: World,
    rng: Random,
    employee: Employee,
    titles: dict[str, dict[str, str]],
) -> list[NewRecord]:
    """Let somebody have read the first lessons of the first course, but for its last one."""
    required = world.library.required.get(employee.job_role_id or "", ())
    lessons = world.library.lessons[required[0]] if required else ()
    count = rng.randint(0, max(0, len(lessons) - 1))
    if not count:
        return []
    course_id = required[0]
    begins = employee.created_at + timedelta(minutes=rng.randint(30, 300))
    rows = []
    for number, lesson_id in enumerate(lessons[:count]):
        ends = min(begins + timedelta(minutes=6 * (number + 1)), world.now)
        rows.append(
            {
                "employee_id": employee.id,
                "lesson_id": lesson_id,
                "course_id": course_id,
                "first_opened_at": ends - timedelta(minutes=4),
                "opened_at": ends,
                "place_percent": 100,
                "check_tries": 1,
                "is_check_right": True,
                "finished_at": ends,
            }
        )
    session.execute(insert(LessonProgress), rows)
    session.add(
        CourseProgress(
            employee_id=employee.id,
            course_id=course_id,
            lessons_done=count,
            last_lesson_id=lessons[count - 1],
            last_at=rows[-1]["finished_at"],
        )
    )
    return [
        NewRecord(
            employee.id,
            Kind.LESSON_FINISHED,
            str(row["lesson_id"]),
            f"curricula:lesson:{employee.id}:{row['lesson_id']}",
            _instant(row["finished_at"]),
            {
                "title": titles[str(row["lesson_id"])],
                "minutes": world.library.minutes[str(row["lesson_id"])],
                "href": f"/courses/{row['lesson_id']}",
            },
        )
        for row in rows
    ]


def _instant(value: object) -> datetime:
    assert isinstance(value, datetime)  # noqa: S101  # for the type checker
    return value


def _former_records(
    rng: Random, employee: Employee, today: date, count: int
) -> Iterator[NewRecord]:
    """Yield what a former system had kept of somebody."""
    for number in range(count):
        zh, en = FORMER[number % len(FORMER)]
        kind = FORMER_KINDS[number % len(FORMER_KINDS)]
        day = working_day_before(today, 0) - timedelta(days=rng.randint(61, 900))
        yield NewRecord(
            employee.id,
            kind,
            f"former-system/{number % len(FORMER)}-{number // len(FORMER)}",
            f"former-system:{employee.staff_number}:{number}",
            at(day, rng.randint(9, 17), rng.randint(0, 59)),
            {
                "title": {"zh": f"{zh}（旧系统）", "en": f"{en} (former system)"},
                "minutes": rng.choice((20, 30, 45, 60)),
            },
        )
