"""The page of every component and state, and the demo page: whole at any width, in any light, for anybody."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import OUT_OF_PLACE, every_state, violations
from tests.browser.screenshots import pictures_of_states
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"  # left there to be looked at
LOCALES = ("en", "zh-Hant", "zh-Hans", "de", "ar")
WIDTHS = (320, 390, 1280)
QUESTION = "How do I import a folder of articles?"
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
_STATES = 50


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest, visitor: Visitor) -> Scheme:
    """What the visitor's system prefers."""
    preferred: Scheme = request.param
    visitor.page.emulate_media(color_scheme=preferred, reduced_motion="reduce")
    return preferred


def opened(visitor: Visitor, api: str, locale: str) -> Page:
    """Return the page of every state, in this language, the last state drawn."""
    return every_state(visitor, f"{api}/design?locale={locale}")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_state_in_every_language_keeps_to_its_place(visitor: Visitor, api: str, locale: str) -> None:
    page = opened(visitor, api, locale)

    assert page.locator("main > section").count() >= _STATES
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(OUT_OF_PLACE) == []
    assert visitor.messages == []
    assert visitor.errors == []


@pytest.mark.parametrize(("locale", "width"), [("en", 390), ("en", 1280), ("ar", 390), ("zh-Hant", 1280)])
def test_every_state_has_a_picture_of_its_own(visitor: Visitor, api: str, locale: str, width: int) -> None:
    page = opened(visitor, api, locale)
    page.set_viewport_size({"width": width, "height": 800})
    folder = PICTURES / f"{locale}-{width}"

    pictures = pictures_of_states(page, folder)

    assert len(pictures) >= _STATES
    assert len({picture.read_bytes() for picture in pictures}) == len(pictures)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_state_in_every_language_meets_wcag(visitor: Visitor, api: str, locale: str) -> None:
    assert violations(opened(visitor, api, locale)) == []


def test_what_is_out_of_place_is_noticed(visitor: Visitor, api: str) -> None:
    page = opened(visitor, api, "en")
    page.locator("#answered .light .asked").evaluate("element => element.style.setProperty('white-space', 'pre')")
    page.locator("#answered .light .asked").evaluate("element => element.append('and so on '.repeat(30))")
    page.locator("#welcome .dark h3").evaluate("element => element.style.setProperty('inline-size', '900px')")

    found = page.evaluate(OUT_OF_PLACE)

    assert "answered div.asked is cut off" in found
    assert "welcome h3. is out of its panel" in found


@pytest.mark.usefixtures("scheme")
def test_a_cited_document_meets_wcag(visitor: Visitor, api: str) -> None:
    visitor.page.goto(api)
    visitor.page.get_by_role("link", name="Which file formats are read").click()
    expect(visitor.page.get_by_role("table")).to_be_visible()
    visitor.page.goto(f"{visitor.page.url}?start=150&end=400#cited")
    expect(visitor.page.locator("mark").first).to_be_visible()

    assert violations(visitor.page) == []
    assert visitor.messages == []


@pytest.mark.usefixtures("scheme")
def test_the_demo_page_with_an_answer_meets_wcag(visitor: Visitor, api: str) -> None:
    visitor.page.goto(api)
    visitor.launcher.click()
    visitor.input.click()
    visitor.asks(QUESTION)
    visitor.answer.locator(".chip").first.click()
    expect(visitor.card).to_be_visible()

    assert violations(visitor.page) == []
