"""What is kept of agents' drafts, in both kinds of database."""

import json
import time
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from support_bot.conversations.database import transaction
from support_bot.conversations.schema import drafts
from support_bot.conversations.store import ConversationStore
from support_bot.drafted import report, report_lines
from support_bot.panel.fates import Drafted, Fate, Fates, changed_share

_DRAFTED = Drafted(
    id="d_1",
    owner="agent:maria",
    kind="draft",
    host="zendesk",
    style="",
    language="en",
    outcome="answered",
    mode="generated",
    degraded="",
    documents=("refunds",),
    internal=0,
    cost=0.002,
    first_token_ms=300,
    total_ms=900,
    text="Hello Ada,\n\nRefunds are paid within five business days. [1]",
)


@pytest.fixture
def fates(store: ConversationStore) -> Fates:
    return Fates(store.engine, site="default", key=b"k" * 32, names_agents=False)


def test_a_drafts_fate_is_kept_for_its_agent_alone(fates: Fates) -> None:
    fates.keep(_DRAFTED)
    sent = Fate("d_1", "inserted", "Hello Ada, Refunds are paid within ten business days.", "up")
    assert not fates.decide(sent, owner="agent:eve")
    assert fates.decide(sent, owner="agent:maria")
    [kept] = fates.kept()
    assert (kept["fate"], kept["rating"], kept["edited"]) == ("inserted", "up", pytest.approx(1 / 9, abs=0.001))
    assert fates.decide(Fate("d_1", "discarded", "", None), owner="agent:maria")
    [kept] = fates.kept()
    assert (kept["fate"], kept["rating"]) == ("discarded", "up")


def test_no_word_of_a_draft_and_no_name_of_an_agent_is_kept(store: ConversationStore, fates: Fates) -> None:
    fates.keep(_DRAFTED)
    with transaction(store.engine, only_reads=True) as connection:
        row = dict(connection.execute(select(drafts)).one()._mapping)
    written = json.dumps(row)
    for word in ("Ada", "efunds are", "business", "maria"):
        assert word not in written
    fates.decide(Fate("d_1", "copied", "Hello", None), owner="agent:maria")
    with transaction(store.engine, only_reads=True) as connection:
        assert connection.execute(select(drafts.c.words)).scalar_one() is None


def test_the_words_digests_of_a_draft_are_forgotten_after_a_day(store: ConversationStore, fates: Fates) -> None:
    fates.keep(_DRAFTED)
    fates.keep(replace(_DRAFTED, id="d_2"))
    with transaction(store.engine) as connection:
        connection.execute(update(drafts).where(drafts.c.id == "d_1").values(created=time.time() - 90_000))
    assert fates.sweep(before=0.0) == 0
    with transaction(store.engine, only_reads=True) as connection:
        kept = dict(connection.execute(select(drafts.c.id, drafts.c.words)).all())
    assert kept["d_1"] is None
    assert kept["d_2"]
    assert fates.sweep(before=time.time() - 80_000) == 1
    assert [each["id"] for each in fates.kept()] == ["d_2"]


def test_what_is_kept_of_an_agent_can_be_taken_away_and_erased(store: ConversationStore, fates: Fates) -> None:
    fates.keep(_DRAFTED)
    fates.keep(replace(_DRAFTED, id="d_2", owner="agent:eve"))
    named = Fates(store.engine, site="default", key=b"k" * 32, names_agents=True)
    named.keep(replace(_DRAFTED, id="d_3"))
    assert [each["id"] for each in fates.kept(owner="agent:maria")] == ["d_1", "d_3"]
    other = Fates(store.engine, site="other", key=b"k" * 32, names_agents=False)
    assert not list(other.kept())
    assert other.erase("d_1") == 0
    assert fates.erase_all(owner="agent:maria") == 2
    assert fates.erase("d_2") == 1
    assert not list(fates.kept())


def test_a_signed_entry_is_used_once(fates: Fates) -> None:
    assert fates.enter_once("a" * 64, ends=time.time() + 60)
    assert not fates.enter_once("a" * 64, ends=time.time() + 60)
    assert fates.enter_once("b" * 64, ends=time.time() - 1)
    assert fates.enter_once("b" * 64, ends=time.time() - 1)  # forgotten, since it lets nobody in any more


def test_more_drafts_than_a_page_are_all_told(fates: Fates) -> None:
    for number in range(501):
        fates.keep(replace(_DRAFTED, id=f"d_{number}", text=""))
    assert len(list(fates.kept())) == 501


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        ("a b c d", "a b c d", 0.0),
        ("a b c d", "a b x d", 0.25),
        ("a b", "a b c d", 0.5),
        ("a", "b", 1.0),
        ("", "", 0.0),
    ],
)
def test_the_share_of_words_that_were_changed(before: str, after: str, share: float) -> None:
    assert changed_share(before.split(), after.split()) == share


def test_the_report_counts_agents_and_names_them_only_where_it_is_to(fates: Fates, store: ConversationStore) -> None:
    for number, fate in enumerate(("inserted", "inserted", "discarded", "")):
        fates.keep(replace(_DRAFTED, id=f"d_{number}", owner=f"agent:{number % 2}"))
        if fate:
            said = Fate(f"d_{number}", fate, _DRAFTED.text if number else "Quite another text.", None)
            fates.decide(said, owner=f"agent:{number % 2}")
    fates.keep(replace(_DRAFTED, id="d_none", outcome="no_answer", text=""))
    fates.keep(replace(_DRAFTED, id="d_question", kind="question"))
    found = report(list(fates.kept()), site="default", days=30, names_agents=False)
    assert (found.drafts, found.without_draft, found.agents, found.questions) == (4, 1, 3, 1)
    assert (found.inserted, found.discarded, found.undecided) == (2, 1, 1)
    assert (found.unchanged, found.changed, found.mean_change) == (1, 1, 0.5)
    assert found.articles == {"refunds": 2}
    assert not found.by_agent
    assert "agent:" not in "\n".join(report_lines(found))

    named = Fates(store.engine, site="default", key=b"k" * 32, names_agents=True)
    named.keep(replace(_DRAFTED, id="d_named"))
    found = report(list(named.kept()), site="default", days=30, names_agents=True)
    assert found.by_agent["agent:maria"] == {"unknown": 1}
