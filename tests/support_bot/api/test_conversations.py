"""What is kept of a conversation, for whom, and how a stream that was cut goes on."""

import json
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from knowledge.hidden import Hidden
from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.conversations.database import FILE
from support_bot.settings import SupportBotSettings
from tests.fake_llm import FakeLLM, Scenario
from tests.running import running_app
from tests.support_bot.access.site import set_up
from tests.support_bot.listed import ListRetriever, documents

pytestmark = pytest.mark.slow

_REPLY = "Refunds are paid within 5 business days [1]. Gift cards cannot be refunded [1]."
_JSON = {"Accept": "application/json"}


@dataclass
class Served:
    """A server that answers from three passages, its model, and its data directory."""

    url: str
    llm: FakeLLM
    data_dir: Path
    mine: dict[str, str]  # what one visitor sends
    theirs: dict[str, str]  # and another
    token: Callable[..., str]  # one that lasts so many seconds

    def ask(self, message: str = "When are refunds paid?", *, headers: dict[str, str], **fields: Any) -> httpx.Response:
        return httpx.post(f"{self.url}/api/v1/chat", json={"message": message, **fields}, headers=headers, timeout=30)

    def resumed(self, message_id: str, after: str, *, headers: dict[str, str]) -> httpx.Response:
        given = {**headers, "Last-Event-ID": after} if after else headers
        return httpx.get(f"{self.url}/api/v1/chat/{message_id}/stream", headers=given, timeout=30)

    def conversation(self, name: str, *, headers: dict[str, str]) -> list[dict[str, Any]]:
        found = httpx.get(f"{self.url}/api/v1/conversations/{name}", headers=headers)
        messages: list[dict[str, Any]] = found.json()["messages"] if found.status_code == 200 else []
        return messages


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with _serving(tmp_path) as served:
        yield served


class _serving:  # noqa: N801 - read as `with _serving(...)`
    def __init__(self, data_dir: Path, **settings: Any) -> None:
        self._llm = FakeLLM()
        self._llm.replies(_REPLY)
        chosen = SupportBotSettings(
            llm_base_url=self._llm.base_url,
            llm_api_key=SecretStr(self._llm.key),
            limit_visitor="1000/hour",
            limit_address="1000/hour",
            **settings,
        )
        retriever = ListRetriever(documents=documents(cosine=0.9, coverage=1.0))
        app = create_app(chosen, KnowledgeSettings(data_dir=data_dir), retriever=retriever)
        self._app, self._data_dir, self._site = running_app(app), data_dir, set_up(data_dir)

    def __enter__(self) -> Served:
        mine, theirs = ({"Authorization": f"Bearer {self._site.token()}"} for _ in range(2))
        url, llm = self._app.__enter__(), self._llm.__enter__()
        return Served(url, llm, self._data_dir, mine=mine, theirs=theirs, token=self._site.expiring)

    def __exit__(self, *error: Any) -> None:
        self._app.__exit__(*error)
        self._llm.__exit__(*error)


def _ids(stream: str) -> list[str]:
    return [line.removeprefix("id: ") for line in stream.splitlines() if line.startswith("id: ")]


def _frames(stream: str) -> list[str]:
    return [frame for frame in stream.split("\n\n") if frame and not frame.startswith(":")]


def test_a_conversation_is_kept_for_whoever_began_it_alone(served: Served) -> None:
    answer = served.ask(headers={**served.mine, **_JSON}).json()
    name = answer["conversation_id"]
    [kept] = served.conversation(name, headers=served.mine)
    assert kept["message"] == "When are refunds paid?"
    assert kept["answer"] == answer
    assert kept["status"] == "complete"
    foreign = httpx.get(f"{served.url}/api/v1/conversations/{name}", headers=served.theirs)
    unknown = httpx.get(f"{served.url}/api/v1/conversations/c_0", headers=served.theirs)
    assert (foreign.status_code, foreign.json()) == (404, unknown.json())


