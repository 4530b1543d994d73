import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from support_bot.conversations.database import FILE, database_url, opened, transaction, upgrade
from support_bot.conversations.errors import StoreDamaged, StoreError, StoreNewer, StoreUnavailable
from support_bot.conversations.ledger import Caps, Ledger
from support_bot.conversations.schema import metadata
from support_bot.conversations.store import ConversationStore


@pytest.mark.slow
def test_the_steps_lead_to_the_tables_that_are_used(address: str, tmp_path: Path) -> None:
    for _ in range(2):  # the second time there is nothing to do
        engine = opened(database_url(address, data_dir=tmp_path))
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        engine.dispose()


@pytest.mark.slow
def test_a_database_of_the_first_version_is_brought_up_to_date_with_what_was_spent(
    address: str, tmp_path: Path
) -> None:
    url = database_url(address, data_dir=tmp_path)
    engine = create_engine(url)
    asked = datetime(2026, 11, 25, 23, 59, tzinfo=UTC).timestamp()
    with engine.begin() as connection:
        upgrade(connection, to="0001")
        connection.execute(
            text("INSERT INTO conversations VALUES (1, 'default', 'o', 'c_1', :asked, :asked)"), {"asked": asked}
        )
        for n, cost in enumerate((0.25, 0.5, 0.0)):
            columns = "id, conversation, asked, typed, digest, status, cost, frames, documents"
            counts = "input_tokens, cached_tokens, output_tokens"
            connection.execute(
                text(
                    f"INSERT INTO messages ({columns}, {counts}) "
                    "VALUES (:id, 1, :asked, 'Refunds?', '', 'complete', :cost, '[]', '[]', 1, 0, 1)"
                ),
                {"id": f"m_{n}", "asked": asked + 60 * n, "cost": cost},
            )
    engine.dispose()
    with closing(ConversationStore(opened(url), site="default")) as store:
        ledger = Ledger(store.engine, site="default", caps=Caps(), now=lambda: asked)
        assert [(spent.period, spent.calls, spent.cost) for spent in ledger.standing()] == [
            ("2026-11-25", 1, 0.25),
            ("2026-11", 2, 0.75),
        ]
        assert [day.period for day in ledger.days(9)] == ["2026-11-26", "2026-11-25"]
        assert [kept.typed for kept in store.exported()] == ["Refunds?"] * 3


@pytest.mark.slow
@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_servers_that_start_together_on_an_empty_database_all_start(address: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        for engine in pool.map(lambda _: opened(database_url(address, data_dir=tmp_path)), range(3)):
            engine.dispose()


@pytest.mark.slow
def test_a_newer_database_is_refused(address: str, tmp_path: Path) -> None:
    url = database_url(address, data_dir=tmp_path)
    engine = opened(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreNewer, match=r"'9999'.*pip install --upgrade"):
        opened(url)


def test_an_address_of_another_kind_is_refused(tmp_path: Path) -> None:
    for given in ("mysql://host/name", "nonsense", "sqlite://"):
        with pytest.raises(StoreError, match="database"):
            database_url(given, data_dir=tmp_path)


def test_a_server_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be used") as raised:
        opened(database_url("postgresql://me:hunter2@127.0.0.1:1/kept", data_dir=tmp_path))
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("written", [b"no database" * 100, None])
def test_p5_a_damaged_file_is_refused_with_the_way_back(tmp_path: Path, written: bytes | None) -> None:
    opened(database_url("", data_dir=tmp_path)).dispose()
    file = tmp_path / FILE
    whole = file.read_bytes()
    file.write_bytes(written or whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(StoreDamaged, match="Put a backup in its place"):
        opened(database_url("", data_dir=tmp_path))


def test_p3_a_lock_is_told_after_a_while(tmp_path: Path) -> None:
    opened(database_url("", data_dir=tmp_path)).dispose()
    with closing(sqlite3.connect(tmp_path / FILE)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            opened(database_url("", data_dir=tmp_path))


@pytest.mark.slow
def test_p3_whoever_writes_too_long_keeps_nobody_waiting_for_ever(tmp_path: Path) -> None:
    engine = opened(database_url("", data_dir=tmp_path))
    with closing(ConversationStore(engine, site="default")), transaction(engine) as connection:
        with pytest.raises(StoreUnavailable, match="locked"), transaction(engine):
            pytest.fail("There are two who write.")
        with transaction(engine, only_reads=True) as reading:
            assert reading.execute(text("SELECT count(*) FROM messages")).scalar_one() == 0
        assert connection.execute(text("DELETE FROM messages")).rowcount == 0


@pytest.mark.slow
@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_p3_a_lock_of_postgresql_is_told_after_a_while_and_the_next_answer_is_its_own(
    address: str, tmp_path: Path
) -> None:
    url = database_url(address, data_dir=tmp_path)
    with closing(ConversationStore(opened(url), site="default")) as store:
        holder = create_engine(url)
        with holder.begin() as connection:
            connection.execute(text("LOCK TABLE messages"))
            with pytest.raises(StoreUnavailable, match="Conversations cannot be kept"):
                store.recent_questions(1)
        holder.dispose()
        for _ in range(3):
            with transaction(store.engine) as connection:
                assert connection.execute(text("SELECT 'its own'")).scalar_one() == "its own"
