"""Turn settings and a data directory into the usual mistakes found in them, one line each with its remedy."""

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import httpx

from knowledge.catalog import Catalog
from knowledge.errors import KnowledgeError
from knowledge.generation import Manifest, read_manifest
from knowledge.settings import KnowledgeSettings
from support_bot.access.registry import Registry
from support_bot.conversations.errors import StoreError
from support_bot.handoff.outbox import Outbox
from support_bot.settings import SupportBotSettings

_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.s3fs", "glusterfs", "ceph"}
_LEAST_FREE = 200_000_000  # bytes
_SECONDS = 20.0
_ANSWER_SECONDS = 90.0
_SHORT = 0.3  # seconds; in so short an answer nobody sees whether it was held back
_OLDEST_SQLITE = (3, 35, 0)
_QUESTION = "How do I get started?"
_LONGEST_WAIT = 60.0  # seconds
_SKEW = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and what was found."""

    check: str
    state: Literal["well", "note", "wrong"]
    found: str
    remedy: str = ""

    def line(self) -> str:
        """Return the finding as a line for a terminal."""
        return f"{self.state:5}  {self.check}: {self.found}{f' {self.remedy}' if self.remedy else ''}"


def findings(
    settings: SupportBotSettings, knowledge_settings: KnowledgeSettings, *, days: int, call: bool
) -> Iterator[Finding]:
    """Yield what is found; with `call`, the language model is asked for one word too."""
    yield from _versions()
    yield from _data_directory(knowledge_settings.data_dir)
    yield from _index(Catalog(knowledge_settings.data_dir, settings.site), model=knowledge_settings.embedding_model)
    yield from _imports(settings.site, knowledge_settings.data_dir, days=days)
    yield from _settings(settings, knowledge_settings.data_dir)
    if settings.daily_cap or settings.monthly_cap:
        yield from _spending(settings, knowledge_settings)
    if settings.handoff_to:
        yield handing_over(settings, knowledge_settings)
    if settings.public_url:
        yield _public_address(settings.public_url)
    if call and settings.llm_api_key.get_secret_value().strip():
        yield from _language_model(settings)
    if call and settings.public_url:
        with httpx.Client(base_url=settings.public_url, timeout=_ANSWER_SECONDS) as client:
            yield streaming(client)


def _versions() -> Iterator[Finding]:
    found = f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        yield Finding("versions", "wrong", found, "SQLite 3.35 or newer is needed: use another Python.")
    else:
        yield Finding("versions", "well", found)


def _data_directory(folder: Path) -> Iterator[Finding]:
    name = "data directory"
    if not folder.is_dir():
        yield Finding(name, "wrong", f"{folder} is not there.", "Import articles, or set KNOWLEDGE_DATA_DIR.")
        return
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield Finding(name, "wrong", f"{folder} cannot be written: {error.strerror}.", "Give it to this user.")
        return
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE:
        yield Finding(name, "wrong", f"{folder} has {free / 1e6:,.0f} MB left.", "Make room on its disk.")
    elif (kind := file_system(folder.absolute(), mounts=Path("/proc/mounts"))) in _NETWORK:
        remedy = "File locks may not hold there: use a local disk."
        yield Finding(name, "wrong", f"{folder} lies on a network disk ({kind}).", remedy)
    else:
        yield Finding(name, "well", f"{folder}, {free / 1e9:,.1f} GB free")


def file_system(folder: Path, *, mounts: Path) -> str:
    """Return the kind of file system that holds a folder, "" where nobody knows."""
    if not mounts.exists():
        return ""
    rows = [line.split() for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines()]
    places = [(place, kind) for _, place, kind, *_ in rows if folder.is_relative_to(place)]
    return max(places, key=lambda found: len(found[0]), default=("", ""))[1]


def _index(catalog: Catalog, *, model: str) -> Iterator[Finding]:
    try:
        manifest: Manifest = read_manifest(catalog.serving())
    except KnowledgeError as error:
        yield Finding("index", "wrong", str(error))
        return
    if manifest.embedding_model != model:
        found = f"it was built with {manifest.embedding_model!r}, and KNOWLEDGE_EMBEDDING_MODEL is {model!r}."
        yield Finding("index", "wrong", found, "Set it back, or import again.")
        return
    yield Finding("index", "well", f"generation {manifest.number} with {manifest.documents} documents")


def _imports(site: str, data_dir: Path, *, days: int) -> Iterator[Finding]:
    """Yield what `python -m ingest status` knows; that is another program, which is run and never imported."""
    command = [sys.executable, "-m", "ingest", "status", "--json", "--site", site, "--data", str(data_dir)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    if done.returncode:
        yield Finding("imports", "wrong", done.stderr.strip() or f"its status ends with {done.returncode}.")
        return
    yield from import_findings(json.loads(done.stdout), now=datetime.now(UTC), days=days)


def import_findings(status: dict[str, Any], *, now: datetime, days: int) -> Iterator[Finding]:
    """Yield what the status of the imports tells of them."""
    name = "imports"
    if not status["last_run"]:
        yield Finding(name, "wrong", "none has ended yet.", "Run `python -m ingest run PATH`.")
        return
    age = now - datetime.fromisoformat(status["last_run"])
    if status["last_error"]:
        yield Finding(name, "wrong", f"the last one was stopped: {status['last_error']}")
    elif age > timedelta(days=days):
        remedy = "Is the schedule kept? See `python -m ingest status`."
        yield Finding(name, "wrong", f"the last one ended {age.days} days ago.", remedy)
    elif age < -_SKEW:
        yield Finding(
            name, "wrong", f"the last one ended at {status['last_run']}, to come.", "Set this machine's clock."
        )
    else:
        yield Finding(name, "well", f"the last one ended at {status['last_run']}")
    if status["is_fallback"]:
        yield Finding(name, "wrong", "the newest index is damaged, and an older one answers.", "Import again.")
    for key, what, option in (
        ("plan", "deletions wait for approval.", "--approve-deletions"),
        ("refused", "the gate refused the last index.", "--promote-anyway"),
    ):
        if status[key]:
            yield Finding(name, "wrong", what, f"To accept: python -m ingest run PATH {option} {status[key]}")
    if status["failed"]:
        yield Finding(
            name, "note", f"{status['failed']} files failed in the last one.", "See `python -m ingest status`."
        )


def _settings(settings: SupportBotSettings, data_dir: Path) -> Iterator[Finding]:
    site = Registry(data_dir).site(settings.site)
    origins = settings.allowed_origins if site is None else site.origins
    for is_set, found, remedy in (
        (
            settings.llm_api_key.get_secret_value().strip(),
            "no key: answers are quoted.",
            "Set RUNAPI_KEY to have them written.",
        ),
        (settings.handoff_to or settings.handoff_url, "no way to a person.", "Set SUPPORT_BOT_HANDOFF_TO, or …_URL."),
        (origins, "no website may hold the widget.", "Run `python -m support_bot sites add`, or `sites change`."),
        (settings.public_url, "no public address.", "Behind nginx, set SUPPORT_BOT_PUBLIC_URL."),
    ):
        if not is_set:
            yield Finding("settings", "note", found, remedy)


def _spending(settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> Iterator[Finding]:
    from support_bot.keeping import ledger_of, open_store  # who sets no cap need not pay for its imports

    try:
        with closing(open_store(settings, knowledge_settings)) as store:
            standing = ledger_of(settings, store).standing()
    except StoreError as error:
        yield Finding("spending", "wrong", str(error))
        return
    for spent, setting in zip(standing, ("SUPPORT_BOT_DAILY_CAP", "SUPPORT_BOT_MONTHLY_CAP"), strict=True):
        found = f"${spent.cost:.2f} of ${spent.cap:g} in {spent.period}"
        if spent.is_reached:
            yield Finding("spending", "wrong", f"{found}, so articles are quoted.", f"Raise {setting}, or wait.")
        elif spent.is_near:
            yield Finding(
                "spending", "note", f"{found}, which is most of it.", f"Raise {setting}, or expect quotations."
            )
        elif spent.cap:
            yield Finding("spending", "well", found)


def handing_over(settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> Finding:
    """Look whether what visitors write to a person waits for its delivery."""
    from support_bot.keeping import open_store  # who hands nothing over need not pay for its imports

    name = "handing over"
    try:
        with closing(open_store(settings, knowledge_settings)) as store:
            waiting = Outbox(store.engine, site=settings.site).waiting()
    except StoreError as error:
        return Finding(name, "wrong", str(error))
    found = f"{waiting.count} messages to a person wait, the oldest for {waiting.oldest / 60:,.0f} minutes."
    if waiting.failing:
        return Finding(name, "wrong", found, f"The last attempt: {waiting.error}. Check SUPPORT_BOT_HANDOFF_TO.")
    if waiting.oldest > _LONGEST_WAIT:
        return Finding(name, "wrong", found, "Is the server running?")
    return Finding(name, "well", f"{waiting.count} messages to a person wait")


def _public_address(url: str) -> Finding:
    name = "public address"
    try:
        response = httpx.get(f"{url.rstrip('/')}/healthz", timeout=_SECONDS)
        is_ours = response.is_success and response.json() == {"status": "ok"}
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        found = f"{url} cannot be reached: {type(error).__name__}."
        return Finding(name, "wrong", found, "Is the server running, and nginx set up?")
    if not is_ours:
        return Finding(
            name, "wrong", f"{url} answers with status {response.status_code}.", "Something else listens there."
        )
    return Finding(name, "well", f"{url} leads to a server of ours")


def streaming(client: httpx.Client) -> Finding:
    """Ask a question at the public address, and see whether its first words wait on the way for its last."""
    name = "streaming"
    started, first, done = time.monotonic(), 0.0, ""
    try:
        with client.stream("POST", "/api/v1/chat", json={"message": _QUESTION}) as response:
            if not response.is_success:
                return Finding(name, "note", f"a question gets status {response.status_code}, so this is not known.")
            for line in response.iter_lines():
                if line == "event: delta":
                    first = first or time.monotonic() - started
                done = line.removeprefix("data: ") if line.startswith("data: ") else done
        ms = json.loads(done)["ms"]
    except (httpx.HTTPError, ValueError, KeyError) as error:
        return Finding(name, "note", f"an answer broke off ({type(error).__name__}), so this is not known.")
    sent, ended = (ms["first_token"] or ms["total"]) / 1000, ms["total"] / 1000
    if ended - sent < _SHORT:
        return Finding(name, "note", "the answer was too short to see whether its words were held back.")
    if is_held_back(first, sent=sent, ended=ended):
        found = f"the first words were sent after {sent:.1f} s and came after {first:.1f} s."
        remedy = "In nginx set proxy_buffering off and gzip off, as `python -m support_bot deploy nginx` does."
        return Finding(name, "wrong", found, remedy)
    return Finding(name, "well", "words come as they are written")


def is_held_back(came: float, *, sent: float, ended: float) -> bool:
    """Whether words that were sent at one time came nearer to the answer's end, in seconds from the question."""
    return came - sent > 0.8 * (ended - sent)


