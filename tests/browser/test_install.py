"""What a page can set, call, hear and style does what the help centre says."""

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.site import ARTICLE, HostSite, snippet
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.browser]

QUESTION = "How do I import a folder of articles?"
_HEARING = """
  window.heard = [];
  for (const name of ['ready', 'open', 'close', 'message:sent', 'answer:start', 'answer:done', 'source:click', 'copy',
                      'feedback', 'unread', 'handoff:offer']) {
    document.addEventListener(`support-bot:${name}`, (event) => window.heard.push([name, event.detail]));
  }
"""
_STATE = "SupportBot('get')"


def tag(api: str, **attributes: str) -> str:
    """Return the snippet with attributes, `launcher_label` for `data-launcher-label`."""
    written = "".join(f' data-{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return snippet(api).replace("<script async", f"<script async{written}")


def heard(visitor: Visitor, name: str) -> list[dict[str, Any]]:
    """Return the details of the events of this name that the page has heard."""
    return [detail for event, detail in visitor.page.evaluate("window.heard") if event == name]


def test_attributes_set_what_is_said(visitor: Visitor, host: HostSite, api: str) -> None:
    said = {
        "title": "Fern Help",
        "subtitle": "About plants",
        "greeting": "What grows?",
        "placeholder": "Ask about ferns",
        "suggestions": "Do ferns need sun? | How often is water due?",
        "disclaimer": "Answers are automatic.",
    }
    host.shows(ARTICLE + tag(api, launcher_label="Ask us", open_on_load="true", **said))

    visitor.page.goto(host.origin)

    expect(visitor.launcher).to_have_accessible_name("Ask us")
    expect(visitor.page.get_by_role("dialog", name=said["title"])).to_be_visible()
    for name in ("subtitle", "greeting", "disclaimer"):
        expect(visitor.panel.get_by_text(said[name], exact=True)).to_be_visible()
    expect(visitor.panel.locator(".suggestions button")).to_have_text(["Do ferns need sun?", "How often is water due?"])
    expect(visitor.input).to_have_attribute("placeholder", said["placeholder"])


def test_where_it_stands_and_how_it_looks_can_be_set(visitor: Visitor, host: HostSite, api: str) -> None:
    looks = {"accent": "#ffd400", "theme": "dark", "position": "start", "offset_x": "48px", "offset_y": "32px"}
    host.shows(ARTICLE + tag(api, z_index="77", locale="zh-TW", **looks))
    visitor.page.goto(host.origin)

    expect(visitor.launcher).to_have_css("background-color", "rgb(255, 212, 0)")
    expect(visitor.launcher).to_have_css("color", "rgb(16, 18, 22)")
    expect(visitor.launcher).to_have_accessible_name("說明")
    expect(visitor.page.locator("support-bot")).to_have_css("z-index", "77")
    box = visitor.launcher.bounding_box()
    assert box is not None
    assert (box["x"], box["y"] + box["height"]) == (48, 800 - 32)
    visitor.opens()
    expect(visitor.panel).to_have_css("background-color", "rgb(20, 23, 28)")
    expect(visitor.panel.get_by_role("heading", name="需要什麼協助？")).to_be_visible()


def test_the_server_is_told_the_language_and_the_product_of_the_page(
    visitor: Visitor, host: HostSite, api: str
) -> None:
    host.shows(ARTICLE + tag(api, locale="zh-TW", product="Desk Two"))
    visitor.page.goto(host.origin)
    visitor.opens()

    with visitor.page.expect_request(f"{api}/api/v1/chat") as asked:
        visitor.asks("如何新增文章？")

    assert (asked.value.post_data_json or {}).items() >= {"locale": "zh-TW", "product": "Desk Two"}.items()


def test_arabic_is_written_from_right_to_left(visitor: Visitor, host: HostSite, api: str) -> None:
    host.shows(ARTICLE + tag(api, locale="ar"))
    visitor.page.goto(host.origin)
    visitor.opens()

    expect(visitor.panel).to_have_css("direction", "rtl")
    box = visitor.launcher.bounding_box()
    assert box is not None
    assert box["x"] == 20


def test_the_object_goes_before_attributes(visitor: Visitor, host: HostSite, api: str) -> None:
    settings = json.dumps({"title": "From the object", "suggestions": ["One?", "Two?"]})
    host.shows(
        f"<script>window.supportBotSettings = {settings}</script>" + tag(api, title="From the tag", subtitle="Tag")
    )
    visitor.page.goto(host.origin)
    visitor.opens()

    expect(visitor.page.get_by_role("dialog", name="From the object")).to_contain_text("Tag")
    expect(visitor.panel.locator(".suggestions button")).to_have_text(["One?", "Two?"])


def test_calls_made_before_the_script_wait_for_it(visitor: Visitor, host: HostSite, api: str) -> None:
    early = f"""<script>
      window.SupportBot = window.SupportBot || function () {{ (SupportBot.q = SupportBot.q || []).push(arguments); }};
      SupportBot('on', 'ready', () => {{ window.wasReady = true; }});
      SupportBot('ask', '{QUESTION}');
    </script>"""
    host.shows(early + ARTICLE + snippet(api))

    visitor.page.goto(host.origin)

    expect(visitor.input).to_have_value(QUESTION)
    assert visitor.page.evaluate("window.wasReady") is True
    assert visitor.page.evaluate("SupportBot.ready.then((element) => element.localName)") == "support-bot"


def test_commands_do_what_they_say(visitor: Visitor, host: HostSite, api: str) -> None:
    host.shows(ARTICLE + snippet(api))
    visitor.page.goto(host.origin)
    expect(visitor.launcher).to_be_visible()

    def call(*values: object) -> Any:
        return visitor.page.evaluate("(values) => void SupportBot(...values)", list(values))

    call("open")
    expect(visitor.panel).to_be_visible()
    assert visitor.page.evaluate(_STATE)["open"] is True
    call("close")
    expect(visitor.panel).to_be_hidden()
    call("toggle")
    expect(visitor.panel).to_be_visible()
    call("update", {"title": "Another"})
    call("theme", "dark")
    call("locale", "de")
    expect(visitor.page.get_by_role("dialog", name="Another")).to_contain_text("Wie können wir helfen?")
    expect(visitor.panel).to_have_css("background-color", "rgb(20, 23, 28)")
    call("ask", QUESTION, {"submit": True})
    visitor.is_answered()
    assert visitor.page.evaluate(_STATE)["messages"] == 1
    call("reset")
    expect(visitor.panel.locator("article")).to_have_count(0)
    call("hide")
    expect(visitor.launcher).to_be_hidden()
    call("show")
    expect(visitor.launcher).to_be_visible()
    call("destroy")
    expect(visitor.page.locator("support-bot")).to_have_count(0)
    call("start", {"title": "Again"})
    expect(visitor.page.locator("support-bot")).to_have_count(1)
    with pytest.raises(Exception, match='SupportBot has no "fly"'):
        call("fly")


def test_events_tell_what_happens_and_never_what_is_said(visitor: Visitor, host: HostSite, api: str) -> None:
    visitor.page.add_init_script(_HEARING)
    host.shows(ARTICLE + snippet(api))
    visitor.page.goto(host.origin)
    visitor.opens()
    visitor.asks(QUESTION)
    visitor.answer.get_by_role("button", name="Helpful", exact=True).click()
    visitor.page.wait_for_function("window.heard.some(([name]) => name === 'feedback')")
    visitor.answer.locator(".chip").first.click()
    with visitor.page.expect_popup():
        visitor.card.get_by_role("link").click()
    visitor.page.evaluate("SupportBot('close')")
    expect(visitor.panel).to_be_hidden()

    names = [name for name, _ in visitor.page.evaluate("window.heard")]
    assert names == [
        "ready",
        "open",
        "message:sent",
        "answer:start",
        "answer:done",
        "feedback",
        "source:click",
        "close",
    ]
    (done,) = heard(visitor, "answer:done")
    assert (done["outcome"], done["id"]) == ("answered", heard(visitor, "answer:start")[0]["id"])
    assert heard(visitor, "feedback") == [{"id": done["id"], "value": "up", "reason": None}]
    assert heard(visitor, "source:click")[0]["n"] == 1
    told = json.dumps(visitor.page.evaluate("window.heard"))
    assert QUESTION not in told
    assert visitor.answer.locator(".prose").inner_text()[:30] not in told


def test_an_answer_that_comes_while_it_is_closed_is_counted(visitor: Visitor, host: HostSite, api: str) -> None:
    visitor.page.add_init_script(_HEARING)
    host.shows(ARTICLE + snippet(api))
    visitor.page.goto(host.origin)
    visitor.opens()
    visitor.page.evaluate("SupportBot('close')")
    visitor.page.evaluate("(text) => { SupportBot('ask', text, { submit: true }); SupportBot('close'); }", QUESTION)

    expect(visitor.launcher).to_have_accessible_name("Help, 1 unread")
    expect(visitor.page.locator(".unread")).to_have_text("1")
    visitor.opens()
    expect(visitor.launcher).to_have_accessible_name("Help")
    assert [detail["count"] for detail in heard(visitor, "unread")] == [1, 0]


def test_parts_and_variables_are_the_page_s_to_style(visitor: Visitor, host: HostSite, api: str) -> None:
    styles = """<style>
      support-bot { --sb-accent: rgb(1, 2, 3); --sb-width: 333px; --sb-z-index: 12; }
      support-bot::part(launcher) { border-radius: 7px; }
      support-bot::part(header) { background: rgb(4, 5, 6); }
      support-bot::part(send) { opacity: 0.5; }
    </style>"""
    host.shows(ARTICLE + snippet(api), head=styles)
    visitor.page.goto(host.origin)
    visitor.opens()

    expect(visitor.launcher).to_have_css("background-color", "rgb(1, 2, 3)")
    expect(visitor.launcher).to_have_css("border-radius", "7px")
    expect(visitor.page.locator("support-bot")).to_have_css("z-index", "12")
    expect(visitor.panel).to_have_css("width", "333px")
    expect(visitor.panel.locator("header")).to_have_css("background-color", "rgb(4, 5, 6)")
    expect(visitor.panel.locator(".send")).to_have_css("opacity", "0.5")


def test_a_control_of_the_page_opens_it(visitor: Visitor, host: HostSite, api: str) -> None:
    host.shows('<button class="help">Need help?</button>' + tag(api, launcher="none", open_selector=".help"))
    visitor.page.goto(host.origin)
    expect(visitor.page.locator("support-bot")).to_have_count(1)
    expect(visitor.launcher).to_be_hidden()

    visitor.page.get_by_role("button", name="Need help?").click()

    expect(visitor.input).to_be_focused()


@pytest.mark.parametrize("mode", ["inline", "page"])
def test_it_can_be_a_part_of_the_page(visitor: Visitor, host: HostSite, api: str, mode: str) -> None:
    host.shows(f'<div id="here" style="width: 500px"></div>{ARTICLE}' + tag(api, mode=mode, target="#here"))
    visitor.page.goto(host.origin)

    expect(visitor.page.get_by_role("region", name="Help")).to_be_visible()
    expect(visitor.launcher).to_be_hidden()
    expect(visitor.panel.get_by_role("button", name="Close")).to_have_count(0)
    expect(visitor.panel).to_have_css("width", "500px")
    visitor.input.click()
    visitor.asks(QUESTION)
    visitor.page.keyboard.press("Escape")
    expect(visitor.panel).to_be_visible()


def test_an_element_of_the_page_is_used(visitor: Visitor, host: HostSite, api: str) -> None:
    host.shows(f'<support-bot data-mode="inline" data-title="Here"></support-bot>{ARTICLE}{snippet(api)}')
    visitor.page.goto(host.origin)

    expect(visitor.page.get_by_role("region", name="Here")).to_be_visible()
    expect(visitor.page.locator("support-bot")).to_have_count(1)


@pytest.mark.parametrize(("persist", "kept"), [("local", ["local"]), ("session", ["session"]), ("none", [])])
def test_a_conversation_is_kept_where_the_page_says(
    visitor: Visitor, host: HostSite, api: str, persist: str, kept: list[str]
) -> None:
    host.shows(ARTICLE + tag(api, persist=persist))
    visitor.page.goto(host.origin)
    visitor.opens()
    visitor.asks(QUESTION)

    found = visitor.page.evaluate(
        "['local', 'session'].filter((name) => JSON.stringify(window[`${name}Storage`]).includes('support-bot:'))"
    )
    assert found == kept


def test_the_system_s_theme_is_followed_while_the_page_sets_none(visitor: Visitor, host: HostSite, api: str) -> None:
    visitor.page.emulate_media(color_scheme="light")
    host.shows(ARTICLE + snippet(api))
    visitor.page.goto(host.origin)
    visitor.opens()
    expect(visitor.panel).to_have_css("background-color", "rgb(255, 255, 255)")

    visitor.page.emulate_media(color_scheme="dark")

    expect(visitor.panel).to_have_css("background-color", "rgb(20, 23, 28)")
