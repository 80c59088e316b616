"""Counting a contest: what everybody has entered by now, and the standings that follow.

One pass reads the workspaces of all who take part in a few statements; the board's pages read only
what it wrote down.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.crm.models import CrmWorkspace
from training_platform.crm.queries.diff import created_rows
from training_platform.practicals import schemas, services
from training_platform.practicals.checks.state import match_rows
from training_platform.practicals.contests.models import Contest, ContestBoard, ContestEntrant
from training_platform.practicals.contests.rules import Place, Tally, rank_people, rank_teams
from training_platform.practicals.drawing import Drawn
from training_platform.practicals.evidence import Evidence
from training_platform.practicals.models import Practical, PracticalAttempt, PracticalStart
from training_platform.practicals.planting import Start
from training_platform.practicals.world import World

_DIGITS = 2


def race_check(task: schemas.TaskFile) -> schemas.Rate | None:
    """Return the check by which a task can be raced: its rate; None where it has none."""
    return next((each for each in task.checks if isinstance(each, schemas.Rate)), None)


def can_be_raced(task: Mapping[str, Any]) -> bool:
    """Tell whether a task, as its file says it, measures speed."""
    return any(each["type"] == "rate" for each in task["checks"])


def count(session: Session, contest: Contest) -> ContestBoard:
    """Count what everybody has entered by now, and write the standings down."""
    standings = standings_of(contest, tallies_of(session, contest))
    found = session.get(ContestBoard, contest.id)
    if found is None:
        found = ContestBoard(contest_id=contest.id)
        session.add(found)
    found.standings, found.counted_at = standings, clock.now()
    session.flush()
    return found


def tallies_of(session: Session, contest: Contest) -> dict[int, Tally]:
    """Return what each entrant who has begun has entered, by the entrant's id."""
    begun = [each for each in contest.entrants if each.attempt_id is not None]
    practical = session.get_one(Practical, contest.practical_id)
    check = race_check(services.task_at(session, practical.revision_id))
    if not begun or check is None:
        return {}
    layers = _layers(session, begun)
    rows = created_rows(session, list(layers.values()), check.entity)
    starts = _starts(session, list(layers))
    return {
        each.id: _tally(check, starts[attempt], rows[layers[attempt]])
        for each in begun
        if (attempt := each.attempt_id) is not None
    }


def standings_of(contest: Contest, tallies: Mapping[int, Tally]) -> dict[str, Any]:
    """Return the standings as the board shows them: plain, teams and people by their place."""
    people = rank_people(tallies, contest.minutes)
    of_team: dict[int, list[Tally]] = {team.id: [] for team in contest.teams}
    for entrant in contest.entrants:
        if entrant.id in tallies:
            of_team[entrant.team_id].append(tallies[entrant.id])
    teams = rank_teams(of_team, contest.minutes)
    sizes = [each.team_id for each in contest.entrants]
    return {
        "teams": sorted(
            (
                _plain(teams[team.id]) | {"id": team.id, "of": sizes.count(team.id)}
                for team in contest.teams
            ),
            key=lambda row: row["rank"],
        ),
        "people": sorted(
            (
                _plain(people[each.id]) | _entered(tallies[each.id]) | _whose(each)
                for each in contest.entrants
                if each.id in people
            ),
            key=lambda row: row["rank"],
        ),
    }


def _layers(session: Session, begun: Sequence[ContestEntrant]) -> dict[int, int]:
    """Return the layer of each attempt's workspace, by attempt."""
    found = session.execute(
        select(PracticalAttempt.id, CrmWorkspace.layer_id)
        .join(CrmWorkspace, CrmWorkspace.id == PracticalAttempt.workspace_id)
        .where(PracticalAttempt.id.in_([each.attempt_id for each in begun]))
    )
    return {row.id: row.layer_id for row in found}


def _starts(session: Session, attempts: Sequence[int]) -> dict[int, tuple[Drawn, Start]]:
    """Return what attempts drew and where they began; all are read at once."""
    packed = select(PracticalStart).where(PracticalStart.attempt_id.in_(attempts))
    known = session.scalars(packed).all()
    return {each.attempt_id: services.start_of(session, each.attempt_id) for each in known}


def _tally(
    check: schemas.Rate, start: tuple[Drawn, Start], rows: Sequence[Mapping[str, Any]]
) -> Tally:
    drawn, began = start
    evidence = Evidence(
        task="",
        revision=0,
        dataset="",
        dataset_version=0,
        params={},
        key=drawn.key,
        started_at=began.started_at.isoformat(),
        ended_at=began.started_at.isoformat(),
        planted={},
        rows={check.entity: rows},
        events=(),
    )
    matched = match_rows(check, World(evidence, {check.entity: {}}))
    return Tally(matched.right, matched.found + len(matched.extra))


def _plain(place: Place) -> dict[str, Any]:
    return {
        "rank": place.rank,
        "score": _shown(place.score),
        "errors": _shown(place.errors),
        "members": place.members,
    }


def _shown(value: Fraction) -> float:
    return round(float(value), _DIGITS)


def _entered(tally: Tally) -> dict[str, Any]:
    return {"right": tally.right, "entered": tally.entered, "counts": tally.counts}


def _whose(entrant: ContestEntrant) -> dict[str, Any]:
    return {"employee_id": entrant.employee_id, "team_id": entrant.team_id}