def test_a_guessed_id_reaches_nothing(served: Served) -> None:
    mine = served.ask(headers={**served.mine, **_JSON}).json()
    said = {"message_id": mine["message_id"], "rating": "up"}
    assert served.resumed(mine["message_id"], "", headers=served.theirs).status_code == 404
    stop = httpx.post(f"{served.url}/api/v1/chat/{mine['message_id']}/stop", headers=served.theirs)
    erase = httpx.delete(f"{served.url}/api/v1/conversations/{mine['conversation_id']}", headers=served.theirs)
    rate = httpx.post(f"{served.url}/api/v1/feedback", json=said, headers=served.theirs)
    assert (stop.status_code, erase.status_code, rate.status_code) == (404, 404, 404)
    theirs = served.ask("And?", headers={**served.theirs, **_JSON}, conversation_id=mine["conversation_id"]).json()
    assert "refunds" not in json.dumps(served.llm.requests[-1].body["messages"][1:-1])
    assert len(served.conversation(theirs["conversation_id"], headers=served.theirs)) == 1
    assert len(served.conversation(mine["conversation_id"], headers=served.mine)) == 1


def test_the_history_comes_from_the_store_when_none_is_sent(served: Served) -> None:
    name = served.ask(headers={**served.mine, **_JSON}).json()["conversation_id"]
    served.ask("And gift cards?", headers={**served.mine, **_JSON}, conversation_id=name)
    sent = json.dumps(served.llm.requests[-1].body["messages"][:-1])
    assert "When are refunds paid?" in sent
    assert "Gift cards cannot be refunded" in sent


def test_a_hidden_article_is_cited_neither_from_history_nor_by_a_resumed_stream(served: Served) -> None:
    stream = served.ask(headers=served.mine).text
    meta = json.loads(_frames(stream)[0].split("data: ")[1])
    Hidden(served.data_dir, "default").hide("refunds", source="refunds.md")
    [kept] = served.conversation(meta["conversation_id"], headers=served.mine)
    assert (kept["answer"], kept["withdrawn"]) == (None, True)
    rest = served.resumed(meta["message_id"], f"{meta['message_id']}:1", headers=served.mine).text
    assert "refund" not in rest.lower()
    assert "sources-withdrawn" in rest
    assert _ids(rest) == [f"{meta['message_id']}:2", f"{meta['message_id']}:3"]
    served.ask("And then?", headers=served.mine, conversation_id=meta["conversation_id"])
    assert "Refunds are paid" not in json.dumps(served.llm.requests[-1].body["messages"][:-1])


def test_c1_an_asker_who_cannot_come_back_lets_the_endpoint_go(served: Served) -> None:
    served.llm.scenario = Scenario(stall_after=14)
    url, body = f"{served.url}/v1/chat/completions", {"messages": [{"role": "user", "content": "Refunds?"}]}
    with httpx.stream("POST", url, json={**body, "stream": True}, headers=served.mine, timeout=30) as response:
        assert next(line for line in response.iter_lines() if "Refunds are paid" in line)
    assert served.llm.client_left.wait(timeout=30)


@pytest.mark.parametrize("is_stream", [True, False])
def test_c1_an_asker_who_leaves_before_anything_comes_lets_the_endpoint_go(served: Served, is_stream: bool) -> None:
    served.llm.scenario = Scenario(pause=0.5)  # no clock of ours ends it
    body = {"messages": [{"role": "user", "content": "Refunds?"}], "stream": is_stream}
    asking = httpx.Request("POST", f"{served.url}/v1/chat/completions", json=body, headers=served.mine)
    head = "".join(f"{name}: {value}\r\n" for name, value in asking.headers.items())
    with socket.create_connection((asking.url.host, asking.url.port or 80)) as connection:
        connection.sendall(f"POST {asking.url.path} HTTP/1.1\r\n{head}\r\n".encode() + asking.content)
        while not served.llm.requests:
            time.sleep(0.01)
    assert served.llm.client_left.wait(timeout=30)


def test_c1_an_answer_goes_on_for_an_asker_who_may_come_back(served: Served) -> None:
    served.llm.scenario = Scenario(pause=0.02)
    body = {"message": "When are refunds paid?", "conversation_id": "c_1"}
    with httpx.stream("POST", f"{served.url}/api/v1/chat", json=body, headers=served.mine, timeout=30) as response:
        first = next(line for line in response.iter_lines() if line.startswith("id: "))
    message_id = first.removeprefix("id: ").split(":")[0]
    rest = served.resumed(message_id, f"{message_id}:0", headers=served.mine).text
    assert _ids(rest) == [f"{message_id}:{number}" for number in range(1, len(_ids(rest)) + 1)]
    assert json.loads(_frames(rest)[-1].split("data: ")[1])["status"] == "complete"
    [kept] = served.conversation("c_1", headers=served.mine)
    assert kept["status"] == "complete"


