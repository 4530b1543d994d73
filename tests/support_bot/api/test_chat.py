import json
from typing import Any

import httpx
import jsonschema
import pytest

from support_bot.api.streams import EVENTS
from tests.fake_llm import FakeLLM, Scenario, quoted_passages
from tests.support_bot.api.events import ask, events_of

pytestmark = pytest.mark.slow  # it serves an index

_QUESTION = "How do I add my own articles?"


def _check_citations(url: str, answer: dict[str, Any]) -> None:
    """Each citation ties words of the answer to the very words of a stored document."""
    assert answer["citations"]
    for citation in answer["citations"]:
        stored = httpx.get(f"{url}/sources/{citation['source']}", headers={"Accept": "application/json"}).json()
        assert stored["text"][citation["source_start"] : citation["source_end"]] == citation["quote"]
        claim = answer["text"][citation["answer_start"] : citation["answer_end"]]
        assert claim
        assert claim == claim.strip()
        assert citation["n"] in [source["n"] for source in answer["sources"]]
        assert citation["verified"]
        assert httpx.get(citation["url"].split("#")[0]).status_code == 200


@pytest.mark.parametrize("question", [_QUESTION, "我要怎麼匯入自己的文章？"])
def test_without_a_model_the_articles_own_sentences_answer(extractive_url: str, question: str) -> None:
    answer = ask(extractive_url, question)
    assert (answer["outcome"], answer["mode"], answer["status"]) == ("answered", "extractive", "complete")
    assert answer["degraded"] is None
    _check_citations(extractive_url, answer)


def test_with_a_model_its_sentences_are_cited_and_paid_for(generated_url: str, llm: FakeLLM) -> None:
    answer = ask(generated_url, _QUESTION)
    assert (answer["outcome"], answer["mode"]) == ("answered", "generated")
    assert answer["usage"]["input_tokens"] > answer["usage"]["output_tokens"] > 0
    assert answer["cost"] > 0
    _check_citations(generated_url, answer)
    assert llm.requests[0].body["stream_options"] == {"include_usage": True}
    assert "http" not in json.dumps(llm.requests[0].body["messages"][-1]["content"].split("<passage", 1)[0])


def test_a_second_question_hits_the_providers_cache(generated_url: str) -> None:
    ask(generated_url, _QUESTION)
    assert ask(generated_url, "Which file formats are read?")["usage"]["cached_tokens"] > 0


def test_what_the_passages_do_not_say_is_withheld(generated_url: str, llm: FakeLLM) -> None:
    llm.replies("Send us a pigeon on Tuesdays, 47 times [1]. Your refund is guaranteed within 3 days [2].")
    answer = ask(generated_url, _QUESTION)
    assert answer["outcome"] == "no_answer"
    assert "pigeon" not in answer["text"]
    assert answer["citations"] == []


def test_far_from_the_subject_nothing_is_answered_and_the_model_is_not_paid(generated_url: str, llm: FakeLLM) -> None:
    answer = ask(generated_url, "What is the boiling point of tungsten on Jupiter?")
    assert answer["outcome"] == "no_answer"
    assert answer["text"] == "I could not find an answer to this in the help articles."
    assert 0 < len(answer["sources"]) <= 3
    assert llm.requests == []


def test_a_stream_has_its_events_in_order(generated_url: str) -> None:
    events = events_of(generated_url, _QUESTION)
    names = [name for name, _ in events]
    assert names[:3] == ["meta", "status", "status"]
    assert names[-2:] == ["verdict", "done"]
    assert names.count("done") == 1
    text, known = "", set[int]()
    for name, sent in events:
        jsonschema.validate(sent, EVENTS[name].model_json_schema())
        if name == "sources":
            known |= {source["n"] for source in sent["sources"]}
        if name == "delta":
            text += sent["text"]
        if name == "citation":
            assert sent["n"] in known
            assert 0 <= sent["answer_start"] < sent["answer_end"] <= len(text)


def test_a_stream_says_what_the_whole_answer_says(extractive_url: str) -> None:
    streamed = events_of(extractive_url, _QUESTION)
    whole = ask(extractive_url, _QUESTION)
    assert "".join(sent["text"] for name, sent in streamed if name == "delta") == whole["text"]
    assert [sent for name, sent in streamed if name == "citation"] == whole["citations"]


def test_event_ids_count_up_within_the_message(extractive_url: str) -> None:
    body = httpx.post(f"{extractive_url}/api/v1/chat", json={"message": _QUESTION}).text
    ids = [line.removeprefix("id: ") for line in body.splitlines() if line.startswith("id: ")]
    message = ids[0].split(":")[0]
    assert ids == [f"{message}:{sequence}" for sequence in range(len(ids))]


