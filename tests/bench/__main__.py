"""Measure the served platform, and print one figure a line: name value unit."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from tests.bench import archive, certificates, chains, sandbox, studio
from tests.bench.company import COURSE, Company, Sitting, app_for, prepared
from tests.served import Server, Visitor, served
from training_platform.certificates import documents
from training_platform.certificates.models import Certificate
from training_platform.config import ROOT
from training_platform.core import pdf
from training_platform.core.db import db

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Scale:
    """How large the company is, and how often each thing is asked."""

    employees: int = 5_000
    records: int = 200_000
    visitors: int = 100
    sittings: int = 150
    hello: int = 3_000
    pages: int = 600
    crowd: int = 2_000


QUICK = Scale(400, 8_000, 40, 25, 800, 120, 400)


@dataclass
class Figures:
    """What was measured, in the order in which it is printed."""

    values: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def put(self, name: str, value: float, unit: str) -> None:
        """Keep and print a figure."""
        self.values[name] = value
        print(f"{name} {value:.3g} {unit}" if value < 100 else f"{name} {value:.0f} {unit}")
        sys.stdout.flush()


@dataclass
class Run:
    """One server under measurement; suffix tells its figures from those of the other."""

    server: Server
    figures: Figures
    suffix: str = ""

    def send(
        self, requests: Sequence[dict[str, Any]], *, threads: int = CORES, pause: float = 0
    ) -> dict[str, Any]:
        """Send requests from another process; keep what was wrong. Each thread pauses after one."""
        plan = {
            "port": self.server.port,
            "threads": threads,
            "requests": list(requests),
            "pause": pause,
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.client"],
            input=json.dumps(plan),
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        result: dict[str, Any] = json.loads(done.stdout)
        wrong = [each[3] for each in result["results"] if each[3]]
        self.figures.faults += wrong
        result["errors"] = len(wrong)
        return result

    def cpu_ms(self, name: str, requests: Sequence[dict[str, Any]], hello: float | None) -> float:
        """Measure the time of all server processes for a request, alone and in hellos."""
        before = self.server.cpu_seconds()
        self.send(requests)
        spent = (self.server.cpu_seconds() - before) * 1000 / len(requests)
        self.figures.put(f"{name}_cpu_ms{self.suffix}", spent, "ms")
        if hello:
            self.figures.put(f"{name}_x_hello{self.suffix}", spent / hello, "x")
        return spent


def get(visitor: Visitor, path: str, marker: str) -> dict[str, Any]:
    """Return the request of a page; the marker shows that it is the page that was meant."""
    return {
        "method": "GET",
        "path": path,
        "headers": visitor.headers,
        "status": 200,
        "marker": marker,
    }


def saving(sitting: Sitting, sequence: int) -> dict[str, Any]:
    """Return the request that saves an answer."""
    step = {
        "kind": "answer",
        "client": "bench",
        "sequence": sequence,
        "position": sitting.position,
        "fields": sitting.fields,
    }
    return {
        "method": "POST",
        "path": f"/quizzes/attempts/{sitting.token}/steps",
        "headers": sitting.visitor.headers | {"Content-Type": "application/json"},
        "body": json.dumps(step),
        "status": 200,
        "marker": '"saved"',
    }


def submitting(sitting: Sitting) -> dict[str, Any]:
    """Return the request that submits an attempt."""
    return {
        "method": "POST",
        "path": f"/quizzes/attempts/{sitting.token}/submit",
        "headers": sitting.visitor.headers | {"Content-Type": "application/x-www-form-urlencoded"},
        "body": urlencode({"csrf_token": sitting.visitor.csrf}),
        "status": 303,
        "marker": "/result",
    }


def pages_of(company: Company, course_title: str) -> dict[str, Callable[[int], dict[str, Any]]]:
    """Return, for each hot page, the request of the visitor of a number."""
    readers, savers = company.readers, company.savers

    def reader(number: int) -> Visitor:
        return readers[number % len(readers)]

    def quiz(number: int) -> dict[str, Any]:
        sitting = savers[number % len(savers)]
        return get(sitting.visitor, f"/quizzes/attempts/{sitting.token}", sitting.token)

    return {
        "page_today": lambda n: get(reader(n), "/", course_title),
        "page_lesson": lambda n: get(reader(n), company.lesson, "<h1"),
        "page_quiz": quiz,
        "page_record": lambda n: get(reader(n), "/records/", "<h1"),
    }


def measure(run: Run, company: Company, scale: Scale, hello: float, title: str) -> None:
    """Measure everything on one server."""
    pages = pages_of(company, title)
    for name, request in pages.items():
        run.send([request(n) for n in range(8 * CORES)])  # compiles the template in each worker
        run.cpu_ms(name, [request(n) for n in range(scale.pages)], hello)
    _nobody_sees_another(run, pages, company)
    sequences = range(1, scale.pages // len(company.savers) + 2)
    saves = [saving(each, number) for number in sequences for each in company.savers]
    run.cpu_ms("answer_save", saves, hello)
    for name, sittings in (
        ("submit", company.failing),
        ("submit_with_certificate", company.passing),
        ("submit_with_two_certificates", company.completing),
    ):
        run.send([submitting(each) for each in sittings[: 4 * CORES]])  # compiles the statements
        run.cpu_ms(name, [submitting(each) for each in sittings[4 * CORES :]], hello)
    crowd = [list(pages.values())[n % 4](n // 4) for n in range(scale.crowd)]
    seen = run.send(crowd, threads=100)
    times = sorted(each[1] for each in seen["results"])
    p95 = statistics.quantiles(times, n=20)[-1] * 1000
    run.figures.put(f"users100_page_p95_ms{run.suffix}", p95, "ms")
    many = [
        saving(each, 10_000 + number)
        for number in range(scale.crowd // len(company.savers) + 1)
        for each in company.savers
    ]
    saved = run.send(many, threads=100)
    run.figures.put(f"users100_save_per_s{run.suffix}", len(many) / saved["seconds"], "/s")
    run.figures.put(f"users100_errors{run.suffix}", seen["errors"] + saved["errors"], "errors")
    run.figures.put(f"memory_pss_mb{run.suffix}", run.server.pss_mb(), "MB")


def _nobody_sees_another(
    run: Run, pages: dict[str, Callable[[int], dict[str, Any]]], company: Company
) -> None:
    """Fail where two people get the same bytes: a cache would have shown one the other's page."""
    for name, request in pages.items():
        people = min(len(company.readers), len(company.savers), 20)
        seen = run.send([request(n) for n in range(people)])["results"]
        if len({each[4] for each in seen}) != people:
            run.figures.faults.append(f"{name}: two people got the same bytes")