def test_c1_an_answer_that_nobody_comes_back_for_is_cut_off_and_kept(tmp_path: Path) -> None:
    with _serving(tmp_path, resume_seconds=0.1) as served:
        served.llm.scenario = Scenario(stall_after=14)
        body = {"message": "When are refunds paid?", "conversation_id": "c_1"}
        with httpx.stream("POST", f"{served.url}/api/v1/chat", json=body, headers=served.mine, timeout=30) as response:
            assert next(line for line in response.iter_lines() if line == "event: delta")
        assert served.llm.client_left.wait(timeout=30)
        message_id = served.conversation("c_1", headers=served.mine)[0]["message_id"]
        rest = served.resumed(message_id, "", headers=served.mine).text  # returns when it is over
        assert json.loads(_frames(rest)[-1].split("data: ")[1])["status"] == "interrupted"
        [kept] = served.conversation("c_1", headers=served.mine)
        assert (kept["status"], kept["answer"]["text"][:7]) == ("interrupted", "Refunds")


def test_a_name_or_comment_that_not_every_database_keeps_is_refused(served: Served) -> None:
    assert served.ask(headers={**served.mine, **_JSON}, conversation_id="c\0").status_code == 422
    said = {"message_id": "m_" + "0" * 32, "rating": "up", "comment": "good\0"}
    assert httpx.post(f"{served.url}/api/v1/feedback", json=said, headers=served.mine).status_code == 422


def test_c2_the_same_request_fifty_times_at_once_is_answered_once(served: Served) -> None:
    headers = {**served.mine, **_JSON, "Idempotency-Key": "one"}
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: served.ask(headers=headers, conversation_id="c_1").json(), range(50)))
    later = served.ask(headers=headers, conversation_id="c_1").json()
    streamed = served.ask(headers={**served.mine, "Idempotency-Key": "one"}, conversation_id="c_1").text
    assert {answer["message_id"] for answer in [*answers, later]} == {answers[0]["message_id"]}
    assert {answer["text"] for answer in [*answers, later]} == {answers[0]["text"]}
    assert _ids(streamed)[0] == f"{answers[0]['message_id']}:0"
    assert len(served.llm.requests) == 1
    assert len(served.conversation("c_1", headers=served.mine)) == 1


def test_c2_a_key_is_for_one_question_of_one_asker(served: Served) -> None:
    key = {"Idempotency-Key": "one"}
    mine = served.ask(headers={**served.mine, **_JSON, **key}).json()
    other = served.ask("Which cards?", headers={**served.mine, **key})
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")
    assert served.ask(headers={**served.theirs, **_JSON, **key}).json()["message_id"] != mine["message_id"]


def test_c3_a_stream_cut_after_any_event_goes_on_with_the_same_events(served: Served) -> None:
    stream = served.ask(headers=served.mine).text
    ids = _ids(stream)
    message_id = ids[0].split(":")[0]
    assert len(ids) > 8
    for place, last in enumerate(["", *ids]):
        rest = served.resumed(message_id, last, headers=served.mine)
        assert _frames(rest.text) == _frames(stream)[place:]
        assert rest.status_code == (204 if place == len(ids) else 200)
    for wrong in (f"m_{'0' * 32}:1", f"{message_id}:x", "1"):
        assert served.resumed(message_id, wrong, headers=served.mine).status_code == 404


def test_c3_a_stream_goes_on_while_it_is_written(served: Served) -> None:
    served.llm.scenario = Scenario(pause=0.02)
    headers = {**served.mine, "Idempotency-Key": "one"}
    with ThreadPoolExecutor(1) as pool:
        whole = pool.submit(served.ask, headers=headers, conversation_id="c_1")
        with httpx.stream(
            "POST",
            f"{served.url}/api/v1/chat",
            json={"message": "When are refunds paid?", "conversation_id": "c_1"},
            headers=headers,
            timeout=30,
        ) as response:
            begun = [line for line, _ in zip(response.iter_lines(), range(12), strict=False)]
        last = [line for line in begun if line.startswith("id: ")][-2].removeprefix("id: ")
        rest = served.resumed(last.split(":")[0], last, headers=served.mine).text
        place = int(last.split(":")[1]) + 1
        assert _frames(rest) == _frames(whole.result().text)[place:]


