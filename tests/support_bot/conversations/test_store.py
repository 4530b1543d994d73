import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from support_bot.conversations.database import database_url, opened
from support_bot.conversations.errors import KeyReused
from support_bot.conversations.feedback import Feedback
from support_bot.conversations.records import Answered, Asked, CitedSpan
from support_bot.conversations.store import ConversationStore

pytestmark = pytest.mark.slow  # it starts a database server

_SPAN = CitedSpan(
    n=1,
    source="refunds",
    quote="within 5 days",
    answer_start=0,
    answer_end=13,
    source_start=8,
    source_end=21,
    verified=True,
)
_ANSWERED = Answered(
    status="complete",
    outcome="answered",
    mode="generated",
    degraded=None,
    question="When are refunds paid?",
    text="Within 5 days [1].",
    confidence=0.9,
    model="glm",
    input_tokens=900,
    cached_tokens=0,
    output_tokens=12,
    cost=0.0006,
    first_token_ms=300,
    total_ms=700,
    citations=(_SPAN,),
    documents=("refunds",),
    answer='{"text": "Within 5 days [1]."}',
    frames=("id: m_1:0\n\n", "id: m_1:1\n\n"),
)


def _asked(message_id: str = "m_1", **changes: str) -> Asked:
    asked = Asked(message_id, owner="a", conversation="c_1", typed="When are refunds paid?", key="k", digest="d")
    return replace(asked, **changes)


def test_a_question_is_kept_before_its_answer_and_with_it(store: ConversationStore) -> None:
    assert store.begin(_asked()) is None
    [kept] = store.conversation("c_1", owner="a")
    assert (kept.typed, kept.status, kept.frames) == ("When are refunds paid?", "running", ())
    store.finish("m_1", _ANSWERED)
    [kept] = store.conversation("c_1", owner="a")
    assert (kept.text, kept.status, kept.documents) == (_ANSWERED.text, "complete", ("refunds",))
    assert kept.frames == _ANSWERED.frames
    assert store.message("m_1", owner="a") == kept


def test_a_nul_that_a_model_writes_keeps_no_answer_from_being_kept(store: ConversationStore) -> None:
    store.begin(_asked())
    spans = (replace(_SPAN, quote="within\0 5 days"),)
    store.finish("m_1", replace(_ANSWERED, text="Within\0 5 days [1].", answer='{"text": "\\u0000"}', citations=spans))
    [kept] = store.conversation("c_1", owner="a")
    assert (kept.text, kept.answer) == (_ANSWERED.text, '{"text": "\\u0000"}')


def test_a_name_means_nothing_to_another_owner(store: ConversationStore) -> None:
    store.begin(_asked())
    assert store.conversation("c_1", owner="b") == []
    assert store.message("m_1", owner="b") is None
    assert not store.rate(Feedback("m_1", "up", None, ""), owner="b")
    assert not store.erase("c_1", owner="b")
    store.begin(_asked("m_2", owner="b"))  # the same name and key, of somebody else
    assert [kept.message_id for kept in store.conversation("c_1", owner="b")] == ["m_2"]
    assert [kept.message_id for kept in store.conversation("c_1", owner="a")] == ["m_1"]


def test_sites_do_not_see_each_other(store: ConversationStore, address: str, tmp_path: Path) -> None:
    store.begin(_asked())
    other = ConversationStore(opened(database_url(address, data_dir=tmp_path)), site="other")
    with closing(other):
        assert other.conversation("c_1", owner="a") == []
        assert other.begin(_asked("m_2")) is None
        assert other.sweep(before=time.time() + 1) == 1
    assert len(store.conversation("c_1", owner="a")) == 1


def test_c2_the_same_request_many_times_at_once_is_one_message(store: ConversationStore) -> None:
    with ThreadPoolExecutor(50) as pool:
        earlier = list(pool.map(lambda number: store.begin(_asked(f"m_{number}")), range(50)))
    assert earlier.count(None) == 1
    [kept] = store.conversation("c_1", owner="a")
    assert {found.message_id for found in earlier if found} == {kept.message_id}


def test_questions_that_open_the_same_conversation_at_once_are_all_kept(store: ConversationStore) -> None:
    for opened_by in range(20):
        asked = [_asked(f"m_{opened_by}_{n}", conversation=f"c_{opened_by}", key=f"{opened_by}_{n}") for n in range(8)]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(store.begin, asked)) == [None] * 8
        kept = store.conversation(f"c_{opened_by}", owner="a")
        assert {message.message_id for message in kept} == {question.message_id for question in asked}


