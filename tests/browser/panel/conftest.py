"""A helpdesk and the panel on different sites, in a browser that keeps apart what each stores under the other."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import playwright
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, BrowserContext, Frame, FrameLocator, Locator, Page, expect, sync_playwright
from pydantic import SecretStr

from knowledge.embeddings import SentenceTransformersEmbeddings
from knowledge.settings import KnowledgeSettings
from support_bot.access.keys import foreign_key, new_key, public_key_of
from support_bot.access.registry import Registry, Site
from support_bot.app import create_app
from support_bot.settings import SupportBotSettings
from tests.browser.conftest import CHROMIUM
from tests.browser.panel.helpdesks import QUESTION, page_of, ticket
from tests.browser.site import HostSite
from tests.browser.visitor import Visitor, visitor_in
from tests.conftest import index_articles
from tests.desks import ChatwootDesk
from tests.fake_llm import FakeLLM
from tests.running import running_app

ARTICLES = Path(__file__).parent / "articles"
HELPDESKS = ("zendesk", "chatwoot", "front", "generic")
_SWITCHES = Path(playwright.__file__).parent / "driver" / "package" / "lib" / "coreBundle.js"
_PARTITIONING = "ThirdPartyStoragePartitioning"
_MOST_TABS = 60
_FRONT_SECRET = "the-secret-of-a-plugin-that-front-made"


def partitioned() -> dict[str, list[str]]:
    """Return how to launch a browser that partitions storage as stock Chromium does: Playwright switches that off."""
    listed = re.search(r"disabledFeatures = \[(.+?)\]", _SWITCHES.read_text(encoding="utf-8"), re.DOTALL)
    assert listed is not None
    features = re.findall(r'^ *"(\w+)"', listed[1], re.MULTILINE)
    assert _PARTITIONING in features
    ours = ",".join(feature for feature in features if feature != _PARTITIONING)
    return {
        "ignore_default_args": [f"--disable-features={','.join(features)}"],
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            f"--disable-features={ours}",
            "--host-resolver-rules=MAP *.test 127.0.0.1",
        ],
    }


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as it is shipped, for which every *.test is this machine."""
    if not CHROMIUM.exists():
        pytest.skip(f"the browser tests need Chromium, and there is no {CHROMIUM}")
    with sync_playwright() as running:
        launched = running.chromium.launch(executable_path=CHROMIUM, **partitioned())  # type: ignore[arg-type]
        yield launched
        launched.close()


class Zendesk:
    """Whoever signs what Zendesk signs."""

    def __init__(self) -> None:
        self._private = generate_private_key(public_exponent=65537, key_size=2048)
        self.pem = self._private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def token(self, origin: str) -> str:
        """Return what it sends along when an agent opens a ticket."""
        now = int(time.time())
        said = {
            "iss": origin.removeprefix("https://"),
            "aud": f"{origin}/api/v2/apps/installations/42.json",
            "sub": f"{origin}/api/v2/users/7.json",
            "iat": now,
            "nbf": now,
            "exp": now + 60,
            "jti": str(time.monotonic_ns()),
            "context": {"product": "support", "location": "ticket_sidebar"},
        }
        return jwt.encode(said, self._private, algorithm="RS256")


