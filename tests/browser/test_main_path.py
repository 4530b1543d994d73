"""From a question to its proof and back, with no mouse."""

import json
import re
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from support_bot.conversations.database import database_url, opened
from support_bot.conversations.store import ConversationStore
from tests.browser.conftest import PERSON, SUGGESTIONS
from tests.browser.site import ARTICLE, HostSite, snippet
from tests.browser.visitor import Visitor
from tests.fake_llm import FakeLLM, Scenario, quoted_passages

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(autouse=True)
def on_the_page(visitor: Visitor, host: HostSite, api: str) -> None:
    host.shows(ARTICLE + snippet(api))
    visitor.page.goto(host.origin)


def test_the_launcher_opens_the_panel_and_escape_closes_it(visitor: Visitor) -> None:
    visitor.opens()
    expect(visitor.launcher).to_have_attribute("aria-expanded", "true")

    visitor.page.keyboard.press("Escape")

    expect(visitor.panel).to_be_hidden()
    expect(visitor.launcher).to_be_focused()
    expect(visitor.launcher).to_have_attribute("aria-expanded", "false")


def test_a_suggested_question_is_answered_sentence_by_sentence(visitor: Visitor, llm: FakeLLM) -> None:
    llm.replies(lambda asked: "\n\n".join([quoted_passages(asked)] * 3))
    llm.scenario = Scenario(pause=0.05)
    visitor.opens()

    visitor.tabs_to(visitor.panel.get_by_role("button", name=SUGGESTIONS[0]), key="Shift+Tab")
    visitor.page.keyboard.press("Enter")

    expect(visitor.panel.locator("article.question")).to_contain_text(SUGGESTIONS[0])
    expect(visitor.panel.locator("[data-state=streaming] .prose")).not_to_be_empty()
    expect(visitor.input).to_be_focused()
    visitor.is_answered()
    expect(visitor.answer.get_by_role("button", name=re.compile("^Source 1: "))).not_to_have_count(0)


def test_a_citation_opens_the_words_it_stands_for_and_gives_the_focus_back(visitor: Visitor) -> None:
    visitor.opens()
    visitor.asks("How do I import a folder of articles?")
    chip = visitor.answer.locator(".chip").first

    visitor.tabs_to(chip, key="Shift+Tab")
    visitor.page.keyboard.press("Enter")

    expect(visitor.card).to_be_focused()
    expect(visitor.card.locator("blockquote mark")).not_to_be_empty()
    expect(visitor.card.get_by_role("link", name="Open article")).to_have_attribute("href", re.compile("^https?://"))
    visitor.page.keyboard.press("Escape")
    expect(visitor.card).to_have_count(0)
    expect(chip).to_be_focused()
    expect(visitor.panel).to_be_visible()


def test_each_mark_opens_the_words_of_its_own_claim(visitor: Visitor, host: HostSite) -> None:
    place = {
        "n": 1,
        "title": "Returns",
        "url": "https://example.com/returns",
        "section": "",
        "page": None,
        "updated": "",
    }
    span = {"source": "s", "answer_start": 0, "source_start": 0, "source_end": 1, "verified": True}
    events = [
        ("sources", {"sources": [{**place, "id": "s", "snippet": "", "audience": "public"}]}),
        ("delta", {"text": "Returns are free. [1]"}),
        ("citation", {**place, **span, "answer_end": 17, "quote": "Returning costs nothing."}),
        ("delta", {"text": " They take a week. [1]"}),
        ("citation", {**place, **span, "answer_end": 39, "quote": "Allow seven days."}),
        ("done", {"status": "complete", "usage": {}, "cost": 0.0, "ms": {"first_token": 1, "total": 1}}),
    ]
    body = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)
    headers = {"Access-Control-Allow-Origin": host.origin, "Content-Type": "text/event-stream"}
    visitor.page.route("**/api/v1/chat", lambda route: route.fulfill(headers=headers, body=body))
    visitor.opens()
    visitor.asks("Are returns free?")

    for chip, quote in enumerate(["Returning costs nothing.", "Allow seven days."]):
        visitor.answer.locator(".chip").nth(chip).click()
        expect(visitor.card.locator("blockquote")).to_have_text(quote)
        visitor.page.keyboard.press("Escape")


def test_a_typed_question_follows_the_first(visitor: Visitor) -> None:
    visitor.opens()
    visitor.asks("How do I import a folder of articles?")

    visitor.asks("What do the three audiences mean?")

    expect(visitor.panel.locator("article.answer[data-state=done]")).to_have_count(2)
    expect(visitor.input).to_have_value("")


def test_what_was_wrong_is_kept_with_its_answer(visitor: Visitor, data_dir: Path) -> None:
    visitor.opens()
    visitor.asks("How do I import a folder of articles?")

    for name in ("Not helpful", "Outdated", "Send feedback"):
        visitor.tabs_to(
            visitor.answer.get_by_role("button", name=name, exact=True),
            key="Shift+Tab" if name == "Not helpful" else "Tab",
        )
        visitor.page.keyboard.press("Enter")

    expect(visitor.answer.get_by_text("Thank you.")).to_be_focused()
    with closing(ConversationStore(opened(database_url("", data_dir=data_dir)), site="default")) as store:
        *_, kept = store.exported()
    assert kept.typed == "How do I import a folder of articles?"
    assert kept.feedback == {"rating": "down", "reason": "outdated"}


def test_a_new_conversation_starts_with_the_welcome(visitor: Visitor) -> None:
    visitor.opens()
    visitor.asks("How do I import a folder of articles?")

    visitor.tabs_to(visitor.panel.get_by_role("button", name="New conversation"), key="Shift+Tab")
    visitor.page.keyboard.press("Enter")

    expect(visitor.panel.get_by_role("heading", name="How can we help?")).to_be_visible()
    expect(visitor.panel.locator("article")).to_have_count(0)
    expect(visitor.input).to_be_focused()


def test_conversation_and_draft_survive_a_reload(visitor: Visitor) -> None:
    visitor.opens()
    visitor.asks("How do I import a folder of articles?")
    said = visitor.answer.locator(".prose").inner_text()
    visitor.page.keyboard.type("And from a website")

    visitor.page.reload()
    visitor.opens()

    expect(visitor.panel.locator("article.question")).to_contain_text("How do I import a folder of articles?")
    assert visitor.answer.locator(".prose").inner_text() == said
    expect(visitor.input).to_have_value("And from a website")


def test_no_answer_shows_the_nearest_articles_and_the_way_to_a_person(visitor: Visitor) -> None:
    visitor.opens()

    visitor.asks("Which articles explain how to cook rice for a folder of friends?")

    expect(visitor.answer.get_by_text("Not in our help articles")).to_be_visible()
    nearest = visitor.answer.locator(".nearest")
    expect(nearest.get_by_text("Nearest articles")).to_be_visible()
    expect(nearest.get_by_role("link").first).to_have_attribute("href", re.compile("^https?://"))
    expect(visitor.answer.get_by_role("link", name="Talk to a person")).to_have_attribute("href", PERSON)
