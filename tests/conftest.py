"""What every test may ask for: a database of either kind, a clock, a line with its telephones."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings
from werkzeug.test import Client

from storage.database import Database
from tests.mail.server import Server, serving
from tests.support.databases import KINDS, Postgres, Sqlite, nothing_lasts, share_engines
from tests.support.machine import forget_the_shell
from tests.support.phone import Line, TestClock
from tests.support.quick import share, spare_passwords
from tests.support.quiet import quieten

forget_the_shell()
quieten()
nothing_lasts()
share_engines()
share()
spare_passwords()

HERE = Path(__file__).parent
ABOUT_PAGES = frozenset({"browser", "commands", "printing", "web"})

# A fixture that hands out one database a test is right for examples that do not share it by themselves.
settings.register_profile("astreinte", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("astreinte")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--both", action="store_true", help="pages, too, on both databases (make test-all)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is about pages runs on one database, by its name: each run uses both."""
    if config.getoption("both"):
        return
    left = [item for item in items if not _is_for_the_other(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(left)])
    items[:] = left


def _is_for_the_other(item: pytest.Item) -> bool:
    kind = getattr(item, "callspec", None) and item.callspec.params.get("database_url")  # type: ignore[attr-defined]
    if kind is None or item.path.relative_to(HERE).parts[0] not in ABOUT_PAGES:
        return False
    return bool(KINDS[crc32(item.nodeid.replace(kind, "").encode()) % len(KINDS)] != kind)


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    home = tmp_path_factory.mktemp("postgres")
    for folder in (home, *home.parents):  # the server runs as another user, who must get there
        if os.stat(folder).st_uid == os.getuid() and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o755)
        if folder == Path("/tmp"):
            break
    server = Postgres(home)
    yield server
    server.stop()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh database with its schema, of both kinds in turn."""
    source: Sqlite | Postgres = request.getfixturevalue(
        "sqlite_files" if request.param == "sqlite" else "postgres_server"
    )
    with source.fresh() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def clock() -> TestClock:
    """Saturday 12 September 2026, 22:04 in Paris: everything is closed, ing2 has the week."""
    return TestClock()


@pytest.fixture
def make_line(database_url: str, tmp_path: Path, clock: TestClock) -> Iterator[Callable[..., Line]]:
    """A line on another directory, or with other settings."""
    made: list[Line] = []

    def make(directory: str | None = None, **more: str) -> Line:
        made.append(Line(database_url, tmp_path / "audio", clock, directory, **more))
        return made[-1]

    yield make
    for line in made:
        line.close()


@pytest.fixture
def line(make_line: Callable[..., Line]) -> Iterator[Line]:
    """The sample directory's line; Twilio must have had nothing to complain of at the end."""
    made = make_line()
    yield made
    assert made.twilio.complaints == []


@pytest.fixture
def browser(line: Line) -> Client:
    """Whoever has an address of ours."""
    return line.app.test_client()


@pytest.fixture
def server() -> Iterator[Server]:
    """A mail server that takes what it is given."""
    with serving() as started:
        yield started
