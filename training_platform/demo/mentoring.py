"""Mentored practice in the demo company: one at each stage, with what people wrote."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.demo.calendar import at, working_day_before, working_days
from training_platform.demo.company import SPECIALIST, Fate
from training_platform.demo.world import World
from training_platform.mentoring import services
from training_platform.mentoring.models import Practice
from training_platform.mentoring.rules import GoalStatus, Kind, Verdict
from training_platform.mentoring.services import Assessed, Entry, Goal, Plan, Texts

MENTOR = "mentor"


@dataclass(frozen=True)
class Story:
    """One practice as it goes: working days are counted back from the last day."""

    trainee: str
    by: str
    kind: Kind
    title: str
    about: str
    department: str
    place: str
    begins: int
    #: Days from the first day to the due day.
    lasts: int
    goals: tuple[Goal, ...]
    #: What was done, what was learned, minutes: one a working day.
    log: tuple[tuple[str, str, int], ...] = ()
    #: Question, and its answer where there is one.
    questions: tuple[tuple[str, str], ...] = ()
    comment: str = ""
    #: How far the trainee sees the goals while it runs.
    statuses: tuple[GoalStatus, ...] = ()
    report: Texts | None = None
    #: What the mentor says of each goal; empty: the report waits.
    verdicts: tuple[tuple[Verdict, str], ...] = ()
    remark: str = ""
    #: With whom the report is shared: department, everybody, or nobody.
    shared: str = ""


@dataclass
class _Told:
    """How a story goes while it is lived."""

    world: World
    story: Story
    practice_id: int = 0
    numbers: list[int] = field(default_factory=list)

    def practice(self, session: Session) -> Practice:
        return session.get_one(Practice, self.practice_id)

    def begin(self, session: Session) -> None:
        world, story = self.world, self.story
        plan = Plan(
            mentor_id=world.members[MENTOR].employee_id,
            kind=story.kind,
            title=story.title,
            about=story.about,
            department_id=world.department_ids[story.department],
            place=story.place,
            starts_on=clock.today(),
            due_on=clock.today() + timedelta(days=story.lasts),
            goals=story.goals,
        )
        trainee_id = world.members[story.trainee].employee_id
        made = services.create_practice(session, world.viewer(story.by), trainee_id, plan)
        self.practice_id = made.id

    def write(self, session: Session, number: int) -> None:
        done, learned, minutes = self.story.log[number]
        entry = Entry(clock.today(), minutes, done, learned)
        trainee = self.world.viewer(self.story.trainee)
        made = services.write_entry(session, self.practice(session), trainee, entry)
        self.numbers.append(made.number)

    def correct(self, session: Session) -> None:
        """Let the first entry be corrected, and the mentor say something about it."""
        done, learned, minutes = self.story.log[0]
        first = services.current_entry(session, self.practice_id, self.numbers[0])
        services.correct_entry(
            session,
            self.practice(session),
            self.world.viewer(self.story.trainee),
            first.number,
            Entry(first.day, minutes + 30, done, learned),
            reason="漏算了上午和仓库核对的半小时。",
            expected_revision=first.revision,
        )
        mentor = self.world.viewer(MENTOR)
        comment = self.story.comment
        services.comment_entry(session, self.practice(session), mentor, first.number, comment)

    def ask(self, session: Session, number: int) -> None:
        text, answer = self.story.questions[number]
        trainee, mentor = self.world.viewer(self.story.trainee), self.world.viewer(MENTOR)
        question = services.ask(session, self.practice(session), trainee, text)
        if answer:
            with clock.stopped(clock.now() + timedelta(hours=2)):
                services.answer(session, question, mentor, answer, expected_version=1)

    def mark(self, session: Session) -> None:
        practice, trainee = self.practice(session), self.world.viewer(self.story.trainee)
        said = zip(practice.goals, self.story.statuses, strict=True)
        wanted = {goal.id: status for goal, status in said}
        services.mark_goals(session, practice, trainee, wanted, expected_version=practice.version)

    def hand_in(self, session: Session) -> None:
        assert self.story.report is not None  # noqa: S101  # planned only with one
        practice, trainee = self.practice(session), self.world.viewer(self.story.trainee)
        done = {goal.id: GoalStatus.DONE for goal in practice.goals}
        services.mark_goals(session, practice, trainee, done, expected_version=practice.version)
        services.hand_in_report(session, practice, trainee, self.story.report, expected_version=0)

    def sign_off(self, session: Session) -> None:
        practice, mentor = self.practice(session), self.world.viewer(MENTOR)
        said = zip(practice.goals, self.story.verdicts, strict=True)
        goals = {goal.id: Assessed(*each) for goal, each in said}
        seen = practice.version
        services.sign_off(
            session, practice, mentor, goals, self.story.remark, expected_version=seen
        )

    def share(self, session: Session) -> None:
        practice, trainee = self.practice(session), self.world.viewer(self.story.trainee)
        services.offer_sharing(
            session,
            practice,
            trainee,
            with_everybody=self.story.shared == "everybody",
            expected_version=practice.version,
        )
        session.flush()
        mentor = self.world.viewer(MENTOR)
        services.allow_sharing(session, practice, mentor, expected_version=practice.version)


def plan_mentoring(world: World) -> None:
    """Plan the practices: running, overdue, proposed, handed in, signed off and shared."""
    for story in (*STORIES, *_of_others(world)):
        _plan(world, story)


def _plan(world: World, story: Story) -> None:
    """Plan the steps of one story, each on its own working day."""
    first = working_day_before(world.company.ends_on, story.begins)
    if first <= world.company.by_username[story.trainee].joins_on:
        return
    told = _Told(world, story)
    steps: list[Callable[[Session], None]] = [told.begin]
    steps += [partial(told.write, number=number) for number in range(len(story.log))]
    if story.comment:
        steps.insert(2, told.correct)
    for number in range(len(story.questions)):
        place = 2 + 2 * number
        steps.insert(place, partial(told.ask, number=number))
    if story.statuses:
        steps.append(told.mark)
    if story.report:
        steps.append(told.hand_in)
    steps += [told.sign_off] if story.verdicts else []
    steps += [told.share] if story.shared else []
    days = working_days(first, world.company.ends_on)
    for number, (day, step) in enumerate(zip(days, steps, strict=False)):
        world.plan(at(day, 16 if number else 9, 10 + number), _if_here(world, story.trainee, step))


def _if_here(world: World, username: str, step: Callable[[Session], None]) -> Callable[..., None]:
    def act(session: Session) -> None:
        member = world.members.get(username)
        if member is not None and member.is_active:
            step(session)

    return act


def _of_others(world: World) -> list[Story]:
    """Return the stories of two who are no demo accounts, where the company has them."""
    latest: date = working_day_before(world.company.ends_on, 40)
    found = [
        each.username
        for each in world.company.people
        if each.job_role == SPECIALIST
        and not each.is_account
        and each.fate is Fate.STEADY
        and each.joins_on < latest
    ]
    return [make(name) for make, name in zip((_waiting, _shared), found, strict=False)]


STORIES = (
    Story(
        trainee="supervisor",
        by="head",
        kind=Kind.CROSS_DEPARTMENT,
        title="与信息技术部一起梳理工单转派规则",
        about="客服一组转给技术的工单，有三成被退回重派。和应用组一起找出原因，改好转派规则，试行两周。",
        department="IT-AP",
        place="应用组，每周二、四下午",
        begins=34,
        lasts=28,
        goals=(
            Goal("工单退回率降下来", "试行两周内退回率从 30% 降到 15% 以下"),
            Goal("规则写成一页纸", "两个组的同事不问人也能照着转派"),
        ),
        log=(
            ("调出近三个月被退回的 214 张工单，按原因归类。", "七成退回是因为没写设备编号。", 180),
            ("和应用组开会对原因，现场走了五张工单。", "技术看的是现象，我们写的是结论。", 120),
            ("起草转派规则第一版，请两个组各挑三人试用。", "少写一条，才有人记得住。", 150),
            ("试行一周，退回率 17%，补了设备编号必填项。", "改表单比发通知管用。", 90),
        ),
        questions=(
            (
                "应用组希望我们先做远程排查再转，这一步该由谁来做？",
                "先由你们做前三项，十分钟内排不出来就转。把这三项写进规则。",
            ),
        ),
        comment="归类做得很细。下次先抽 50 张看分布，能省一半时间。",
        report=Texts(
            "调取近三个月被退回的 214 张工单，归成五类；\n和应用组一起定了转派规则，试行两周。",
            "退回率从 30% 降到 13%，目标达成。\n规则一页纸，两个组 11 位同事试用，9 位能独立转派。",
            "跨部门的事，先一起看同一张单子，再谈规则。\n必填项比提醒有用。",
            "转派前写清设备编号和出现时间。\n规则超过一页，就再删一遍。",
        ),
        verdicts=(
            (Verdict.REACHED, "两周数据核过，13%。"),
            (Verdict.PARTLY, "还有两位同事要对着讲一遍才会用。"),
        ),
        remark="主动把两个组拉到一张桌子上，这一点值得大家学。",
        shared="everybody",
    ),
    Story(
        trainee="specialist",
        by=MENTOR,
        kind=Kind.PROJECT,
        title="整理半年未联系客户的回访名单",
        about="公海里有一批半年没人联系的老客户。整理名单，补全联系人，排出顺序，先回访 30 家。",
        department="CR-S1",
        place="客服一组",
        begins=9,
        lasts=21,
        goals=(
            Goal("名单完整可用", "每家有在职联系人和 11 位手机号"),
            Goal("完成第一轮回访", "30 家，每家一条跟进记录和下次联系日期"),
            Goal("找出值得再跟的客户", "至少 5 家进入线索"),
        ),
        log=(
            ("从公海筛出 126 家，去掉重复 9 家。", "先去重再分工，不然两个人会打给同一家。", 120),
            ("补联系人，打通了 22 家前台。", "说清来意，前台大多愿意转。", 150),
            ("回访 12 家，3 家有新需求。", "先问设备用得怎么样，再谈别的。", 180),
            ("回访 9 家，记了下次联系日期。", "当场定日期，比“回头联系”有用。", 120),
        ),
        questions=(
            (
                "有两家公司改了名，是并成一家还是另建？",
                "工商变更的并成一家，旧名写进备注；分出去的另建，再关联。",
            ),
            ("客户说已经和别的同事谈过，但系统里没有记录，我该怎么接？", ""),
        ),
        comment="去重这一步做得对。名单发我一份，我看看等级排得是否合适。",
        statuses=(GoalStatus.DONE, GoalStatus.UNDER_WAY, GoalStatus.OPEN),
    ),
    Story(
        trainee="specialist2",
        by="head",
        kind=Kind.SERVICE,
        title="热线早高峰顶岗两周",
        about="每天 9 点到 11 点在热线顶岗，接新客户来电，把来电变成完整的线索。",
        department="CR-S2",
        place="热线席位 6",
        begins=7,
        lasts=7,
        goals=(Goal("独立接听", "连续三天不需要转给旁边的同事"),),
        log=(("跟听 14 通，自己接 6 通。", "开场先报公司和姓名，对方就不会挂。", 120),),
    ),
    Story(
        trainee="manager",
        by="manager",
        kind=Kind.CROSS_DEPARTMENT,
        title="参与市场部秋季展会的客户接待",
        about="想了解展会上的客户是怎么变成线索的，跟市场部从布展到会后跟进走一遍。",
        department="MK-CH",
        place="渠道组",
        begins=2,
        lasts=30,
        goals=(Goal("走完一次展会全流程", "会后一周内 80% 的名片进入线索并有人跟进"),),
    ),
)


def _waiting(username: str) -> Story:
    """Return a practice whose report waits for the mentor."""
    return Story(
        trainee=username,
        by=MENTOR,
        kind=Kind.PROJECT,
        title="把常见问题回复改短",
        about="在线客服的 20 条常见回复太长，客户看不完就转人工。逐条改短，试用一周。",
        department="CR-S2",
        place="在线客服",
        begins=12,
        lasts=18,
        goals=(
            Goal("20 条回复全部改完", "每条不超过 80 个字"),
            Goal("转人工少了", "试用一周，转人工比例比上月低 5 个百分点"),
        ),
        log=(
            ("改完前 10 条，请三位同事试读。", "先写结论，再写步骤。", 150),
            ("改完后 10 条，上线试用。", "能放链接的就不写步骤。", 150),
            ("看一周数据。", "转人工从 38% 降到 31%。", 60),
        ),
        report=Texts(
            "改写 20 条常见回复，试用一周。",
            "全部不超过 80 个字；转人工比例从 38% 降到 31%。",
            "客户要的是下一步做什么，不是为什么。",
            "写完念一遍，念不顺的地方就是客户看不懂的地方。",
        ),
    )


def _shared(username: str) -> Story:
    """Return a practice that is shared with the department."""
    return Story(
        trainee=username,
        by=MENTOR,
        kind=Kind.SERVICE,
        title="重点客户续约前的走访准备",
        about="跟大客户组走访 8 家即将续约的客户，负责准备资料和会后记录。",
        department="CR-KA",
        place="大客户组",
        begins=30,
        lasts=24,
        goals=(Goal("资料提前备齐", "走访前一天，8 家的资料都在共享夹里"),),
        log=(
            ("备齐前 4 家资料，跟访 2 家。", "客户最常问的是去年提的问题改了没有。", 240),
            ("备齐后 4 家，跟访 3 家。", "带着工单清单去，比带产品册有用。", 240),
        ),
        report=Texts(
            "准备 8 家客户的走访资料，跟访 5 家，写会后记录。",
            "8 家资料全部提前一天备齐，6 家已续约。",
            "走访前先看工单，客户记得我们没做完的事。",
            "资料夹第一页放未了事项，走访时先说它。",
        ),
        verdicts=((Verdict.REACHED, "8 家都提前备齐，我抽查了 3 家。"),),
        remark="会后记录写得快而准，客户经理直接拿去用了。",
        shared="department",
    )