def test_c3_an_answer_that_another_server_writes_is_neither_resumed_nor_stopped_here(served: Served) -> None:
    message_id = served.ask(headers={**served.mine, **_JSON}).json()["message_id"]
    with closing(sqlite3.connect(served.data_dir / FILE)) as other, other:
        other.execute("UPDATE messages SET status = 'running', answer = NULL, frames = '[]'")
    rest = served.resumed(message_id, "", headers=served.mine)
    stopped = httpx.post(f"{served.url}/api/v1/chat/{message_id}/stop", headers=served.mine)
    for answer in (rest, stopped):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/still-running")


def test_a_stopped_answer_lets_the_endpoint_go_and_is_kept_as_far_as_it_came(served: Served) -> None:
    served.llm.scenario = Scenario(stall_after=14)
    body = {"message": "When are refunds paid?", "conversation_id": "c_1"}
    with httpx.stream("POST", f"{served.url}/api/v1/chat", json=body, headers=served.mine, timeout=30) as response:
        lines = response.iter_lines()
        message_id = next(line for line in lines if line.startswith("id: ")).removeprefix("id: ").split(":")[0]
        assert next(line for line in lines if line == "event: delta")
        stopped = httpx.post(f"{served.url}/api/v1/chat/{message_id}/stop", headers=served.mine)
        rest = list(lines)
    assert stopped.status_code == 204
    assert served.llm.client_left.wait(timeout=30)
    assert json.loads(rest[-2].removeprefix("data: "))["status"] == "interrupted"
    [kept] = served.conversation("c_1", headers=served.mine)
    assert kept["status"] == "interrupted"


def test_what_is_erased_is_gone(served: Served) -> None:
    answer = served.ask(headers={**served.mine, **_JSON}).json()
    address = f"{served.url}/api/v1/conversations/{answer['conversation_id']}"
    assert httpx.delete(address, headers=served.mine).status_code == 204
    assert httpx.delete(address, headers=served.mine).status_code == 404
    assert served.conversation(answer["conversation_id"], headers=served.mine) == []
    assert served.resumed(answer["message_id"], "", headers=served.mine).status_code == 404


def test_feedback_is_kept_with_its_answer(served: Served) -> None:
    answer = served.ask(headers={**served.mine, **_JSON}, conversation_id="c_1").json()
    said = {"message_id": answer["message_id"], "rating": "down", "reason": "outdated", "comment": "價格不對\n"}
    for earlier in ({**said, "rating": "up"}, said):
        assert httpx.post(f"{served.url}/api/v1/feedback", json=earlier, headers=served.mine).status_code == 204
    [kept] = served.conversation("c_1", headers=served.mine)
    assert kept["feedback"] == {"rating": "down", "reason": "outdated", "comment": "價格不對\n"}


