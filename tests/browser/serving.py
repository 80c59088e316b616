"""The platform as a person starts it, on a copy of the demo company; and its tables."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.postgres import free_port
from training_platform.config import ROOT


@dataclass
class Served:
    """A served platform: its address, and where it keeps its things."""

    instance: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.instance / 'demo.db'}"

    def start(self) -> None:
        """Start the server on its port, and wait until it answers."""
        environment = os.environ | {
            "DATABASE_URL": self.database_url,
            "INSTANCE_DIR": str(self.instance),
            "DEMO": "1",
            "PORT": str(self.port),
            "BASE_URL": self.url,
        }
        with (self.instance / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        ends = time.monotonic() + 90
        while time.monotonic() < ends:
            assert self.process.poll() is None, f"the server ended:\n{self.log}"
            try:
                with urlopen(f"{self.url}/healthz", timeout=10):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"the server does not answer:\n{self.log}")

    def kill(self) -> None:
        """End the server at once, as a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End the server politely."""
        assert self.process is not None
        self.process.terminate()
        self.process.wait(15)

    @property
    def log(self) -> str:
        return (self.instance / "server.log").read_text(encoding="utf-8")[-3000:]

    @contextmanager
    def tables(self, *, to_change: bool = False) -> Iterator[Session]:
        """Open the database itself; `to_change` takes the lock first, and commits at the end."""
        engine = create_engine(self.database_url)
        with Session(engine, expire_on_commit=False) as session, session.begin():
            if to_change:
                connection = session.connection()
                connection.exec_driver_sql("ROLLBACK")  # a plain BEGIN may be overtaken
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield session
        engine.dispose()


@contextmanager
def serve(template: Path, instance: Path) -> Iterator[Served]:
    """Serve a copy of the demo company until the block ends; nothing may have broken meanwhile."""
    shutil.copytree(template.parent, instance, dirs_exist_ok=True)
    served = Served(instance, free_port())
    try:
        served.start()
        yield served
    finally:
        served.stop()
    assert "Traceback" not in served.log, served.log
