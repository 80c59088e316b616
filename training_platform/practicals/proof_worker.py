"""A process of its own that proves one task: `python -m training_platform.practicals.proof_worker`.

A proof makes a database, an application and hundreds of requests; in the process that serves
people it would hold them up, and what it loads would stay. It reads one JSON object from its
input, {"slug", "files": {path: text}, "seeds"}, and writes one JSON object a line: {"total"},
then {"taken"} for each way, at the end {"outcome"}.

Asked {"task", "solution", "seeds"}, it tries this one solution on as many draws.
"""

import json
import os
import sys
from collections import Counter
from typing import IO, Any

from training_platform.content.models import unpacked
from training_platform.core.kinds import Draft
from training_platform.practicals.files import Practical, read_draft
from training_platform.practicals.proving import Proof, Taken, prove, ways_of
from training_platform.practicals.schemas import SolutionFile, TaskFile
from training_platform.practicals.trials import try_out


def main() -> None:
    """Prove what is asked for, and say what came out."""
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a library that prints must not spoil the conversation
    asked = json.loads(sys.stdin.buffer.read())
    if "solution" in asked:
        _try_out(asked, lines)
        return
    files = {path: unpacked(kept) for path, kept in asked["files"].items()}
    practical = read_draft(Draft("practical", asked["slug"], files))
    if practical is None:
        raise SystemExit("the files make no task")
    _prove(practical, int(asked["seeds"]), lines)


def _prove(practical: Practical, seeds: int, lines: IO[str]) -> None:
    from training_platform.practicals.benches import scratch_bench  # noqa: PLC0415  # slow to load

    taken: list[Taken] = []

    def say(**what: Any) -> None:
        lines.write(json.dumps(what, ensure_ascii=False) + "\n")
        lines.flush()

    def tell(each: Taken) -> None:
        taken.append(each)
        say(taken=len(taken))

    say(total=seeds * len(ways_of(practical)))
    with scratch_bench() as bench:
        proof = prove(practical, bench, seeds, tell=tell)
    say(outcome=outcome_of(practical, proof, taken))


def _try_out(asked: dict[str, Any], lines: IO[str]) -> None:
    from training_platform.practicals.benches import scratch_bench  # noqa: PLC0415  # slow to load

    task = TaskFile.model_validate(asked["task"])
    solution = SolutionFile.model_validate(asked["solution"])
    with scratch_bench() as bench:
        draws = list(try_out(task, solution, bench, int(asked["seeds"])))
    lines.write(json.dumps({"outcome": {"draws": draws}}, ensure_ascii=False) + "\n")
    lines.flush()


def outcome_of(practical: Practical, proof: Proof, taken: list[Taken]) -> dict[str, Any]:
    """Return what came out of a proof, JSON-able: way by way, how often each check was lost."""
    loses = {each.name: list(each.loses) for each in practical.task.wrong}
    ways = []
    for name in ways_of(practical):
        own = [each for each in taken if each.way == name]
        ways.append(
            {
                "name": name,
                "loses": loses.get(name, []),
                "draws": len(own),
                "percents": sorted({str(each.percent) for each in own if each.percent is not None}),
                "lost": dict(Counter(check for each in own for check in sorted(each.lost))),
            }
        )
    return {
        "checks": [each.id for each in practical.task.checks],
        "ways": ways,
        "faults": [each.plain() for each in proof.faults],
        "runs": proof.runs,
        "slowest_ms": round(proof.slowest * 1000),
    }


if __name__ == "__main__":
    main()
