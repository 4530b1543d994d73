"""A browser, a website of someone else's, and the API that its widget asks."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from pydantic import SecretStr

from support_bot.settings import SupportBotSettings
from tests.browser.site import HostSite
from tests.browser.visitor import Visitor, visitor_in
from tests.fake_llm import FakeLLM
from tests.running import running

CHROMIUM = Path("/usr/bin/chromium")
SUGGESTIONS = ("How do I import a folder of articles?", "What do the three audiences mean?")
PERSON = "https://example.com/contact"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# One browser a module: while Playwright runs, its loop is the thread's, and no asynchronous test could have another.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    if not CHROMIUM.exists():
        pytest.skip(f"the browser tests need Chromium, and there is no {CHROMIUM}")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """Someone whose browser has never been here."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    yield visitor_in(context)
    context.close()


@pytest.fixture(scope="session")
def _session_host() -> Iterator[HostSite]:
    with HostSite() as site:
        yield site


@pytest.fixture
def host(_session_host: HostSite) -> HostSite:
    """Someone's website, with an empty page."""
    _session_host.shows("")
    return _session_host


@pytest.fixture(scope="session")
def data_dir(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample help centre, where feedback may be written."""
    return shutil.copytree(sample_data, tmp_path_factory.mktemp("browser") / "data")


@pytest.fixture(scope="session")
def _session_llm() -> Iterator[FakeLLM]:
    with FakeLLM() as llm:
        yield llm


@pytest.fixture(scope="session")
def _session_api(_session_host: HostSite, _session_llm: FakeLLM, data_dir: Path) -> Iterator[str]:
    settings = SupportBotSettings(
        llm_base_url=_session_llm.base_url,
        llm_api_key=SecretStr(_session_llm.key),
        allowed_origins=(_session_host.origin,),
        suggestions=SUGGESTIONS,
        handoff_url=PERSON,
        llm_max_tokens=8_000,  # hostile answers are long, and one that is cut proves less
    )
    with running(settings, data_dir) as address:
        yield address


@pytest.fixture
def llm(_session_llm: FakeLLM) -> FakeLLM:
    """The chat model behind `api`, as new."""
    _session_llm.reset()
    return _session_llm


@pytest.fixture
def api(_session_api: str, llm: FakeLLM) -> str:
    """The address of a server that writes with `llm` and that the website's visitors may ask."""
    return _session_api
