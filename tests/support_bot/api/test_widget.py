from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from support_bot.settings import SupportBotSettings
from tests.running import running

pytestmark = pytest.mark.slow  # it serves an index

_MESSAGE = "m_" + "0" * 32
_SITE = "https://www.example.com"


def test_the_widget_gets_its_settings(served_data: Path) -> None:
    settings = SupportBotSettings(title="Acme Help", suggestions=("How do I start?",), locale="zh-Hant")
    with running(settings, served_data) as url:
        response = httpx.get(f"{url}/api/v1/widget/config")
        again = httpx.get(f"{url}/api/v1/widget/config", headers={"If-None-Match": response.headers["etag"]})
    assert response.json() == {
        "title": "Acme Help",
        "accent": "#0f766e",
        "locale": "zh-Hant",
        "suggestions": ["How do I start?"],
        "mode": "extractive",
        "handoff": "agent",
        "handoff_url": "",
        "reply_time": "",
    }
    assert "max-age=300" in response.headers["cache-control"]
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "said",
    [
        {"message_id": "../up", "rating": "up"},
        {"message_id": _MESSAGE, "rating": "maybe"},
        {"message_id": _MESSAGE, "rating": "down", "reason": "because"},
        {"message_id": _MESSAGE, "rating": "down", "comment": "x" * 2_001},
    ],
)
def test_feedback_of_another_shape_is_refused(extractive_url: str, said: dict[str, str]) -> None:
    assert httpx.post(f"{extractive_url}/api/v1/feedback", json=said).status_code == 422


def test_only_named_websites_may_ask(served_data: Path) -> None:
    with running(SupportBotSettings(allowed_origins=(_SITE,)), served_data) as url:
        for origin in (_SITE, "https://evil.example", f"{_SITE}.evil.example", "null", _SITE.upper(), f"{_SITE}:444"):
            asked = httpx.options(
                f"{url}/api/v1/chat",
                headers={
                    "Origin": origin,
                    "Access-Control-Request-Method": "POST",
                    "Access-Control-Request-Headers": "content-type",
                },
            )
            assert (asked.headers.get("access-control-allow-origin") == origin) == (origin == _SITE)
            assert "access-control-allow-credentials" not in asked.headers
        refused = httpx.post(f"{url}/api/v1/chat", json={"message": ""}, headers={"Origin": _SITE})
    assert refused.status_code == 422
    assert refused.headers["access-control-allow-origin"] == _SITE
    assert "Origin" in refused.headers["vary"]


def test_no_website_may_ask_unless_it_is_named(extractive_url: str) -> None:
    answered = httpx.post(f"{extractive_url}/api/v1/chat", json={"message": ""}, headers={"Origin": _SITE})
    assert "access-control-allow-origin" not in answered.headers


@pytest.mark.parametrize("origin", ["*", "example.com", "https://a.example/", "https://*.example.com/x", "ftp://a"])
def test_an_origin_is_written_exactly(origin: str) -> None:
    with pytest.raises(ValidationError, match="an origin is"):
        SupportBotSettings(allowed_origins=(origin,))


def test_any_website_may_load_the_widget(extractive_url: str) -> None:
    loaded = httpx.get(f"{extractive_url}/static/source.css", headers={"Origin": "https://any.example"})
    assert loaded.headers["access-control-allow-origin"] == "*"
    again = {"Origin": "https://any.example", "If-None-Match": loaded.headers["etag"]}
    assert httpx.get(f"{extractive_url}/static/source.css", headers=again).status_code == 304