def _language_model(settings: SupportBotSettings) -> Iterator[Finding]:
    name = "language model"
    body = {
        "model": settings.llm_model,
        "messages": [{"role": "user", "content": "Say yes."}],
        settings.llm_max_tokens_field: 1,
    }
    headers = {"Authorization": f"Bearer {settings.llm_api_key.get_secret_value().strip()}"}
    address = f"{settings.llm_base_url.rstrip('/')}/chat/completions"
    try:
        response = httpx.post(address, json=body, headers=headers, timeout=_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        found = f"the endpoint cannot be reached: {type(error).__name__}."
        yield Finding(name, "wrong", found, "Check SUPPORT_BOT_LLM_BASE_URL.")
        return
    if response.status_code in (401, 403):
        yield Finding(name, "wrong", "the key was refused.", "Check RUNAPI_KEY, and that it belongs to the endpoint.")
    elif not response.is_success:
        remedy = "Check SUPPORT_BOT_LLM_BASE_URL and SUPPORT_BOT_LLM_MODEL."
        yield Finding(name, "wrong", f"the endpoint answers with status {response.status_code}.", remedy)
    else:
        yield Finding(name, "well", f"{settings.llm_model} answers")


def report(found: Sequence[Finding], *, as_json: bool) -> str:
    """Return the findings as lines, or as JSON."""
    if as_json:
        return json.dumps([asdict(each) for each in found], ensure_ascii=False)
    return "\n".join(each.line() for each in found)
