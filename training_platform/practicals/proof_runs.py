"""Proving files in a process of its own, and hearing how far it is."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from training_platform.config import ROOT

SEEDS = 3
#: A proof takes seconds; one that takes so long is stopped, whatever its files make it do.
MOST_SECONDS = 600
_TOLD = 2000
MODULE = "training_platform.practicals.proof_worker"


class ProofStoppedError(Exception):
    """The process ended without an outcome: it was stopped, or it broke."""


def run(slug: str, files: Mapping[str, Any], *, seconds: float = MOST_SECONDS) -> Iterator[Any]:
    """Yield what a proof says, line by line: {"total"}, {"taken"} …, and {"outcome"} as the last.

    files are path → text, as contents are kept. Raises ProofStoppedError without an outcome.
    """
    return _heard({"slug": slug, "files": dict(files), "seeds": SEEDS}, seconds)


def try_out(task: Any, solution: Any, *, seconds: float = MOST_SECONDS) -> list[Any]:
    """Return what one solution of a task is worth on the draws that a proof takes, one by one.

    Both are plain. Raises ProofStoppedError where the process ends without an outcome.
    """
    asked = {"task": task, "solution": solution, "seeds": SEEDS}
    told = [line["outcome"]["draws"] for line in _heard(asked, seconds) if "outcome" in line]
    return list(told[-1])


def _heard(what: Mapping[str, Any], seconds: float) -> Iterator[Any]:
    asked = json.dumps(what, ensure_ascii=False)
    process = subprocess.Popen(  # noqa: S603  # our own module
        [sys.executable, "-m", MODULE],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin and process.stdout and process.stderr  # noqa: S101,PT018  # pipes
    told: list[bytes] = []
    listener = threading.Thread(target=lambda: told.append(process.stderr.read()), daemon=True)  # type: ignore[union-attr]
    watch = threading.Timer(seconds, process.kill)
    listener.start()
    watch.start()
    line: Any = {}
    try:
        process.stdin.write(asked.encode())
        process.stdin.close()
        for raw in process.stdout:
            line = json.loads(raw)
            yield line
        process.wait()
    except BrokenPipeError:
        process.wait()
    finally:
        watch.cancel()
        process.kill()
        process.wait()
        listener.join(5)
        process.stdout.close()
        process.stderr.close()
    if "outcome" not in line:
        said = b"".join(told).decode("utf-8", "replace").strip()
        raise ProofStoppedError(said[-_TOLD:] or f"exit {process.returncode}")
