"""Measure how long an agent waits from a ticket's opening to the first sentence of a model that takes no time.

python -m tests.benchmarks.panel

The panel is opened as Zendesk does it, anew for each ticket, and as a page does that keeps it open between them.
"""

import os
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from knowledge.embeddings import embeddings_named
from knowledge.settings import BUNDLED_MODEL
from tests.browser.conftest import CHROMIUM
from tests.browser.panel.conftest import Helpdesk, helpdesk_in, partitioned, serving
from tests.browser.panel.helpdesks import ticket
from tests.conftest import ARTICLES, index_articles
from tests.fake_llm import FakeLLM

_TICKETS = 20
_QUESTION = "How do I import a folder of articles?"
_NOW = "performance.timeOrigin + performance.now()"
_SUBMIT = "document.querySelector('#signed input').value = token; document.getElementById('signed').submit();"
# In every frame: when the first sentence with a mark was there, in milliseconds since 1970.
_WATCH = """
  new MutationObserver(() => {
    const chip = document.querySelector('.draft .prose .chip');
    if (!chip) window.shownAt = 0;
    else window.shownAt ||= NOW;
  }).observe(document, { childList: true, subtree: true });
""".replace("NOW", _NOW)


def main() -> None:
    """Print the median and the 95th percentile of both ways, in milliseconds."""
    embeddings = embeddings_named(BUNDLED_MODEL, multilingual=False, threads=2)
    with tempfile.TemporaryDirectory() as folder, FakeLLM() as llm, sync_playwright() as playwright:
        data_dir = Path(folder) / "data"
        index_articles(ARTICLES, data_dir=data_dir, vector_folder=Path(folder) / "vectors", embeddings=embeddings)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, **partitioned())  # type: ignore[arg-type]
        with serving(data_dir, llm) as served:
            for name, way in (("zendesk", _opened_anew), ("generic", _kept_open)):
                context = browser.new_context(viewport={"width": 900, "height": 760}, locale="en-GB")
                helpdesk = helpdesk_in(context, served)
                helpdesk.page.add_init_script(_WATCH)
                _print(name, way(helpdesk))
                context.close()
        browser.close()


def _opened_anew(helpdesk: Helpdesk) -> list[float]:
    """Return how long each ticket took that was opened with a panel of its own, which Zendesk lets in."""
    helpdesk.opens("zendesk", ticket(_QUESTION))
    helpdesk.has_draft()
    return [
        _taken(helpdesk, f"{_change(number)} {_SUBMIT}", helpdesk.zendesk.token(helpdesk.origin))
        for number in range(_TICKETS)
    ]


def _kept_open(helpdesk: Helpdesk) -> list[float]:
    """Return how long each ticket took that was opened beside the same panel."""
    helpdesk.opens("generic", ticket(_QUESTION))
    helpdesk.has_draft()
    return [_taken(helpdesk, f"{_change(number)} window.changed();") for number in range(_TICKETS)]


def _change(number: int) -> str:
    return f"window.ticket = {{ ...window.ticket, id: 'other-{number}' }};"


def _taken(helpdesk: Helpdesk, opening: str, token: str = "") -> float:
    """Return the milliseconds from a ticket's opening, by this script of the helpdesk, to its first sentence."""
    began = helpdesk.page.evaluate(f"token => {{ const at = {_NOW}; {opening} return at; }}", token)
    helpdesk.frame.wait_for_function("began => window.shownAt > began", arg=began)
    taken = helpdesk.frame.evaluate("window.shownAt") - began
    helpdesk.has_draft()
    return float(taken)


def _print(name: str, taken: list[float]) -> None:
    ordered = sorted(taken)
    p95 = ordered[int(len(ordered) * 0.95) - 1]
    print(
        f"{name}: p50 {statistics.median(ordered):.0f} ms, p95 {p95:.0f} ms, least {ordered[0]:.0f} ms "
        f"of {len(ordered)} tickets; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    )


if __name__ == "__main__":
    main()