def hello_of(figures: Figures, folder: Path, scale: Scale, *, default: bool) -> float:
    """Measure the yardstick under the same server."""
    suffix = "_default" if default else ""
    requests = [
        {"method": "GET", "path": "/", "headers": {}, "status": 200, "marker": "Hello"}
    ] * scale.hello
    with served(
        "sqlite://", folder, default=default, workers=CORES, module="tests.bench.hello:app"
    ) as server:
        run = Run(server, figures, suffix)
        run.send(requests[:200])
        return run.cpu_ms("hello", requests, None)


def certificate_warm_ms(figures: Figures, url: str, folder: Path) -> None:
    """Measure making one certificate's file again, in a process that has made one."""
    app = app_for(url, folder)
    with app.app_context():
        certificate = db.session.scalars(select(Certificate).order_by(Certificate.id)).first()
        if certificate is None:
            figures.faults.append("no certificate was issued")
            return
        times = []
        for _ in range(6):
            for file in documents.folder().iterdir():  # a kept file would cost nothing
                file.unlink()
            began = time.perf_counter()
            data = documents.render(documents.values_of(certificate, "zh"))
            times.append((time.perf_counter() - began) * 1000)
        figures.put("certificate_warm_ms", statistics.median(times[1:]), "ms")
        figures.put("certificate_kb", len(data) / 1000, "kB")
        pdf.close()
        db.session.remove()


def main() -> None:
    """Run what the arguments ask for; fail where an answer was not the one that was meant."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small company, few requests")
    parser.add_argument(
        "--only",
        choices=("gunicorn", "default", "sandbox", "verify", "certificates", "archive", "studio"),
        help="measure one part",
    )
    parser.add_argument("--flat", action="store_true", help="compare with ten times the people")
    options = parser.parse_args()
    scale, figures = (QUICK if options.quick else Scale()), Figures()
    with ExitStack() as stack:
        for default in (False, True):
            if options.only not in (None, "default" if default else "gunicorn"):
                continue
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            hello = hello_of(figures, folder, scale, default=default)
            url, company = _company(folder, scale)
            with served(url, folder, default=default, workers=CORES) as server:
                run = Run(server, figures, "_default" if default else "")
                measure(run, company, scale, hello, COURSE)
                if not default:
                    certificate_warm_ms(figures, url, folder)
        if options.only in (None, "sandbox"):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            sandbox.measure(figures, folder, sandbox.QUICK if options.quick else sandbox.Size())
        if options.only in (None, "verify"):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            count = 20_000 if options.quick else 1_000_000
            spent = chains.verify_seconds(chains.build(folder, count), folder, count)
            figures.put("records_verify_1m_s", spent * (1_000_000 / count), "s")
        if options.only in (None, "certificates"):
            for workers in (1, 2):
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                people = certificates.QUICK if options.quick else certificates.PEOPLE
                certificates.measure(figures, folder, people=people, workers=workers)
        if options.only in (None, "archive"):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            archive.measure(figures, folder, archive.QUICK if options.quick else archive.Size())
        if options.only in (None, "studio"):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            studio.measure(
                figures,
                folder,
                studio.QUICK if options.quick else studio.Size(),
                lambda server, requests: Run(server, figures).send(requests, threads=1),
            )
        if options.flat:
            _flatness(stack, scale, figures)
    for fault in figures.faults[:10]:
        print(f"wrong: {fault}", file=sys.stderr)
    sys.exit(1 if figures.faults else 0)


def _company(folder: Path, scale: Scale) -> tuple[str, Company]:
    return prepared(
        folder,
        employees=scale.employees,
        records=scale.records,
        visitors=scale.visitors,
        sittings=scale.sittings,
    )


def _flatness(stack: ExitStack, scale: Scale, figures: Figures) -> None:
    """Compare the pages' cost with ten times the people, each with as many records.

    Both platforms are served at once and asked in turn: what else the machine does meets both.
    """
    large = Scale(scale.employees * 10, scale.records * 10, scale.visitors, scale.sittings)
    runs = []
    for size, ending in ((scale, "_usual"), (large, "_large")):
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url, company = _company(folder, size)
        server = stack.enter_context(served(url, folder, workers=CORES))
        runs.append((Run(server, figures, ending), pages_of(company, COURSE)))
    for name in runs[0][1]:
        spent = []
        for run, pages in runs:
            run.send([pages[name](n) for n in range(8 * CORES)])
            spent.append(run.cpu_ms(name, [pages[name](n) for n in range(scale.pages)], None))
        figures.put(f"{name}_growth", spent[1] / spent[0], "x")


if __name__ == "__main__":
    main()
