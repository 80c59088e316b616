"""The renderer is a process of its own: it may die, hang or be missing, and nothing else does."""

import hashlib
import os
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.core.pdf.documents import page, text_of
from training_platform.config import ROOT
from training_platform.core import pdf, pdf_worker

pytestmark = pytest.mark.usefixtures("renderer")


def worker_pid() -> int:
    pdf.warm()
    process = pdf._renderer._process
    assert process is not None
    return process.pid


def test_a_killed_renderer_is_replaced() -> None:
    killed = worker_pid()
    os.kill(killed, signal.SIGKILL)
    assert "王玥" in text_of(pdf.render(page("王玥")))
    assert worker_pid() != killed


def test_a_renderer_killed_at_work_is_replaced_and_the_document_made() -> None:
    long = page("<p>" + "王玥 " * 20_000)
    pid = worker_pid()
    killer = threading.Timer(0.3, os.kill, (pid, signal.SIGKILL))
    killer.start()
    assert pdf.render(long).startswith(b"%PDF")
    killer.join()
    assert worker_pid() != pid


def test_a_document_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "TIME_LIMIT", 0.2)
    with pytest.raises(pdf.PdfTimeoutError):
        pdf.render(page("<p>" + "王玥 " * 20_000))
    monkeypatch.undo()
    assert "王玥" in text_of(pdf.render(page("王玥")))


def test_threads_get_their_own_documents() -> None:
    names = [f"第{number}号" for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        texts = list(pool.map(lambda name: text_of(pdf.render(page(name))), names))
    assert texts == names


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc, which Linux has")
def test_the_renderer_has_a_memory_limit_and_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for the renderer")
    pdf.close()
    own = Path("/proc") / str(worker_pid())
    limit = re.search(r"Max address space +(\d+)", (own / "limits").read_text())
    assert limit is not None
    assert int(limit[1]) == 1 << 30
    assert b"SECRET_KEY" not in (own / "environ").read_bytes()


FORKING = """
import os
from training_platform.core import pdf
html = "<html lang=en><title>x</title><p>x"
pdf.render(html)
mine = pdf._renderer._process.pid
child = os.fork()
data = pdf.render(html)
same = pdf._renderer._process.pid == mine
pdf.close()
if not child:
    os._exit(0 if data and not same else 1)
assert same
assert os.waitpid(child, 0)[1] == 0
print("both rendered")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, which Windows lacks")
def test_after_a_fork_each_process_has_its_own_renderer() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKING],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "both rendered\n", done.stderr


def saying(greeting: str, folder: Path) -> str:
    """Return the path of a worker that says this and leaves."""
    path = folder / "worker.py"
    frame = len(greeting.encode()).to_bytes(4, "big") + greeting.encode()
    path.write_text(f"import sys; sys.stdout.buffer.write({frame!r})", "utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("greeting", "command"),
    [
        (
            '{"error": "library", "detail": "cannot load library libpango-1.0-0"}',
            "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        ),
        ('{"error": "fonts", "detail": "fonts.conf"}', "git checkout -- static/fonts"),
        ('{"error": "package", "detail": "No module named weasyprint"}', "make setup"),
    ],
)
def test_what_is_missing_is_named_with_its_command(
    greeting: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf.close()
    monkeypatch.setattr(pdf_worker, "__file__", saying(greeting, tmp_path))
    with pytest.raises(pdf.PdfUnavailableError) as caught:
        pdf.render(page("x"))
    assert caught.value.command == command
    assert command in (pdf.check() or "")


def test_a_slow_installation_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf.close()
    monkeypatch.setattr(pdf_worker, "__file__", saying('{"subset": false}', tmp_path))
    assert "harfbuzz-subset is missing" in (pdf.check() or "")
    pdf.close()


def test_a_complete_installation_lacks_nothing() -> None:
    assert pdf.check() is None


def test_the_fonts_are_the_recorded_ones() -> None:
    readme = (pdf_worker.FONTS / "README.md").read_text("utf-8")
    recorded = dict(re.findall(r"`(\S+\.ttf)` \| \d+ \| `([0-9a-f]{64})`", readme))
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in pdf_worker.FONTS.glob("*.ttf")
    }
    assert recorded == found
