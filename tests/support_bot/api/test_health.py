import httpx
import pytest

pytestmark = pytest.mark.slow  # it serves an index


def test_alive_and_ready_are_two_things(extractive_url: str, generated_url: str) -> None:
    assert httpx.get(f"{extractive_url}/healthz").json() == {"status": "ok"}
    ready = httpx.get(f"{extractive_url}/readyz").json()
    assert (ready["status"], ready["generation"], ready["mode"]) == ("ready", 1, "extractive")
    assert ready["passages"] >= ready["documents"] >= 16
    assert httpx.get(f"{generated_url}/readyz").json()["mode"] == "generated"


def test_the_api_describes_itself_with_examples(extractive_url: str) -> None:
    described = httpx.get(f"{extractive_url}/openapi.json").json()
    assert {
        "/api/v1/chat",
        "/v1/chat/completions",
        "/v1/models",
        "/sources/{document_id}",
        "/healthz",
        "/readyz",
    } <= set(described["paths"])
    assert described["components"]["schemas"]["ChatRequest"]["examples"]
    assert described["components"]["schemas"]["CompletionRequest"]["examples"]
