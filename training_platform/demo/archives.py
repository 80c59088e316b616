"""What HR and a head keep in the archive: searches, a monthly list, one pull."""

from sqlalchemy.orm import Session

from training_platform.archives.rules import Every, Format, Wanted
from training_platform.archives.services import (
    PullOrder,
    request_pull,
    save_search,
    schedule_pull,
)
from training_platform.core.permissions import Person


def use_archive(session: Session, hr: Person, head: Person) -> None:
    """Keep a few searches, schedule the monthly list, and pull what failed once."""
    failed = Wanted(kind="quizzes", result="failed")
    save_search(session, hr, "未合格的测验", failed)
    save_search(session, hr, "有超期课程的专员", Wanted(job_role="specialist", overdue="1"))
    save_search(session, head, "本部门的证书", Wanted(kind="certificates"))
    schedule_pull(
        session,
        hr,
        PullOrder(Wanted(kind="certificates"), Format.XLSX, "月度持证情况通报", "zh"),
        Every.MONTH,
    )
    request_pull(session, hr, PullOrder(failed, Format.XLSX, "季度补考安排", "zh"))
