"""Gunicorn's settings: ``gunicorn -c python:training_platform.core.gunicorn app:app``.

Synchronous workers, one per core: the cheapest way to answer a request, behind a proxy that
buffers slow clients (docs/operations.md). Whoever serves without a proxy runs ``python app.py``.
"""

import contextlib
import fcntl
import gc
import os
from pathlib import Path
from typing import IO, Any

from training_platform.core.db import db
from training_platform.core.jobs import Worker
from training_platform.core.templating import compile_all

_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "0")) or _cores
worker_class = "sync"
#: Loaded once, then forked: workers share the memory of code and templates.
preload_app = True
timeout = 60
graceful_timeout = 30
#: Workers are replaced now and then, not all at once: whatever leaks stays small.
max_requests = 50_000
max_requests_jitter = 5_000
#: A control socket in the home folder would be shared by two installations, or be refused.
control_socket_disable = True
#: The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
errorlog = "-"

_held: list[IO[bytes]] = []
_job_workers: list[Worker] = []


def when_ready(server: Any) -> None:
    """Compile the templates and put all objects aside before the workers are forked."""
    application = server.app.wsgi()
    if os.environ.get("WARM_TEMPLATES", "1") == "1":  # a restart in tests does without
        compile_all(application)
    gc.collect()
    gc.freeze()


def post_fork(_server: Any, worker: Any) -> None:
    """Give the worker database connections of its own: two processes on one would mix answers."""
    application = worker.app.wsgi()
    with application.app_context():
        db.engine.dispose(close=False)


def post_worker_init(worker: Any) -> None:
    """Run the jobs in one of the workers, unless JOBS_EMBEDDED=0 leaves them to another process."""
    application = worker.app.wsgi()
    if application.config["JOBS_EMBEDDED"] and _is_first(Path(application.instance_path)):
        runner = Worker(application)
        runner.start_thread()
        _job_workers.append(runner)


def worker_exit(_server: Any, _worker: Any) -> None:
    """Let the job at hand end; the worker that takes this one's place goes on."""
    for runner in _job_workers:
        runner.stop()
    _job_workers.clear()


def _is_first(instance: Path) -> bool:
    """Take the lock of this installation; it is free again when the process ends."""
    instance.mkdir(parents=True, exist_ok=True)
    lock = (instance / "jobs.lock").open("wb")
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _held.append(lock)
        return True
    lock.close()
    return False
