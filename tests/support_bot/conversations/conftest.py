"""The databases that conversations can be kept in: a file of SQLite, and a real PostgreSQL server."""

import os
import pwd
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from support_bot.conversations.database import database_url, opened
from support_bot.conversations.store import ConversationStore

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a server of this test run's own."""
    if not _PROGRAMS or (os.getuid() == 0 and not _has_user("postgres")):
        pytest.skip("PostgreSQL is not installed: run `make test` as root, or `apt-get install postgresql`")
    as_its_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []  # it refuses root
    with tempfile.TemporaryDirectory(prefix="pg") as folder:  # a short path: its socket's has at most 107 bytes
        if as_its_user:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        control = [*as_its_user, str(_PROGRAMS[-1] / "pg_ctl"), "--pgdata", f"{folder}/data"]
        subprocess.run(
            [*control, "initdb", "-o", "--auth=trust --username=postgres --no-sync"], check=True, capture_output=True
        )
        for _ in range(5):  # another program may take the free port first
            with closing(socket.create_server(("127.0.0.1", 0))) as free:
                port = free.getsockname()[1]
            options = f"-k {folder} -h 127.0.0.1 -p {port} -c fsync=off -c max_connections=200"
            start = [*control, "start", "-w", "-t", "120", "-l", f"{folder}/log", "-o", options]
            if not subprocess.run(start, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
                break
        else:
            pytest.fail(f"PostgreSQL does not start: {Path(folder, 'log').read_text()}")
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "stop", "-m", "immediate", "-t", "120"], check=True, capture_output=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'kept.sqlite'}"
    url: str = request.getfixturevalue("postgresql")
    engine = create_engine(url.replace("postgresql", "postgresql+pg8000"))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url


@pytest.fixture
def store(address: str, tmp_path: Path) -> Iterator[ConversationStore]:
    """An empty store in each kind of database."""
    with closing(ConversationStore(opened(database_url(address, data_dir=tmp_path)), site="default")) as kept:
        yield kept


def _has_user(name: str) -> bool:
    return any(user.pw_name == name for user in pwd.getpwall())
