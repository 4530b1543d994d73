import json
from pathlib import Path

import pytest

from knowledge.settings import KnowledgeSettings
from support_bot.api.streams import EVENTS
from support_bot.app import create_app
from support_bot.settings import SupportBotSettings

_KEPT = Path(__file__).parent.parent.parent.parent / "web" / "openapi.json"


def test_the_front_end_is_built_from_the_api_as_it_is() -> None:
    described = create_app(SupportBotSettings(), KnowledgeSettings()).openapi()
    assert json.loads(_KEPT.read_text(encoding="utf-8")) == described, "run `make openapi`"


@pytest.mark.parametrize("event", EVENTS)
def test_each_event_has_a_schema(event: str) -> None:
    described = create_app(SupportBotSettings(), KnowledgeSettings()).openapi()
    streamed = described["paths"]["/api/v1/chat"]["post"]["responses"]["200"]["content"]["text/event-stream"]
    name = streamed["x-events"][event]["$ref"].rsplit("/", 1)[1]
    assert described["components"]["schemas"][name]["properties"]
