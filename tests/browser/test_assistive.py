"""What somebody hears, where the focus is and what is in view, with a screen reader, a keyboard or a small screen."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.site import ARTICLE, HostSite, snippet
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.browser]

QUESTION = "How do I import a folder of articles?"
OTHER_QUESTION = "What do the three audiences mean?"
# What the live region has said, each change once.
HEARING = """
  window.heard = [];
  const status = document.querySelector('support-bot').shadowRoot.querySelector('[role=status]');
  new MutationObserver(() => {
    const said = status.textContent.trim();
    if (said && said !== window.heard.at(-1)) window.heard.push(said);
  }).observe(status, { childList: true, characterData: true, subtree: true });
"""
_LOG = "document.querySelector('support-bot').shadowRoot.querySelector('.log')"
AT_ITS_END = f"{_LOG}.scrollHeight - {_LOG}.scrollTop - {_LOG}.clientHeight < 2 && {_LOG}.scrollTop > 0"
AT_ITS_BEGINNING = f"{_LOG}.scrollTop === 0 && {_LOG}.scrollHeight > {_LOG}.clientHeight"
IDS = "[...document.querySelector('support-bot').shadowRoot.querySelectorAll('[id]')].map((element) => element.id)"


@pytest.fixture(autouse=True)
def on_the_page(visitor: Visitor, host: HostSite, api: str) -> None:
    host.shows(f'<a href="#there">A link of the page</a>{ARTICLE}{snippet(api)}')
    visitor.page.goto(host.origin)


def test_an_answer_is_announced_once(visitor: Visitor) -> None:
    visitor.opens()
    visitor.page.evaluate(HEARING)

    for question in (QUESTION, OTHER_QUESTION):
        visitor.asks(question)
    visitor.page.wait_for_function("window.heard.length >= 4")

    heard = visitor.page.evaluate("window.heard")
    assert [said[:13] for said in heard] == ["Searching…", "Answer ready,", "Searching…", "Answer ready,"]
    assert re.match(r"Answer ready, \d+ sources?\. \w", heard[1])
    assert "[1]" not in heard[1]
    expect(visitor.panel.get_by_role("log")).to_have_attribute("aria-live", "off")


def test_a_failure_is_announced_in_the_words_that_are_shown(visitor: Visitor) -> None:
    visitor.opens()
    visitor.page.evaluate(HEARING)
    visitor.page.route("**/api/v1/chat", lambda route: route.abort())

    visitor.page.keyboard.type(QUESTION)
    visitor.page.keyboard.press("Enter")

    expect(visitor.answer).to_contain_text("We could not reach the help service.")
    visitor.page.wait_for_function("window.heard.length >= 2")
    assert visitor.page.evaluate("window.heard")[1].startswith("We could not reach the help service.")


def test_each_name_in_the_conversation_is_its_own(visitor: Visitor) -> None:
    visitor.opens()
    for question in (QUESTION, OTHER_QUESTION):
        visitor.asks(question)

    ids = visitor.page.evaluate(IDS)

    assert len(ids) == len(set(ids))
    expect(visitor.panel.get_by_role("article", name="You asked")).to_have_count(2)
    expect(visitor.panel.get_by_role("article", name="Answer")).to_have_count(2)
    expect(visitor.page.get_by_role("dialog", name="Help")).to_be_visible()


def test_the_panel_of_a_wide_window_keeps_nobody_in(visitor: Visitor) -> None:
    visitor.opens()

    expect(visitor.panel).not_to_have_attribute("aria-modal", "true")
    visitor.tabs_to(visitor.page.get_by_role("link", name="A link of the page"))


def test_the_sheet_of_a_phone_is_all_there_is(visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.opens()

    expect(visitor.panel).to_have_attribute("aria-modal", "true")
    expect(visitor.panel).to_have_css("height", "844px")
    expect(visitor.page.locator("body")).to_have_attribute("inert", "")
    with pytest.raises(AssertionError, match="leads to"):
        visitor.tabs_to(visitor.page.get_by_role("link", name="A link of the page", include_hidden=True))
    assert visitor.page.evaluate("document.activeElement.localName") == "support-bot"

    visitor.page.keyboard.press("Escape")

    expect(visitor.panel).to_be_hidden()
    expect(visitor.launcher).to_be_focused()
    expect(visitor.page.locator("body")).not_to_have_attribute("inert", "")


def test_a_long_welcome_is_read_from_its_beginning(visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": 390, "height": 320})
    visitor.opens()
    visitor.page.wait_for_function(AT_ITS_BEGINNING)
    visitor.asks(QUESTION)
    visitor.page.wait_for_function(AT_ITS_END)

    visitor.panel.get_by_role("button", name="New conversation").click()

    visitor.page.wait_for_function(AT_ITS_BEGINNING)
    expect(visitor.panel.get_by_role("button", name="Jump to latest")).to_have_count(0)


def test_a_conversation_found_again_opens_at_its_end(visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": 390, "height": 400})
    visitor.opens()
    for question in (QUESTION, OTHER_QUESTION):
        visitor.asks(question)

    visitor.page.reload()
    visitor.opens()
    visitor.page.wait_for_function(AT_ITS_END)
    visitor.page.keyboard.press("Escape")
    visitor.opens()

    visitor.page.wait_for_function(AT_ITS_END)


def test_whoever_scrolled_back_is_led_to_the_latest(visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": 390, "height": 400})
    visitor.opens()
    for question in (QUESTION, OTHER_QUESTION):
        visitor.asks(question)
    visitor.page.evaluate(f"{_LOG}.scrollTo({{ top: 0 }})")

    visitor.panel.get_by_role("button", name="Jump to latest").click()

    visitor.page.wait_for_function(AT_ITS_END)
    expect(visitor.panel.get_by_role("button", name="Jump to latest")).to_have_count(0)
