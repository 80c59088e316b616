"""The visitors: a process of their own, so that their work is not counted as the server's.

Reads one JSON plan from standard input, sends its requests, and writes what happened.
"""

import hashlib
import http.client
import json
import sys
import threading
import time
from typing import Any


def main() -> None:
    """Run the plan with as many threads as it asks for.

    Each thread pauses as long as the plan says; without a pause there is no think time.
    """
    plan = json.load(sys.stdin)
    waiting = list(enumerate(plan["requests"]))
    lock, results = threading.Lock(), []

    pause = plan.get("pause", 0.0)

    def work(place: int) -> None:
        time.sleep(pause * place / plan["threads"])
        while True:
            with lock:
                if not waiting:
                    return
                number, request = waiting.pop(0)
            done = _send(plan["port"], request)
            with lock:
                results.append((number, *done))
            time.sleep(pause)

    began = time.perf_counter()
    threads = [threading.Thread(target=work, args=(at,)) for at in range(plan["threads"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump({"seconds": time.perf_counter() - began, "results": results}, sys.stdout)


def _send(port: int, request: dict[str, Any]) -> tuple[float, int, str, str]:
    """Send one request; return its time, status, what is wrong with it, and its digest."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(
            request["method"], request["path"], request.get("body"), request["headers"]
        )
        response = connection.getresponse()
        body = response.read()
        status = response.status
        location = response.getheader("Location") or ""
    except (OSError, http.client.HTTPException) as fault:
        return time.perf_counter() - began, 0, repr(fault), ""
    finally:
        connection.close()
    seconds = time.perf_counter() - began
    text = body.decode("utf-8", "replace") + location
    wrong = ""
    if status != request["status"]:
        wrong = f"{request['path']}: status {status}, not {request['status']}: {text[:200]}"
    elif request["marker"] not in text:
        wrong = f"{request['path']}: {request['marker']!r} is not in the answer"
    return seconds, status, wrong, hashlib.sha256(body).hexdigest()


if __name__ == "__main__":
    main()