def test_p3_a_locked_database_is_told_before_the_model_is_paid(served: Served) -> None:
    with closing(sqlite3.connect(served.data_dir / FILE)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        refused = served.ask(headers={**served.mine, **_JSON})
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert refused.json()["type"] == "/problems/store-unavailable"
    assert served.llm.requests == []
    assert served.ask(headers={**served.mine, **_JSON}).status_code == 200


def test_p4_what_cannot_be_kept_is_answered_only_where_that_is_set(tmp_path: Path) -> None:
    for is_set, status in ((False, 503), (True, 200)):
        with _serving(tmp_path / str(is_set), answer_unrecorded=is_set) as served:
            with closing(sqlite3.connect(served.data_dir / FILE)) as spoiler:
                spoiler.execute("DROP TABLE messages")
            assert served.ask(headers={**served.mine, **_JSON}, conversation_id="c_1").status_code == status
            assert len(served.llm.requests) == int(is_set)


def test_p4_an_answer_that_cannot_be_kept_at_once_is_kept_later(served: Served) -> None:
    served.llm.scenario = Scenario(is_held=True)
    body = {"message": "When are refunds paid?", "conversation_id": "c_1"}
    with httpx.stream("POST", f"{served.url}/api/v1/chat", json=body, headers=served.mine, timeout=60) as response:
        lines = response.iter_lines()
        assert "event: delta" in lines
        with closing(sqlite3.connect(served.data_dir / FILE)) as spoiler:
            spoiler.execute("ALTER TABLE messages RENAME TO away")
            served.llm.release.set()
            rest = list(lines)
            spoiler.execute("ALTER TABLE away RENAME TO messages")
    assert json.loads(rest[-2].removeprefix("data: "))["status"] == "complete"
    for _ in range(600):
        [kept] = served.conversation("c_1", headers=served.mine)
        if kept["status"] != "running":
            break
        time.sleep(0.1)
    assert (kept["status"], kept["answer"]["outcome"]) == ("complete", "answered")


def test_c5_a_token_that_expires_meanwhile_ends_no_stream(served: Served) -> None:
    served.llm.scenario = Scenario(is_held=True)
    for seconds in (2, 20, 200):  # on a busy machine a short one may expire before it is read
        headers = {"Authorization": f"Bearer {served.token(seconds=seconds)}"}
        body = {"message": "When are refunds paid?"}
        with httpx.stream("POST", f"{served.url}/api/v1/chat", json=body, headers=headers, timeout=300) as response:
            if response.status_code == 401:
                continue
            lines = response.iter_lines()
            assert "event: delta" in lines
            for _ in range(10 * seconds + 600):
                refused = httpx.get(f"{served.url}/v1/models", headers=headers)
                if refused.status_code == 401:
                    break
                time.sleep(0.1)
            assert refused.json()["type"] == "/problems/token-expired"
            served.llm.release.set()
            rest = list(lines)
        assert json.loads(rest[-2].removeprefix("data: "))["status"] == "complete"
        return


def test_c6_what_cannot_be_read_is_refused_and_counted(served: Served) -> None:
    bodies = {
        "body-too-large": (413, b'{"message": "' + b"x" * 300_000 + b'"}'),
        "invalid-json": (400, b"[" * 100_000),
        "question-refused": (422, json.dumps({"message": "x" * 2_001}).encode()),
        "invalid-request": (422, json.dumps({"message": 1}).encode()),
    }
    headers = {**served.mine, "Content-Type": "application/json"}
    for slug, (status, body) in bodies.items():
        refused = httpx.post(f"{served.url}/api/v1/chat", content=body, headers=headers)
        assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{slug}")
    not_utf8 = httpx.post(f"{served.url}/api/v1/chat", content=b'{"message": "\xff\xfe"}', headers=headers)
    assert (not_utf8.status_code, not_utf8.json()["type"]) == (400, "/problems/invalid-json")
    figures = httpx.get(f"{served.url}/metrics").text
    for slug, count in {**dict.fromkeys(bodies, 1), "invalid-json": 2}.items():
        assert f'support_bot_problems_total{{type="{slug}"}} {count}.0' in figures


def test_what_is_masked_is_neither_stored_nor_sent(tmp_path: Path) -> None:
    with _serving(tmp_path, mask_personal=True) as served:
        for history in ([], [{"role": "user", "text": "I am ann@example.com"}]):
            answer = served.ask(
                "When is my refund to DE89 3704 0044 0532 0130 00 paid?",
                headers={**served.mine, **_JSON},
                history=history,
            ).json()
        said = {"message_id": answer["message_id"], "rating": "down", "comment": "call +44 20 7946 0958"}
        assert httpx.post(f"{served.url}/api/v1/feedback", json=said, headers=served.mine).status_code == 204
        [kept] = served.conversation(answer["conversation_id"], headers=served.mine)
        sent = json.dumps([request.body for request in served.llm.requests])
    assert kept["message"] == "When is my refund to [IBAN] paid?"
    assert kept["feedback"]["comment"] == "call [phone]"
    assert "[IBAN]" in sent
    for private in (b"3704 0044", b"ann@example.com", b"7946 0958"):
        assert private not in sent.encode()
        assert not any(private in file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