@dataclass
class Helpdesk:
    """A helpdesk's page with the panel in it, as an agent sees both."""

    agent: Visitor
    site: HostSite
    origin: str
    panel_origin: str
    keys: dict[str, str]
    zendesk: Zendesk
    name: str = ""

    def opens(
        self, name: str, opened: dict[str, Any] | None = None, *, silent: bool = False, signs_in: bool = True
    ) -> None:
        """Open a ticket, else the usual one ({} for none), and sign in where the helpdesk does not."""
        self.name = name
        body = page_of(
            name,
            panel=self.panel_origin,
            origin=self.origin,
            opened=ticket() if opened is None else opened or None,
            silent=silent,
            proof=self.zendesk.token(self.origin) if name == "zendesk" else self.keys["front"],
        )
        self.site.shows(body)
        self.agent.page.goto(self.origin)
        if signs_in and name in ("chatwoot", "generic"):
            self.signs_in()

    def tabs_to(self, target: Locator) -> None:
        """Press Tab until the target, in the frame, has the focus; AssertionError when it never has."""
        for _ in range(_MOST_TABS):
            if target.evaluate("element => element.ownerDocument.activeElement === element"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {target}")

    def signs_in(self, key: str = "") -> None:
        """Give the panel a key, else the agent's."""
        self.panel.get_by_label("Agent key").fill(key or self.keys["agent"])
        self.panel.get_by_role("button", name="Sign in").click()

    @property
    def page(self) -> Page:
        return self.agent.page

    @property
    def panel(self) -> FrameLocator:
        """What is in the frame."""
        return self.page.frame_locator("#panel")

    @property
    def frame(self) -> Frame:
        """The same, for what is asked of its document."""
        found = self.page.frame(name="panel")
        assert found is not None
        return found

    @property
    def draft(self) -> Locator:
        return self.panel.locator(".draft .prose")

    @property
    def insert(self) -> Locator:
        return self.panel.locator(".desk-foot .row > .button").first

    @property
    def editor(self) -> Locator:
        return self.page.locator("#editor")

    def has_draft(self) -> None:
        """Wait for a whole draft."""
        expect(self.panel.locator(".draft")).to_have_attribute("data-state", "done")
        expect(self.insert).to_be_visible()

    def changes(self, change: str) -> None:
        """Run a change of `window.ticket`, and tell the panel as the helpdesk does."""
        self.page.evaluate(f"{change}; window.changed()")


@dataclass(frozen=True)
class Served:
    """A server with a panel: where it is, where the helpdesk is, and the texts of its keys."""

    url: str
    site: HostSite
    origin: str
    other_origin: str
    keys: dict[str, str]
    zendesk: Zendesk
    data_dir: Path
    chatwoot: ChatwootDesk


@pytest.fixture(scope="module")
def panel_llm() -> Iterator[FakeLLM]:
    with FakeLLM() as llm:
        yield llm


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory,
    vector_folder: Path,
    embeddings: SentenceTransformersEmbeddings,
    panel_llm: FakeLLM,
) -> Iterator[Served]:
    """A server whose site has two public articles and one that is internal."""
    data_dir = tmp_path_factory.mktemp("panel") / "data"
    index_articles(ARTICLES, data_dir=data_dir, vector_folder=vector_folder, embeddings=embeddings)
    with serving(data_dir, panel_llm) as found:
        yield found


@contextmanager
def serving(data_dir: Path, llm: FakeLLM) -> Iterator[Served]:
    """Yield a server of what is indexed there, whose site has two helpdesks and an agent."""
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://bot.test:{listening.getsockname()[1]}"
    with HostSite() as site, ChatwootDesk() as desk:
        origin = site.origin.replace("localhost", "acme.helpdesk.test")
        other = site.origin.replace("localhost", "desk.elsewhere.test")
        settings = SupportBotSettings(
            llm_base_url=llm.base_url,
            llm_api_key=SecretStr(llm.key),
            llm_outage="quote",
            public_url=url,
            handoff_chatwoot_url=desk.url,
            handoff_chatwoot_account=1,
            handoff_chatwoot_token=SecretStr(desk.token),
        )
        zendesk = Zendesk()
        keys = _set_up(data_dir, helpdesks=(origin, other), zendesk=zendesk)
        app = create_app(settings, KnowledgeSettings(data_dir=data_dir))
        with running_app(app, listening=listening):
            yield Served(url, site, origin, other, keys, zendesk, data_dir, desk)


def _set_up(data_dir: Path, *, helpdesks: tuple[str, ...], zendesk: Zendesk) -> dict[str, str]:
    registry = Registry(data_dir)
    registry.put_site(Site(name="default", panel_hosts=helpdesks))
    key, text = new_key("agent", site="default", name="Grace")
    registry.add_key(key)
    registry.add_key(public_key_of(zendesk.pem, "zendesk", site="default", name="Zendesk"))
    registry.add_key(foreign_key(_FRONT_SECRET, "front", site="default", name="Front"))
    return {"agent": text, "front": _FRONT_SECRET}


@pytest.fixture
def helpdesk(browser: Browser, served: Served, panel_llm: FakeLLM) -> Iterator[Helpdesk]:
    """An agent who has never been here, in front of a helpdesk whose page is to be opened."""
    panel_llm.reset()
    context = browser.new_context(viewport={"width": 900, "height": 760}, locale="en-GB")
    said = {"id": 1, "content": QUESTION, "message_type": 0, "private": False, "created_at": 1_700_000_000}
    served.chatwoot.messages = {7: [said], 8: [said]}
    yield helpdesk_in(context, served)
    context.close()


def helpdesk_in(context: BrowserContext, served: Served) -> Helpdesk:
    """Return a helpdesk whose page is empty yet."""
    return Helpdesk(visitor_in(context), served.site, served.origin, served.url, served.keys, served.zendesk)
