"""What goes wrong is said in words, nothing typed is lost, and there is always a way on."""

import json
import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.site import ARTICLE, HostSite, snippet
from tests.browser.visitor import Visitor
from tests.fake_llm import FakeLLM, Json, Scenario, quoted_passages

pytestmark = [pytest.mark.slow, pytest.mark.browser]

QUESTION = "How do I import a folder of articles?"
OTHER_QUESTION = "What do the three audiences mean?"


@pytest.fixture(autouse=True)
def on_the_page(visitor: Visitor, host: HostSite, api: str) -> None:
    host.shows(ARTICLE + snippet(api))
    visitor.page.goto(host.origin)


def first_is_answered_with(
    visitor: Visitor, *, host: HostSite, status: int, headers: dict[str, str] | None = None, body: str = ""
) -> None:
    """Let something before the server answer the first question; the others reach it."""

    def on_request(route: Route) -> None:
        route.fulfill(status=status, headers={"Access-Control-Allow-Origin": host.origin, **(headers or {})}, body=body)

    visitor.page.route("**/api/v1/chat", on_request, times=1)


def asks_in_vain(visitor: Visitor) -> None:
    visitor.opens()
    visitor.page.keyboard.type(QUESTION)
    visitor.page.keyboard.press("Enter")


def at_length(request: Json) -> str:
    return " ".join([quoted_passages(request)] * 20)


def presses(visitor: Visitor, name: str) -> None:
    """Reach a button of the latest answer by keyboard, and press it."""
    visitor.tabs_to(visitor.answer.get_by_role("button", name=name, exact=True), key="Shift+Tab")
    visitor.page.keyboard.press("Enter")


def test_escape_stops_an_answer_and_it_can_be_asked_again(visitor: Visitor, llm: FakeLLM) -> None:
    llm.replies(at_length)
    llm.then(Scenario(stall_after=300))
    asks_in_vain(visitor)
    expect(visitor.panel.locator("[data-state=streaming] .prose")).not_to_be_empty()

    visitor.page.keyboard.press("Escape")

    expect(visitor.answer).to_have_attribute("data-state", "stopped")
    expect(visitor.answer).to_contain_text("You stopped this answer.")
    expect(visitor.panel).to_be_visible()
    presses(visitor, "Ask again")
    visitor.is_answered()
    expect(visitor.panel.locator("article.question")).to_have_count(2)


def test_the_stop_button_takes_the_place_of_send(visitor: Visitor, llm: FakeLLM) -> None:
    llm.then(Scenario(stall_after=0))
    asks_in_vain(visitor)
    stop = visitor.panel.get_by_role("button", name="Stop", exact=True)

    visitor.tabs_to(stop)
    visitor.page.keyboard.press("Enter")

    expect(visitor.answer).to_have_attribute("data-state", "stopped")
    expect(visitor.panel.get_by_role("button", name="Send", exact=True)).to_be_visible()
    expect(visitor.input).to_be_focused()


def test_a_broken_server_is_asked_again_in_the_place_of_the_first_try(visitor: Visitor, host: HostSite) -> None:
    first_is_answered_with(visitor, host=host, status=500)
    asks_in_vain(visitor)
    expect(visitor.answer).to_contain_text("Something went wrong on our side. Your question is kept.")

    presses(visitor, "Try again")

    visitor.is_answered()
    expect(visitor.panel.locator("article.question")).to_have_count(1)


def test_a_limit_counts_down_to_the_next_try(visitor: Visitor, host: HostSite) -> None:
    limited = {"Retry-After": "2", "Access-Control-Expose-Headers": "Retry-After"}
    first_is_answered_with(visitor, host=host, status=429, headers=limited)
    asks_in_vain(visitor)
    expect(visitor.answer).to_contain_text("That was a lot of questions at once.")
    again = visitor.answer.get_by_role("button", name="Try again")

    expect(again).to_be_enabled()
    expect(visitor.answer).to_contain_text("You can try again now.")
    presses(visitor, "Try again")

    visitor.is_answered()


def test_a_refused_question_can_only_be_worded_otherwise(visitor: Visitor, host: HostSite) -> None:
    first_is_answered_with(visitor, host=host, status=422)
    asks_in_vain(visitor)
    expect(visitor.answer).to_contain_text("This question cannot be asked as it is.")
    expect(visitor.answer.get_by_role("button", name="Try again")).to_have_count(0)
    visitor.page.keyboard.type("And then?")

    presses(visitor, "Edit question")

    expect(visitor.panel.locator("article")).to_have_count(0)
    expect(visitor.input).to_be_focused()
    expect(visitor.input).to_have_value(f"{QUESTION}\nAnd then?")