def test_feedback_that_comes_twice_at_once_is_kept(store: ConversationStore) -> None:
    for number in range(20):
        store.begin(_asked(f"m_{number}", key=""))
        said = Feedback(f"m_{number}", "up", None, "")
        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(lambda _, said=said: store.rate(said, owner="a"), range(8)))


def test_c2_the_same_key_with_another_question_is_refused(store: ConversationStore) -> None:
    store.begin(_asked())
    with pytest.raises(KeyReused):
        store.begin(_asked("m_2", digest="other"))


def test_the_last_word_about_an_answer_counts(store: ConversationStore) -> None:
    store.begin(_asked())
    assert store.rate(Feedback("m_1", "up", None, ""), owner="a")
    assert store.rate(Feedback("m_1", "down", "outdated", "價格不對"), owner="a")
    [kept] = store.exported()
    assert kept.feedback == {"rating": "down", "reason": "outdated", "comment": "價格不對"}


def test_what_is_erased_is_in_no_file(tmp_path: Path) -> None:
    with closing(ConversationStore(opened(database_url("", data_dir=tmp_path)), site="default")) as store:
        store.begin(_asked(typed="my name is Rumpelstilzchen"))
        store.finish("m_1", _ANSWERED)
        store.rate(Feedback("m_1", "down", None, "says Rumpelstilzchen"), owner="a")
        assert store.erase("c_1", owner="a")
        assert list(store.exported()) == []
        for file in tmp_path.iterdir():
            assert b"Rumpelstilzchen" not in file.read_bytes()
            assert b"within 5 days" not in file.read_bytes()


def test_an_answer_that_comes_after_its_erasure_is_not_kept(store: ConversationStore) -> None:
    store.begin(_asked())
    assert store.erase("c_1", owner="a")
    store.finish("m_1", _ANSWERED)
    assert list(store.exported()) == []


def test_old_conversations_are_swept_and_no_others(store: ConversationStore) -> None:
    store.begin(_asked())
    before = time.time()
    store.begin(_asked("m_2", conversation="c_2", key=""))
    assert store.sweep(before=before) == 1
    assert [kept.message_id for kept in store.exported()] == ["m_2"]


def test_recent_questions_are_told_once_each_the_newest_first(store: ConversationStore) -> None:
    for number, question in enumerate(["ann@example.com?", "b?", "a?", "bob@example.com?", ""]):
        store.begin(_asked(f"m_{number}", key=""))
        store.finish(f"m_{number}", replace(_ANSWERED, question=question))
    assert store.recent_questions(5) == ["[e-mail]?", "a?", "b?"]
    assert store.recent_questions(1) == ["[e-mail]?"]


def test_a_visitor_takes_one_conversation_along_and_has_left(store: ConversationStore) -> None:
    for name in ("c_1", "c_2"):
        store.begin(_asked(f"m_{name}", owner="visitor:1", conversation=name, key=""))
    assert not store.has_left("visitor:1")
    assert store.hand_over("c_1", visitor="visitor:1", customer="customer:ada")
    assert store.has_left("visitor:1")
    assert [kept.conversation for kept in store.exported(owner="customer:ada")] == ["c_1"]
    assert [kept.conversation for kept in store.exported(owner="visitor:1")] == ["c_2"]
    assert not store.hand_over("c_2", visitor="visitor:1", customer="customer:ada")  # whoever still has the token
    assert not store.hand_over("c_2", visitor="visitor:1", customer="customer:bob")
    assert [kept.conversation for kept in store.exported(owner="visitor:1")] == ["c_2"]


def test_a_conversation_takes_no_other_s_place(store: ConversationStore) -> None:
    store.begin(_asked("m_1", owner="customer:ada", key=""))
    store.begin(_asked("m_2", owner="visitor:1", key=""))
    assert store.hand_over("c_1", visitor="visitor:1", customer="customer:ada")
    assert [kept.message_id for kept in store.exported(owner="customer:ada")] == ["m_1"]


def test_all_of_one_owner_is_exported_and_erased_and_nothing_else(store: ConversationStore) -> None:
    for number in range(450):  # more than are read at once
        store.begin(_asked(f"m_{number}", conversation=f"c_{number % 2}", key=""))
    store.begin(_asked("m_theirs", owner="b", key=""))
    exported = [kept.message_id for kept in store.exported(owner="a")]
    assert len(exported) == len(set(exported)) == 450
    assert store.erase_all(owner="a") == 2
    assert [kept.message_id for kept in store.exported()] == ["m_theirs"]
