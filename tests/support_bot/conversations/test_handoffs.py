"""The outbox in each kind of database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from support_bot.conversations.errors import KeyReused
from support_bot.conversations.records import Answered, Asked
from support_bot.conversations.store import ConversationStore
from support_bot.handoff.outbox import Outbox
from support_bot.handoff.records import Exchange, Wanted

pytestmark = pytest.mark.slow  # it starts a database server

_ANSWERED = Answered(
    status="complete",
    outcome="no_answer",
    mode="extractive",
    degraded=None,
    question="When are refunds paid?",
    text="I could not find an answer to this.",
    confidence=0.1,
    model="",
    input_tokens=0,
    cached_tokens=0,
    output_tokens=0,
    cost=0.0,
    first_token_ms=None,
    total_ms=7,
    citations=(),
    documents=(),
    answer='{"handoff": {"kind": "form", "url": null, "reason": "no_answer"}}',
    frames=(),
)


def _wanted(handoff_id: str = "h_1", **changes: str) -> Wanted:
    wanted = Wanted(
        handoff_id,
        owner="a",
        conversation="c_1",
        name="Ada",
        email="ada@example.com",
        message="My refund has not come.",
        key="k",
        digest="d",
    )
    return replace(wanted, **changes)


def _ask(store: ConversationStore) -> None:
    store.begin(Asked("m_1", owner="a", conversation="c_1", typed="When are refunds paid?", key="", digest=""))
    store.finish("m_1", _ANSWERED)


@pytest.fixture
def outbox(store: ConversationStore) -> Outbox:
    return Outbox(store.engine, site=store.site)


def test_a_person_is_sent_the_conversation_as_it_was_and_why_they_are(store: ConversationStore, outbox: Outbox) -> None:
    _ask(store)
    assert not outbox.put(_wanted()).is_delivered
    store.begin(Asked("m_2", owner="a", conversation="c_1", typed="Hello?", key="", digest=""))
    claimed = outbox.claim(seconds=60)
    assert claimed is not None
    handoff = claimed.handoff
    assert (handoff.id, handoff.email, handoff.reason, claimed.attempt) == ("h_1", "ada@example.com", "no_answer", 1)
    assert handoff.transcript == (Exchange("When are refunds paid?", _ANSWERED.text),)


def test_another_s_conversation_does_not_go_along(store: ConversationStore, outbox: Outbox) -> None:
    _ask(store)
    outbox.put(_wanted(owner="b"))
    claimed = outbox.claim(seconds=60)
    assert claimed is not None
    assert (claimed.handoff.transcript, claimed.handoff.reason) == ((), "asked")
    assert outbox.handed_over("h_1", owner="a") is None
    assert outbox.handed_over("h_1", owner="b") is not None
    assert Outbox(store.engine, site="other").handed_over("h_1", owner="b") is None
    assert Outbox(store.engine, site="other").claim(seconds=60) is None


def test_the_same_request_many_times_at_once_is_one_handoff(outbox: Outbox) -> None:
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda number: outbox.put(_wanted(f"h_{number}")), range(20)))
    assert len({each.id for each in found}) == 1
    assert outbox.waiting().count == 1
    with pytest.raises(KeyReused):
        outbox.put(_wanted(digest="other"))
    assert outbox.put(_wanted("h_b", owner="b")).id == "h_b"  # the same key, of somebody else


def test_one_that_is_being_delivered_is_had_by_nobody_else(outbox: Outbox) -> None:
    for number in range(10):
        outbox.put(_wanted(f"h_{number}", key=""))
    with ThreadPoolExecutor(20) as pool:
        claimed = [each for each in pool.map(lambda _: outbox.claim(seconds=60), range(20)) if each is not None]
    assert sorted(each.handoff.id for each in claimed) == [f"h_{number}" for number in range(10)]


def test_one_whose_sender_died_is_taken_by_another_whose_word_then_counts(outbox: Outbox) -> None:
    outbox.put(_wanted())
    died, second = outbox.claim(seconds=0), outbox.claim(seconds=60)
    assert died is not None
    assert second is not None
    assert (died.attempt, second.attempt, second.handoff) == (1, 2, died.handoff)
    outbox.note_failed(died, why="it was not dead after all", pause=0)
    assert outbox.claim(seconds=60) is None
    outbox.note_failed(second, why="status 503", pause=0)
    assert outbox.waiting().error == "status 503"
    assert outbox.claim(seconds=60) is not None


def test_what_a_person_has_is_forgotten_here_but_for_its_ticket(outbox: Outbox) -> None:
    outbox.put(_wanted())
    assert (outbox.waiting().count, outbox.waiting().failing) == (1, 0)
    assert outbox.claim(seconds=0) is not None
    outbox.note_delivered("h_1", ticket="35436")
    assert outbox.put(_wanted("h_2")) == outbox.handed_over("h_1", owner="a")
    found = outbox.handed_over("h_1", owner="a")
    assert found is not None
    assert (found.is_delivered, found.ticket) == (True, "35436")
    assert outbox.claim(seconds=60) is None
    assert (outbox.waiting().count, outbox.waiting().oldest) == (0, 0)


@pytest.mark.parametrize(
    "erase", [lambda store: store.erase("c_1", owner="a"), lambda store: store.erase_all(owner="a")]
)
def test_who_erases_their_conversation_erases_what_they_handed_over(
    store: ConversationStore, outbox: Outbox, erase: Callable[[ConversationStore], object]
) -> None:
    outbox.put(_wanted())
    erase(store)
    assert outbox.waiting().count == 0
    outbox.note_delivered("h_1", ticket="1")  # by a sender that had it
    assert outbox.handed_over("h_1", owner="a") is None


def test_what_was_delivered_is_in_no_file(tmp_path: Path, store: ConversationStore, outbox: Outbox) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps deleted rows until it vacuums")
    outbox.put(_wanted(message="my name is Rumpelstilzchen"))
    assert outbox.claim(seconds=60) is not None
    outbox.note_delivered("h_1", ticket="1")
    for file in tmp_path.glob("kept.sqlite*"):
        assert b"Rumpelstilzchen" not in file.read_bytes()