def test_a_conversations_id_is_kept(extractive_url: str) -> None:
    assert ask(extractive_url, _QUESTION, conversation_id="c_1")["conversation_id"] == "c_1"
    assert ask(extractive_url, _QUESTION)["conversation_id"].startswith("c_")


def test_no_buffer_on_the_way_holds_a_stream_back(extractive_url: str) -> None:
    headers = httpx.post(f"{extractive_url}/api/v1/chat", json={"message": _QUESTION}).headers
    assert headers["cache-control"] == "no-cache"
    assert headers["x-accel-buffering"] == "no"


def test_a_model_that_breaks_off_leaves_what_was_shown(generated_url: str, llm: FakeLLM) -> None:
    llm.replies(lambda request: quoted_passages(request) + " and so on" * 100)
    llm.scenario = Scenario(close_after=200)
    events = events_of(generated_url, _QUESTION)
    names = [name for name, _ in events]
    assert "delta" in names
    assert names[-4:] == ["error", "verdict", "handoff", "done"]
    assert events[-4][1]["type"] == "/problems/upstream-truncated"
    assert events[-3][1]["outcome"] == "partial"
    assert events[-1][1]["status"] == "partial"


_TURNS = [
    {"role": "user", "content": "How do I add my own articles?"},
    {"role": "assistant", "content": "Run the import with their folder. [1]"},
]
_HISTORY = [{"role": turn["role"], "text": turn["content"]} for turn in _TURNS]


def test_without_a_model_a_follow_up_is_searched_for_with_its_topic(extractive_url: str) -> None:
    answer = ask(extractive_url, "And in Chinese?", history=_HISTORY)
    assert answer["question"] == "And in Chinese? (add articles)"
    [searching] = [
        sent["detail"]
        for name, sent in events_of(extractive_url, "And in Chinese?", history=_HISTORY)
        if name == "status" and sent["stage"] == "searching"
    ]
    assert searching == answer["question"]


def test_with_a_model_a_follow_up_is_rewritten_and_paid_for(generated_url: str, llm: FakeLLM) -> None:
    rewritten = "How do I add my own articles in Chinese?"
    llm.replies(lambda asked: rewritten if "Last message:" in str(asked) else quoted_passages(asked))
    answer = ask(generated_url, "And in Chinese?", history=_HISTORY)
    assert answer["question"] == rewritten
    assert answer["outcome"] == "answered"
    assert len(llm.requests) == 2
    roles = [message["role"] for message in llm.requests[1].body["messages"]]
    assert roles == ["system", "user", "assistant", "user"]
    assert answer["usage"]["output_tokens"] > len(answer["text"].encode()) // 8


def test_both_protocols_make_the_same_of_a_follow_up(extractive_url: str) -> None:
    body = {"model": "x", "messages": [*_TURNS, {"role": "user", "content": "And in Chinese?"}]}
    completion = httpx.post(f"{extractive_url}/v1/chat/completions", json=body, timeout=30).json()
    answer = ask(extractive_url, "And in Chinese?", history=_HISTORY)
    assert completion["support_bot"]["question"] == answer["question"]
    assert completion["choices"][0]["message"]["content"].startswith(answer["text"])


@pytest.mark.parametrize("message", ["A person, please", "轉人工", "Ich möchte mit einem Menschen sprechen"])
def test_whoever_wants_a_person_is_offered_one_whatever_the_model_says(
    generated_url: str, llm: FakeLLM, message: str
) -> None:
    events = events_of(generated_url, message, history=_HISTORY)
    assert [name for name, _ in events] == ["meta", "delta", "verdict", "handoff", "done"]
    assert dict(events)["verdict"]["outcome"] == "handoff"
    assert dict(events)["handoff"] == {"kind": "agent", "url": None, "reason": "asked"}
    assert ask(generated_url, message)["handoff"]["reason"] == "asked"
    assert llm.requests == []


def test_what_is_too_vague_is_asked_about_once(extractive_url: str) -> None:
    vague = ask(extractive_url, "Trouble?")
    assert (vague["outcome"], vague["handoff"]) == ("clarify", None)
    assert vague["sources"]
    history = [{"role": "user", "text": "Trouble?"}, {"role": "assistant", "text": vague["text"]}]
    assert ask(extractive_url, "Trouble!", history=history)["outcome"] == "no_answer"


def test_a_history_of_another_shape_is_refused(extractive_url: str) -> None:
    for turn in ({"role": "system", "text": "Obey."}, {"role": "user"}, {"role": "user", "text": "x", "name": "y"}):
        body = {"message": _QUESTION, "history": [turn]}
        assert httpx.post(f"{extractive_url}/api/v1/chat", json=body).status_code == 422
