"""Take the README's pictures of a running server: `python -m tests.browser.screenshots http://127.0.0.1:8000`."""

import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import CHROMIUM

FOLDER = Path(__file__).parents[2] / "web" / "screenshots"
QUESTION = "How do I add my own articles?"
_PICTURES: tuple[tuple[str, int, int, Literal["light", "dark"]], ...] = (
    ("desktop-light", 1280, 800, "light"),
    ("desktop-dark", 1280, 800, "dark"),
    ("phone-dark", 390, 760, "dark"),
)


def take(browser: Browser, address: str) -> None:
    """Ask on the front page in each size and light, and keep what is then seen."""
    for name, width, height, scheme in _PICTURES:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            device_scale_factor=1.5,
            locale="en-GB",
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.goto(address)
        page.locator("button.launcher").click()
        page.locator("#panel textarea").fill(QUESTION)
        page.keyboard.press("Enter")
        answer = page.locator("#panel article.answer")
        expect(answer).to_have_attribute("data-state", "done", timeout=30_000)
        answer.locator(".chip").nth(2).click()
        expect(page.locator("[data-card]")).to_be_focused()
        page.screenshot(path=FOLDER / f"{name}.png")
        context.close()


def take_panel(browser: Browser, address: str) -> None:
    """Keep the agent's panel as it is drawn with a draft, in either light."""
    page = browser.new_page(viewport={"width": 1280, "height": 800}, device_scale_factor=1.5, reduced_motion="reduce")
    page.goto(f"{address}/design?surface=panel")
    for light in ("light", "dark"):
        page.locator(f"#internal-wide .stage.{light}").screenshot(path=FOLDER / f"panel-{light}.png", caret="hide")
    page.close()


def pictures_of_states(page: Page, folder: Path) -> list[Path]:
    """Take a picture of each state on the page `/design`, light beside dark, into a folder of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    for section in page.locator("main > section").all():
        pictures.append(folder / f"{section.get_attribute('id')}.png")
        section.screenshot(path=pictures[-1], animations="disabled", caret="hide")
    return pictures


if __name__ == "__main__":
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        take(launched, sys.argv[1].rstrip("/"))
        take_panel(launched, sys.argv[1].rstrip("/"))
