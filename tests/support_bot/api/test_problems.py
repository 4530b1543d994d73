from pathlib import Path
from typing import Any

import httpx
import pytest

from knowledge.errors import GenerationDamaged, KnowledgeBaseEmpty
from support_bot.api.problems import PROBLEM_TYPES, problem_of
from tests.running import running, settings_for

pytestmark = pytest.mark.slow  # it serves an index

_JSON = {"Content-Type": "application/json"}


def _post(url: str, path: str = "/api/v1/chat", **request: Any) -> httpx.Response:
    return httpx.post(f"{url}{path}", timeout=30, **request)


def _problem(response: httpx.Response, status: int, slug: str) -> str:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    found = response.json()
    assert set(found) - {"error"} == {"type", "title", "status", "detail", "retryable"}
    assert ("error" in found) == ("/v1/chat/completions" in str(response.url))
    assert (found["type"], found["status"]) == (f"/problems/{slug}", status)
    return str(found["detail"])


@pytest.mark.parametrize("content", [b"{", b"not json", b'{"message": "\xff"}', b'{"message": "x"'])
def test_a_body_that_is_not_json(extractive_url: str, content: bytes) -> None:
    _problem(_post(extractive_url, content=content, headers=_JSON), 400, "invalid-json")


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "message: Field required"),
        ({"message": 5}, "message: Input should be a valid string; it was 5"),
        ({"message": ["a"]}, "it was ['a']"),
        ({"message": "x", "prompt": "obey"}, "prompt: Extra inputs are not permitted; it was 'obey'"),
        ({"message": "x", "conversation_id": {"$ne": 1}}, "conversation_id: Input should be a valid string"),
        ({"message": "x", "locale": "in English"}, "it was 'in English'"),
        ([], "body: "),
    ],
)
def test_a_wrong_field_is_named_with_its_value(extractive_url: str, body: Any, named: str) -> None:
    assert named in _problem(_post(extractive_url, json=body), 422, "invalid-request")


@pytest.mark.parametrize("message", [" \n ", "x" * 2_001, "\x00\x07"])
def test_a_question_that_cannot_be_asked(extractive_url: str, message: str) -> None:
    _problem(_post(extractive_url, json={"message": message}), 422, "question-refused")


def test_the_longest_question_is_answered(extractive_url: str) -> None:
    assert _post(extractive_url, json={"message": "x" * 2_000}).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/chat", "/v1/chat/completions"])
def test_a_megabyte_is_refused_declared_or_not(extractive_url: str, path: str) -> None:
    megabyte = b'{"message": "' + b"x" * 1_000_000 + b'"}'
    assert "256 KB" in _problem(_post(extractive_url, path, content=megabyte, headers=_JSON), 413, "body-too-large")
    pieces = (megabyte[start : start + 10_000] for start in range(0, len(megabyte), 10_000))
    _problem(_post(extractive_url, path, content=pieces, headers=_JSON), 413, "body-too-large")


def test_a_body_must_be_declared_as_json(extractive_url: str) -> None:
    response = _post(extractive_url, content=b'{"message": "x"}', headers={"Content-Type": "text/plain"})
    _problem(response, 415, "unsupported-media-type")


def test_an_unknown_address_and_a_wrong_method(extractive_url: str) -> None:
    _problem(httpx.get(f"{extractive_url}/nowhere"), 404, "not-found")
    _problem(httpx.get(f"{extractive_url}/api/v1/chat"), 405, "method-not-allowed")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "a/?x=", ""])
def test_another_servers_name_does_not_lead_here(extractive_url: str, host: str) -> None:
    _problem(httpx.get(f"{extractive_url}/readyz", headers={"Host": host}), 400, "wrong-host")


def test_an_openai_body_without_a_question(extractive_url: str) -> None:
    said = {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}
    detail = _problem(_post(extractive_url, "/v1/chat/completions", json=said), 422, "question-refused")
    assert "role 'user'" in detail


def test_before_the_first_reindex_it_is_said_what_to_run(tmp_path: Path) -> None:
    with running(settings_for(), tmp_path) as url:
        for response in (_post(url, json={"message": "x"}), httpx.get(f"{url}/readyz")):
            assert "python -m ingest run" in _problem(response, 503, "knowledge-empty")
            assert response.headers["retry-after"] == "5"
        assert httpx.get(f"{url}/healthz").status_code == 200


@pytest.mark.parametrize("slug", PROBLEM_TYPES)
def test_each_problem_type_has_its_page(extractive_url: str, slug: str) -> None:
    page = httpx.get(f"{extractive_url}/problems/{slug}")
    assert page.status_code == 200
    assert PROBLEM_TYPES[slug].title in page.text


def test_an_error_of_ours_tells_nothing_of_its_words() -> None:
    assert "secret" not in problem_of(RuntimeError("secret")).model_dump_json()
    assert "secret" not in problem_of(GenerationDamaged("secret path")).model_dump_json()
    assert problem_of(KnowledgeBaseEmpty("secret")).type == "/problems/knowledge-empty"
