"""The embedded server: waitress, because it keeps answering while slow clients trickle."""

import os
import signal
import sys
from types import FrameType

from flask import Flask

from training_platform.core.jobs import Worker, is_embedded

#: What is taken from the network at all; it waits in a temporary file until it is whole.
LARGEST_BODY = 64 * 1024 * 1024
DEMO_ACCOUNTS = (
    "newcomer specialist specialist2 supervisor manager trainer trainer2 mentor head head2 hr "
    "leader leader2 admin"
)


def serve(app: Flask) -> None:
    """Serve on HOST and PORT until interrupted; print where, and the demo accounts."""
    import waitress  # noqa: PLC0415  # only the embedded server needs it

    host = os.environ.get("HOST", "127.0.0.1")
    port = int(os.environ.get("PORT", "8000"))
    worker = None
    with app.app_context():
        embedded = is_embedded()
    if embedded:
        worker = Worker(app)
        worker.start_thread()
    signal.signal(signal.SIGTERM, _stop)
    _announce(app, host, port)
    try:
        waitress.serve(
            app,
            host=host,
            port=port,
            threads=8,
            connection_limit=2000,
            channel_timeout=30,
            ident=None,
            # Above our own limit, so that who sends too much gets our page and not one bare line.
            max_request_body_size=LARGEST_BODY,
            clear_untrusted_proxy_headers=True,
            _quiet=True,
        )
    except OSError as fault:
        sys.exit(
            f"Cannot serve on {host}:{port}: {fault.strerror}. Choose another: PORT=8001 make run"
        )
    finally:
        if worker:
            worker.stop()


def _announce(app: Flask, host: str, port: int) -> None:
    out = sys.stdout
    out.write(f"\n  Customer Relations Academy 客户关系学堂\n  http://{host}:{port}\n")
    if app.config["DEMO"]:
        out.write(f"\n  Demo accounts, password Demo-training-2026:\n  {DEMO_ACCOUNTS}\n")
    out.write("\n  Ctrl+C stops the server.\n\n")
    out.flush()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
