"""In each helpdesk: a ticket is opened, its draft is there, and what is inserted is exactly the draft."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looks import violations
from tests.browser.panel.conftest import HELPDESKS, Helpdesk, Served
from tests.browser.panel.helpdesks import page_of, ticket
from tests.fake_llm import FakeLLM

pytestmark = [pytest.mark.slow, pytest.mark.browser]

DRAFT = "You can return **most items** within 30 days of delivery [1]."
_LINK = "https://help.example.com/returns#how-long-do-i-have-to-return-something"
TEXT = f"Hello Ada,\n\nYou can return most items within 30 days of delivery.\n\nReturn an item: {_LINK}"
HTML = (
    "<p>Hello Ada,</p><p>You can return <strong>most items</strong> within 30 days of delivery.</p>"
    f'<p><a href="{_LINK}">Return an item</a></p>'
)


@pytest.fixture(autouse=True)
def _written(helpdesk: Helpdesk, panel_llm: FakeLLM) -> None:
    panel_llm.replies(DRAFT)


def _is_inserted(helpdesk: Helpdesk) -> None:
    if helpdesk.name == "generic":
        expect(helpdesk.editor).to_have_value(TEXT)
    else:
        expect(helpdesk.editor.locator("a")).to_be_visible()
        assert helpdesk.editor.evaluate("editor => editor.innerHTML") == HTML


@pytest.mark.parametrize("name", ["zendesk", "front", "generic"])
def test_what_is_inserted_is_the_draft(helpdesk: Helpdesk, name: str) -> None:
    helpdesk.opens(name)
    helpdesk.has_draft()
    expect(helpdesk.panel.locator(".problem")).to_contain_text("How long do I have to return")

    helpdesk.insert.click()

    _is_inserted(helpdesk)
    expect(helpdesk.panel.locator(".done")).to_contain_text("Saved as a draft" if name == "front" else "Inserted")
    assert helpdesk.agent.errors == []
    assert helpdesk.agent.messages == []


def test_in_chatwoot_the_note_is_the_draft(helpdesk: Helpdesk, served: Served) -> None:
    helpdesk.opens("chatwoot")
    helpdesk.has_draft()

    helpdesk.insert.click()

    expect(helpdesk.panel.locator(".done")).to_have_text("Added as a private note.")
    note = served.chatwoot.messages[7][-1]
    assert (note["content"], note["private"]) == (TEXT, True)
    assert helpdesk.agent.messages == []


def test_a_note_that_chatwoot_does_not_take_can_be_copied(helpdesk: Helpdesk, served: Served) -> None:
    helpdesk.opens("chatwoot")
    helpdesk.has_draft()
    del served.chatwoot.messages[7]

    helpdesk.insert.click()

    expect(helpdesk.panel.locator(".desk-foot .notice")).to_contain_text("You can copy the draft instead.")
    expect(helpdesk.draft).to_contain_text("30 days")


def test_what_zendesk_signs_lets_in_once(helpdesk: Helpdesk, browser: Browser) -> None:
    helpdesk.opens("zendesk")
    helpdesk.has_draft()

    elsewhere = browser.new_page()
    elsewhere.goto(helpdesk.origin)

    panel = elsewhere.frame_locator("#panel")
    expect(panel.get_by_text("token has been used before")).to_be_visible()
    expect(panel.get_by_label("Agent key")).to_be_visible()
    elsewhere.close()


@pytest.mark.parametrize("name", ["front", "generic"])
def test_what_was_inserted_is_taken_back_where_the_helpdesk_can(helpdesk: Helpdesk, name: str) -> None:
    helpdesk.opens(name)
    helpdesk.has_draft()
    helpdesk.insert.click()
    _is_inserted(helpdesk)

    helpdesk.panel.get_by_role("button", name="Undo").click()

    expect(helpdesk.panel.get_by_text("Taken back.")).to_be_visible()
    if name == "generic":
        expect(helpdesk.editor).to_have_value("")
    else:
        expect(helpdesk.editor).to_be_empty()


@pytest.mark.parametrize("name", HELPDESKS)
def test_a_draft_can_be_copied_from_any_helpdesk_into_its_editor(helpdesk: Helpdesk, name: str) -> None:
    helpdesk.opens(name)
    helpdesk.has_draft()

    helpdesk.panel.get_by_role("button", name="Copy reply").click()
    expect(helpdesk.panel.locator(".done")).to_have_text("Copied. Paste it into your reply.")
    helpdesk.editor.click()
    helpdesk.page.keyboard.press("ControlOrMeta+v")

    if name == "generic":
        expect(helpdesk.editor).to_have_value(TEXT)
    else:
        assert helpdesk.editor.evaluate("editor => editor.innerText").split() == TEXT.split()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("zendesk", "window.tell('colorScheme.changed', 'dark')"),
        ("chatwoot", "window.theme = 'dark'; window.changed()"),
    ],
)
def test_the_panel_is_as_light_as_its_helpdesk(helpdesk: Helpdesk, name: str, change: str) -> None:
    helpdesk.opens(name)
    helpdesk.has_draft()
    root = helpdesk.panel.locator(".root")
    expect(root).to_have_attribute("data-theme", "light")

    helpdesk.page.evaluate(change)

    expect(root).to_have_attribute("data-theme", "dark")


def test_what_the_panel_keeps_under_one_site_is_not_there_under_another(helpdesk: Helpdesk, served: Served) -> None:
    helpdesk.opens("generic", signs_in=False)
    label = helpdesk.panel.get_by_label("Agent key")
    expect(label).to_be_visible()
    label.evaluate("() => localStorage.setItem('kept', 'here')")
    helpdesk.page.reload()
    assert label.evaluate("() => localStorage.getItem('kept')") == "here"

    helpdesk.page.goto(served.other_origin)

    expect(label).to_be_visible()
    assert label.evaluate("() => localStorage.getItem('kept')") is None


@pytest.mark.parametrize(("locale", "reply", "direction"), [("zh-tw", "回覆", "ltr"), ("ar", "الرد", "rtl")])
def test_the_panel_speaks_the_agents_language(helpdesk: Helpdesk, locale: str, reply: str, direction: str) -> None:
    helpdesk.opens("zendesk", ticket(agent_locale=locale))

    expect(helpdesk.panel.get_by_role("tab", name=reply)).to_be_visible()
    expect(helpdesk.panel.locator(".root")).to_have_attribute("dir", direction)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_panel_with_a_draft_meets_wcag(helpdesk: Helpdesk, scheme: Literal["light", "dark"]) -> None:
    helpdesk.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    helpdesk.opens("generic")
    helpdesk.has_draft()
    expect(helpdesk.panel.locator(".root")).to_have_attribute("data-theme", scheme)
    helpdesk.draft.locator(".chip").first.click()
    expect(helpdesk.panel.locator("[data-card]")).to_be_visible()

    assert violations(helpdesk.frame) == []


def test_a_page_that_the_site_does_not_name_cannot_hold_the_panel(helpdesk: Helpdesk, served: Served) -> None:
    helpdesk.site.shows(page_of("chatwoot", panel=served.url, origin="", opened=None))
    stranger = served.origin.replace("acme.helpdesk.test", "stranger.test")

    with helpdesk.page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        helpdesk.page.goto(stranger)

    expect(helpdesk.panel.locator(".desk")).to_have_count(0)