def test_a_stream_that_ends_too_early_keeps_its_text(visitor: Visitor, host: HostSite) -> None:
    delta = f"event: delta\ndata: {json.dumps({'text': 'One command reads your articles.'})}\n\n"
    first_is_answered_with(visitor, host=host, status=200, headers={"Content-Type": "text/event-stream"}, body=delta)
    asks_in_vain(visitor)

    expect(visitor.answer).to_contain_text("One command reads your articles.")
    expect(visitor.answer).to_contain_text("This answer was interrupted.")
    presses(visitor, "Ask again")
    visitor.is_answered()


def test_a_question_asked_offline_is_sent_when_the_connection_is_back(visitor: Visitor) -> None:
    visitor.opens()
    visitor.page.context.set_offline(True)
    visitor.page.keyboard.type(QUESTION)
    visitor.page.keyboard.press("Enter")
    expect(visitor.answer).to_contain_text("You are offline.")

    visitor.page.context.set_offline(False)

    visitor.is_answered()
    expect(visitor.panel.locator("article.question")).to_have_count(1)


def test_what_is_asked_while_an_answer_comes_waits_as_a_draft(visitor: Visitor, llm: FakeLLM) -> None:
    llm.then(Scenario(stall_after=0))
    asks_in_vain(visitor)

    visitor.page.keyboard.type(OTHER_QUESTION)
    visitor.page.keyboard.press("Enter")
    visitor.page.evaluate("SupportBot('ask', 'Where do ratings go?', { submit: true })")

    expect(visitor.input).to_have_value(f"{OTHER_QUESTION}\nWhere do ratings go?")
    expect(visitor.panel.locator("article.question")).to_have_count(1)


def test_the_last_question_comes_back_with_the_up_key(visitor: Visitor) -> None:
    visitor.opens()
    visitor.asks(QUESTION)

    visitor.page.keyboard.press("ArrowUp")

    expect(visitor.input).to_have_value(QUESTION)


def test_another_tab_of_the_site_shows_the_same_conversation(visitor: Visitor, host: HostSite) -> None:
    other = visitor.page.context.new_page()
    other.goto(host.origin)
    other.locator("button.launcher").click()
    expect(other.locator("#panel")).to_be_visible()

    visitor.opens()
    visitor.asks(QUESTION)

    expect(other.locator("#panel article.question")).to_contain_text(QUESTION)
    expect(other.locator("#panel article.answer[data-state=done] .prose")).not_to_be_empty()


def test_an_answer_is_copied_with_its_sources(visitor: Visitor, host: HostSite) -> None:
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=host.origin)
    visitor.opens()
    visitor.asks(QUESTION)

    presses(visitor, "Copy answer")

    expect(visitor.answer.get_by_role("button", name="Copied")).to_be_visible()
    copied = visitor.page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"\[1\].*\n\nSources \(\d\)\n\[1\] .+\nhttps?://", copied, re.DOTALL)


def test_a_thumb_stays_pressed_after_a_reload(visitor: Visitor) -> None:
    visitor.opens()
    visitor.asks(QUESTION)

    presses(visitor, "Helpful")
    thumb = visitor.answer.get_by_role("button", name="Helpful", exact=True)
    expect(thumb).to_have_attribute("aria-pressed", "true")
    visitor.page.reload()
    visitor.opens()

    expect(thumb).to_have_attribute("aria-pressed", "true")


def test_an_answer_goes_on_when_the_visitor_opens_the_next_page(visitor: Visitor, llm: FakeLLM) -> None:
    llm.replies(at_length)
    llm.scenario = Scenario(pause=0.02)
    visitor.opens()
    visitor.page.keyboard.type(OTHER_QUESTION)
    visitor.page.keyboard.press("Enter")
    expect(visitor.panel.locator("[data-state=streaming] .prose")).not_to_be_empty()

    visitor.page.reload()
    visitor.opens()

    visitor.is_answered()
    expect(visitor.panel.locator("article.question")).to_have_count(1)
    assert sum(OTHER_QUESTION in request.body["messages"][-1]["content"] for request in llm.requests) == 1


def test_an_answer_that_is_stopped_is_no_longer_written(visitor: Visitor, llm: FakeLLM) -> None:
    llm.replies(at_length)
    llm.then(Scenario(stall_after=300))
    asks_in_vain(visitor)
    expect(visitor.panel.locator("[data-state=streaming] .prose")).not_to_be_empty()

    visitor.page.keyboard.press("Escape")

    expect(visitor.answer).to_have_attribute("data-state", "stopped")
    assert llm.client_left.wait(timeout=20)  # the server would wait for the visitor for half a minute
