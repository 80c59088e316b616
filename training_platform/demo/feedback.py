"""What people of the demo company say of lessons: one tap now and then, a sentence more seldom."""

from random import Random

from sqlalchemy.orm import Session

from training_platform.core.permissions import Person
from training_platform.curricula.models import Lesson
from training_platform.studio.feedback import services
from training_platform.studio.feedback.rules import RatingLevel

#: How often a finished lesson is rated, and how often a rating has a sentence.
RATED, WRITTEN = 0.22, 0.25
SENTENCES: dict[RatingLevel, tuple[str, ...]] = {
    RatingLevel.HELPED: (
        "例子就是我们每天遇到的情况，第二天就用上了。",
        "步骤清楚，照着做一遍就会了。",
        "开头的话术很实用，已经抄在便签上。",
        "五分钟刚好，午休前能看完。",
        "反面例子让我想起自己上周的一通电话。",
    ),
    RatingLevel.OKAY: (
        "内容没问题，希望再多一个电话场景的例子。",
        "对老员工来说有些基础，新人应该很合适。",
        "最后一段可以再短一点。",
        "希望附上可以打印的要点。",
    ),
    RatingLevel.UNCLEAR: (
        "检查题的第二个选项和正文说法不太一致，看了两遍才明白。",
        "步骤三和步骤四的先后没有讲清楚。",
        "名词有点多，第一次接触时跟不上。",
        "希望配一张系统界面的截图。",
    ),
}


def rate_read(session: Session, lesson: Lesson, reader: Person) -> None:
    """Say of a lesson just read how it was, or nothing; the same each time."""
    rng = Random(f"rating:{lesson.id}:{reader.id}")  # noqa: S311  # no secret
    if rng.random() >= RATED:
        return
    clear = 0.45 + 0.3 * Random(f"lesson:{lesson.id}").random()  # noqa: S311  # some help less
    drawn = rng.random()
    level = (
        RatingLevel.HELPED
        if drawn < clear
        else RatingLevel.OKAY
        if drawn < clear + 0.22
        else RatingLevel.UNCLEAR
    )
    services.rate_lesson(session, lesson, reader, level)
    if rng.random() < WRITTEN:
        services.write_sentence(session, lesson, reader, rng.choice(SENTENCES[level]))
