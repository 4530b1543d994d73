import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from tests.fake_llm import FakeLLM, Scenario, quoted_passages

PROMPT = """
<passage n="1" title="Lamps" section="Setup > Bulbs">
# Bulbs
Turn the lamp off before you change its bulb. A warm bulb can burn you.
</passage>
<passage n="2" title="燈">
請先關燈。再換燈泡。
</passage>
<passage n="3" title="Chairs">
Chairs fold.
</passage>
How do I change a bulb?
"""
CITED = "Turn the lamp off before you change its bulb [1]. 請先關燈 [2]。"

_ROOT = Path(__file__).parent.parent


@pytest.fixture
def llm() -> Iterator[FakeLLM]:
    with FakeLLM() as server:
        yield server


def post(llm: FakeLLM, question: str = PROMPT, *, key: str | None = None, **fields: Any) -> httpx.Response:
    return httpx.post(
        f"{llm.base_url}/chat/completions",
        json={"model": "glm-5-turbo", "messages": [{"role": "user", "content": question}], **fields},
        headers={"authorization": f"Bearer {key or llm.key}"},
    )


def request(question: object) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": question}]}


def test_the_first_two_passages_are_quoted_and_cited() -> None:
    assert quoted_passages(request(PROMPT)) == CITED
    assert quoted_passages(request([{"type": "text", "text": PROMPT}])) == CITED


def test_a_prompt_without_passages_is_told_so() -> None:
    assert quoted_passages(request("How do I change a bulb?")) == "The passages do not say."
    assert quoted_passages({"messages": []}) == "The passages do not say."


def test_a_request_without_stream_is_answered_whole(llm: FakeLLM) -> None:
    completion = post(llm).json()

    assert completion["object"] == "chat.completion"
    assert completion["choices"][0]["message"] == {"role": "assistant", "content": CITED}
    assert completion["choices"][0]["finish_reason"] == "stop"


def test_the_openai_client_reads_a_stream_to_its_usage(llm: FakeLLM) -> None:
    with openai.OpenAI(base_url=llm.base_url, api_key=llm.key) as client:
        stream = client.chat.completions.create(
            model="glm-5-turbo",
            messages=[{"role": "user", "content": PROMPT}],
            stream=True,
            stream_options={"include_usage": True},
        )
        chunks = list(stream)

    words = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(words) == CITED
    assert len([word for word in words if word]) > 5
    assert chunks[-1].usage is not None


def test_a_wrong_key_is_refused_in_openai_s_words(llm: FakeLLM) -> None:
    response = post(llm, key="sk-wrong")

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "invalid_api_key"


def test_requests_are_recorded_with_their_headers(llm: FakeLLM) -> None:
    post(llm, temperature=0.5)

    assert llm.requests[0].body["temperature"] == 0.5
    assert llm.requests[0].headers["authorization"] == f"Bearer {llm.key}"


def test_a_prompt_that_begins_like_an_earlier_one_is_counted_as_cached(llm: FakeLLM) -> None:
    usages = [post(llm, "The same beginning. " * 40 + end).json()["usage"] for end in ("One?", "Two?", "One?")]

    cached = [usage["prompt_tokens_details"]["cached_tokens"] for usage in usages]
    assert cached[0] == 0
    assert 0 < cached[1] < usages[1]["prompt_tokens"]
    assert all(count % 64 == 0 for count in cached)


def test_replies_may_be_a_text_or_a_function(llm: FakeLLM) -> None:
    llm.replies("Fixed.")
    assert post(llm).json()["choices"][0]["message"]["content"] == "Fixed."

    llm.replies(lambda request: request["model"].upper())
    assert post(llm).json()["choices"][0]["message"]["content"] == "GLM-5-TURBO"


def test_a_queued_scenario_holds_for_one_request(llm: FakeLLM) -> None:
    llm.then(Scenario(status=503, body="<h1>Down</h1>", headers={"content-type": "text/html", "retry-after": "7"}))

    down, up = post(llm), post(llm)

    assert (down.status_code, down.text, down.headers["retry-after"]) == (503, "<h1>Down</h1>", "7")
    assert down.headers["content-type"] == "text/html"
    assert up.status_code == 200


@pytest.mark.parametrize("reset", [False, True])
def test_a_stream_may_be_cut_after_some_frames(llm: FakeLLM, reset: bool) -> None:
    llm.then(Scenario(close_after=2, reset=reset))

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        post(llm, stream=True)


def test_a_stalled_stream_notices_that_its_client_has_left(llm: FakeLLM) -> None:
    llm.then(Scenario(stall_after=2))
    with (
        httpx.Client(headers={"authorization": f"Bearer {llm.key}"}) as client,
        client.stream("POST", f"{llm.base_url}/chat/completions", json={**request(PROMPT), "stream": True}) as response,
    ):
        lines = response.iter_lines()
        assert next(lines).startswith("data: ")
        assert not llm.client_left.is_set()

    assert llm.client_left.wait(timeout=10)


def test_raw_bytes_go_on_the_wire_as_they_are(llm: FakeLLM) -> None:
    llm.then(Scenario(raw=b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\ndata: hal"))

    assert post(llm).content == b"data: hal"


def test_a_dribbled_stream_says_the_same(llm: FakeLLM) -> None:
    whole = post(llm, stream=True).text
    llm.then(Scenario(write_bytes=7))

    assert post(llm, stream=True).text.count("data:") == whole.count("data:")


def test_as_a_program_it_prints_its_address_and_serves() -> None:
    command = [sys.executable, "-m", "tests.fake_llm", "--port", "0", "--key", "sk-other"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as program:
        assert program.stdout is not None
        base_url = program.stdout.readline().strip()
        models = httpx.get(f"{base_url}/models", headers={"authorization": "Bearer sk-other"}).json()
        program.send_signal(signal.SIGTERM)

    assert models["data"][0]["id"] == "glm-5-turbo"
    assert program.returncode == 0
