"""What callers wait for while strangers try to sign in; prints, and judges nothing. It may serve another checkout."""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from typing import TypeVar
from urllib.parse import urlencode

from passlib.hash import argon2

from bench.installation import NIGHT
from bench.servers import HOME
from bench.twilio import ACCOUNT, HOST, LINE, ORIGIN, TOKEN, Telephone, sid
from commands.demo.sandbox import free_port
from storage.accounts import accounts
from storage.accounts.accounts import Role
from storage.database import Database
from tests.support.databases import KINDS, Postgres, Sqlite

T = TypeVar("T")
PATIENCE = 15.0  # seconds; Twilio's own
READY_WITHIN = 30.0
AT_ONCE = 200  # of them wait for an answer
EMAIL = "ing@nvl.example"
TOKEN_OF_FORM = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def main() -> None:
    wanted = _arguments()
    with ExitStack() as opened:
        home = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="astreinte-bench-")))
        home.chmod(0o755)  # PostgreSQL runs as a user of its own
        database = (Sqlite if wanted.database == "sqlite" else Postgres)(home / "database")
        opened.callback(database.stop)
        url = opened.enter_context(database.fresh())
        port = opened.enter_context(_served(wanted.checkout.resolve(), url, home))
        alone = _calls(port, wanted, 0)
        tries, together = _beside(port, wanted)
        _tell(wanted, alone, together, tries)


def _tell(wanted: argparse.Namespace, alone: list[float], together: list[float], tries: Counter[int]) -> None:
    print(f"{wanted.calls:g} calls a second for {wanted.seconds:g} s, {wanted.database}, {wanted.checkout.resolve()}")
    for name, waits in (("alone", alone), (f"beside {wanted.rate:g} posts a second to {wanted.path}", together)):
        late = sum(wait >= PATIENCE for wait in waits)
        print(
            f"  {name:45} median {median(waits) * 1000:8.1f} ms  worst {max(waits) * 1000:8.1f} ms  unanswered {late}"
        )
    print(f"  ratio: median {median(together) / median(alone):.1f}, worst {max(together) / max(alone):.1f}")
    print("  posts were answered: " + ", ".join(f"{count} × {status or 'nothing'}" for status, count in tries.items()))


# ---------------------------------------------------------------- what is asked
def _beside(port: int, wanted: argparse.Namespace) -> tuple[Counter[int], list[float]]:
    cookie, token = _form(port, wanted.path)
    told: Counter[int] = Counter()
    with ThreadPoolExecutor(AT_ONCE) as crowd, ThreadPoolExecutor(1) as other:
        called = other.submit(_calls, port, wanted, 1)
        posts = list(_at(wanted.rate, wanted.seconds, lambda n: crowd.submit(_tried, port, wanted, cookie, token, n)))
        told.update(post.result() for post in as_completed(posts))
        return told, called.result()


def _tried(port: int, wanted: argparse.Namespace, cookie: str, token: str, number: int) -> int:
    """Half of them at an account that there is, the others at nobody's; from many networks, as far as that is heard."""
    email = EMAIL if number % 2 else f"x{number}@nvl.example"
    body = urlencode({"csrf_token": token, "email": email, "password": "faux"})
    heads = {"Cookie": cookie, "X-Forwarded-For": f"203.0.{number // 250 % 250}.{number % 250}"}
    return _asked(port, "POST", wanted.path, body, heads)[0]


def _form(port: int, path: str) -> tuple[str, str]:
    _, page, cookies = _asked(port, "GET", path, "", {})
    found = TOKEN_OF_FORM.search(page)
    if not found:
        raise RuntimeError(f"no form at {path}: {page[:300]}")
    return "; ".join(each.partition(";")[0] for each in cookies), found[1]


def _calls(port: int, wanted: argparse.Namespace, series: int) -> list[float]:
    """Seconds until each call is answered, whether or not those before it are."""
    with ThreadPoolExecutor(AT_ONCE) as lines:
        calls = list(_at(wanted.calls, wanted.seconds, lambda n: lines.submit(_call, port, series * 100_000 + n)))
        return [call.result() for call in calls]


def _call(port: int, number: int) -> float:
    request = Telephone(sid("CA", number), f"+3363998{number % 10_000:04d}").post("voice", CallStatus="ringing")
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    heads = dict(line.split(": ", 1) for line in lines)
    began = time.perf_counter()
    status, text, _ = _asked(port, "POST", "/webhooks/voice", body.decode(), heads)
    return time.perf_counter() - began if status == 200 and "<Response" in text else PATIENCE


def _at(rate: float, seconds: float, act: Callable[[int], Future[T]]) -> Iterator[Future[T]]:
    """So many a second, at their time, whatever became of the others."""
    began = time.perf_counter()
    for number in range(int(rate * seconds)):
        time.sleep(max(0.0, began + number / rate - time.perf_counter()))
        yield act(number)


def _asked(port: int, method: str, path: str, body: str, heads: dict[str, str]) -> tuple[int, str, list[str]]:
    """Status 0 for no answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    try:
        connection.request(method, path, body or None, {"Host": HOST, "Accept": "text/html", **kind, **heads})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace"), answer.headers.get_all("Set-Cookie") or []
    except (OSError, HTTPException):
        return 0, "", []
    finally:
        connection.close()


# ---------------------------------------------------------------- what is served
@contextmanager
def _served(checkout: Path, url: str, home: Path) -> Iterator[int]:
    port, environ = free_port(), _environ(checkout, url, home)
    command = [sys.executable, str(checkout / "cli.py")]
    subprocess.run(
        [*command, "load", str(checkout / "nvl.toml")], env=environ, cwd=checkout, check=True, stdout=subprocess.DEVNULL
    )
    _account(url)
    with (home / "serve.log").open("wb") as said:
        serve = [*command, "serve", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
        process = subprocess.Popen(serve, env=environ, cwd=checkout, stdout=said, stderr=said, start_new_session=True)
    try:
        _await(port, process, home / "serve.log")
        yield port
    finally:
        _end(process)


def _environ(checkout: Path, url: str, home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
    return kept | {
        "PYTHONPATH": str(checkout), "DATABASE_URL": url, "RECORDINGS_URL": str(home / "audio"), "SECRET_KEY": TOKEN,
        "PUBLIC_URL": ORIGIN, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_SMS_SENDER": "NVL",
        "TWILIO_API_URL": "http://127.0.0.1:9", "TWILIO_CALLER_ID": LINE, "ASTREINTE_CLOCK": NIGHT.isoformat(),
    }  # fmt: skip


def _account(url: str) -> None:
    """Somebody with a password, which nobody here says: of the library's cost, as the line's own."""
    database = Database(url)
    with database.begin() as db:
        number = accounts.add(db, EMAIL, [Role.ADMIN], NIGHT)
        accounts.change(db, number, {"password": argon2.hash("a password that is not tried")})
    database.dispose()


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    began = time.perf_counter()
    while _asked(port, "GET", "/healthz", "", {})[0] != 200:
        if process.poll() is not None or time.perf_counter() > began + READY_WITHIN:
            raise RuntimeError(f"it does not start:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.05)
    for number in range(20):  # each worker reads the directory in with its first call
        _call(port, 900_000 + number)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.signins", description=__doc__)
    parser.add_argument("--rate", type=float, default=60, help="posts a second")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--calls", type=float, default=2, help="calls a second")
    parser.add_argument("--path", choices=["/login", "/reset"], default="/login")
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--checkout", type=Path, default=HOME, help="the tree to serve: this one, or another")
    return parser.parse_args()


if __name__ == "__main__":
    main()
