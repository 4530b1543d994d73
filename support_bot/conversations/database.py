"""Turn a database's address into an engine whose tables are those of this version.

SQLite by default, below the data directory; PostgreSQL by its URL. A locked database is waited for, but not for long.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from support_bot.conversations.errors import StoreDamaged, StoreError, StoreNewer, StoreUnavailable

FILE = "conversations.sqlite"
_ONLY_READS = "only_reads"  # an option of a connection whose transactions wait for nobody who writes
_TURN = "turn"  # an option of an engine: the lock that its transactions take which write
_BUSY_SECONDS = 5.0
_UPGRADING = 5_077_001  # a lock of PostgreSQL, held while the tables are made
_LOOK_SECONDS = 0.05  # until it is seen that it is free
_MIGRATIONS = Path(__file__).parent / "migrations"


def database_url(given: str, *, data_dir: Path) -> URL:
    """Return the database's address: the one given, else that of a file below the data directory."""
    if not given:
        return URL.create("sqlite", database=str(data_dir / FILE))
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise StoreError("SUPPORT_BOT_DATABASE_URL is no address of a database: postgresql://user@host/name") from error
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+pg8000")
    if url.get_backend_name() == "sqlite" and url.database:
        return url
    raise StoreError(f"A database can be PostgreSQL or a file of SQLite, not {url.drivername}.")


def opened(url: URL) -> Engine:
    """Return the database, brought up to this version. Raises StoreError."""
    engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                _check_whole(connection, url)
            upgrade(connection)
    except DBAPIError as error:
        engine.dispose()
        shown = url.render_as_string(hide_password=True)
        if isinstance(error.orig, sqlite3.DatabaseError) and not isinstance(error.orig, sqlite3.OperationalError):
            raise StoreDamaged(_damaged(url)) from error
        raise StoreUnavailable(f"The database {shown} cannot be used: {error.orig}.") from error
    except OSError as error:
        engine.dispose()
        shown = url.render_as_string(hide_password=True)
        raise StoreUnavailable(f"The database {shown} cannot be used: {error}.") from error
    except StoreError:
        engine.dispose()
        raise
    return engine


@contextmanager
def transaction(engine: Engine, *, only_reads: bool = False) -> Iterator[Connection]:
    """Yield a connection whose work is kept as a whole or not at all. Raises StoreUnavailable.

    One that only reads waits for nobody who writes.
    """
    with (
        _named_faults(),
        nullcontext() if only_reads else _turn(engine),
        engine.connect() as connection,
        connection.execution_options(**{_ONLY_READS: only_reads}).begin(),
    ):
        yield connection


@contextmanager
def _named_faults() -> Iterator[None]:
    """Raise StoreUnavailable for a database that does not do what it is asked; that a row is there already goes on."""
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, PoolTimeout, OSError) as error:  # pg8000 lets a wait that is too long through as it is
        raise StoreUnavailable(f"Conversations cannot be kept: {getattr(error, 'orig', error)}.") from error


def forget_deleted(engine: Engine) -> None:
    """Leave nothing of what was deleted in SQLite's log of changes."""
    if engine.dialect.name == "sqlite":
        with _named_faults(), engine.connect() as connection:
            raw = connection.connection.driver_connection
            if raw is not None:
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Wait until nobody else of this process writes: SQLite itself would look but now and then, in no order."""
    lock = engine.get_execution_options().get(_TURN)
    if lock is None:
        yield
        return
    if not lock.acquire(timeout=_BUSY_SECONDS):
        raise StoreUnavailable("Conversations cannot be kept: database is locked.")
    try:
        yield
    finally:
        lock.release()


def _sqlite(url: URL) -> Engine:
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": _BUSY_SECONDS},
        hide_parameters=True,
        execution_options={_TURN: threading.Lock()},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # transactions begin as `begin` says
        # What was written last can be undone by a power cut, never by a kill: an answer would wait for the disk thrice.
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # One that begins by reading could not write once another has written in between.
        only_reads = connection.get_execution_options().get(_ONLY_READS, False)
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: URL) -> Engine:
    try:
        engine = create_engine(url, pool_pre_ping=True, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise StoreError(
            f"PostgreSQL needs the package {error.name}: pip install 'support-bot[postgresql]'."
        ) from error

    @event.listens_for(engine, "handle_error")
    def give_up(context: ExceptionContext) -> None:
        # What it had been asked would come later, as the answer to what it is asked next.
        context.is_disconnect = context.is_disconnect or isinstance(context.original_exception, OSError)

    return engine


def _check_whole(connection: Connection, url: URL) -> None:
    if connection.execute(text("PRAGMA quick_check(1)")).scalar_one() != "ok":
        raise StoreDamaged(_damaged(url))


def _damaged(url: URL) -> str:
    return (
        f"{url.database} is damaged. Put a backup in its place, or move it away to begin with an empty one; "
        "answers need none of it."
    )


def upgrade(connection: Connection, *, to: str = "head") -> None:
    """Bring the tables up to a version, else to this one. Raises StoreNewer for those of a version to come."""
    if connection.dialect.name == "postgresql":  # servers that start together would make the same tables
        while not connection.execute(select(func.pg_try_advisory_xact_lock(_UPGRADING))).scalar_one():
            time.sleep(_LOOK_SECONDS)
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in known:
        raise StoreNewer(
            f"The database was written by a newer version of Support Bot (its version is {found!r}). "
            "Run `pip install --upgrade support-bot`, or name another database by SUPPORT_BOT_DATABASE_URL."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, to)
