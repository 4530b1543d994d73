"""Measure what is answered while four times as much is asked as can be, and what one abuser costs everybody else.

python -m tests.benchmarks.overload [--seconds 60]

The real server, the scripted model behind it and the askers are processes of their own. The model's pauses, not the
processor, set the capacity: so few answers at once, each of some seconds. Read the ratios: both sides of each are
of one run. Fails when anything was left without an answer or a problem that says when to come again.
"""

import argparse
import asyncio
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.support_bot.access.site import ORIGIN, SetUp, set_up

_ARTICLES = Path(__file__).parents[2] / "knowledge" / "articles"
_PLACES = 8
_PAUSE = 0.1  # seconds before each word of the model's
_OVER = 4  # times the capacity that is asked
_STAFF_EVERY = 10  # of the askers, one is an agent
_VISITS = 1.0  # questions a second beside the abuser, less than half of the capacity
_QUESTION = "How do I import a folder of articles?"
_HUNG_SECONDS = 60.0
OFTEN = {f"SUPPORT_BOT_LIMIT_{name}": "999999/minute" for name in ("VISITOR", "ADDRESS", "SITE", "EVERYBODY")}


@dataclass
class Told:
    """What askers were told: `kinds` counts it, by who asked; `answers` are when each came and what it took."""

    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    answers: list[tuple[float, float]] = field(default_factory=list)
    shed_seconds: list[float] = field(default_factory=list)

    def rate(self, begun: float, ended: float) -> float:
        """Return how many answers a second came between these times."""
        return sum(begun <= came < ended for came, _ in self.answers) / (ended - begun)

    def p95(self) -> float:
        """Return the seconds that all but a twentieth of the answers took at most."""
        return statistics.quantiles((took for _, took in self.answers), n=20)[-1]


@dataclass(frozen=True)
class Asker:
    """Somebody with a token or a key, at an address of their own."""

    kind: str
    token: str
    address: str


class Help:
    """A served help centre, and who may ask it."""

    def __init__(self, url: str, site: SetUp, client: httpx.AsyncClient) -> None:
        self.url = url
        self._site = site
        self._client = client
        self._numbers = itertools.count()

    def visitor(self) -> Asker:
        """Return a visitor whom nobody has seen before."""
        n = next(self._numbers)
        return Asker("visitor", self._site.token(), f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}")

    def agent(self) -> Asker:
        """Return somebody of the staff."""
        return Asker("agent", self._site.texts["agent"], "10.255.255.255")

    async def ask(self, asker: Asker, told: Told) -> None:
        """Ask one question and note what comes of it."""
        headers = {
            "Authorization": f"Bearer {asker.token}",
            "Origin": ORIGIN,
            "X-Forwarded-For": asker.address,
            "Accept": "text/event-stream",
        }
        begun = time.monotonic()
        kind = "hung"
        with suppress(TimeoutError):
            async with asyncio.timeout(_HUNG_SECONDS):
                kind = await self._answered(headers)
        took = time.monotonic() - begun
        told.kinds[asker.kind, kind] += 1
        if kind == "answered":
            told.answers.append((time.monotonic(), took))
        elif kind.isdecimal():
            told.shed_seconds.append(took)

    async def shed(self) -> dict[str, float]:
        """Return how many the server says that it has turned away, by who asked."""
        figures = (await self._client.get(f"{self.url}/metrics")).text
        samples = itertools.chain(*(family.samples for family in text_string_to_metric_families(figures)))
        return {each.labels["kind"]: each.value for each in samples if each.name == "support_bot_shed_total"}

    async def _answered(self, headers: dict[str, str]) -> str:
        body = {"message": _QUESTION}
        try:
            async with self._client.stream("POST", f"{self.url}/api/v1/chat", json=body, headers=headers) as response:
                text = (await response.aread()).decode()
        except httpx.TransportError as error:
            return f"cut: {type(error).__name__}"
        if response.status_code == 200:
            is_whole = '"mode":"generated"' in text and '"status":"complete"' in text
            return "answered" if is_whole else "unfinished"
        is_clear = "retry-after" in response.headers and response.headers["content-type"] == "application/problem+json"
        return str(response.status_code) if response.status_code in (429, 503) and is_clear else "unclear"


async def peak(help_: Help, *, seconds: float) -> float:
    """Return how many answers a second there are while everybody waits for a place, and nobody in vain."""
    told, until = Told(), time.monotonic() + seconds

    async def ask_on() -> None:
        while time.monotonic() < until:
            await help_.ask(help_.visitor(), told)

    await asyncio.gather(*(ask_on() for _ in range(_PLACES + 2)))
    _check_answered(told)
    return told.rate(until - seconds * 0.8, until)


async def overload(help_: Help, *, rate: float, seconds: float) -> tuple[Told, float]:
    """Ask so often a second, whatever comes of it; return what was told, and the answers a second."""
    told, begun = Told(), time.monotonic()
    who = (help_.agent if n % _STAFF_EVERY == 0 else help_.visitor for n in itertools.count())
    await _asking(lambda: help_.ask(next(who)(), told), rate=rate, seconds=seconds)
    _check_answered(told)
    return told, told.rate(begun + seconds * 0.2, begun + seconds)


async def beside_abuser(help_: Help, *, rate: float, seconds: float, pieces: int) -> tuple[Told, Told, Told]:
    """Return what visitors were told without an abuser and with one, in turns, and what the abuser was told."""
    alone, beside, abusers = Told(), Told(), Told()
    for _ in range(pieces):
        visitors = [help_.visitor() for _ in range(round(rate * 12))]  # so that each asks within what it may
        for told in (alone, beside):
            asked, abuser = itertools.cycle(visitors), help_.visitor()
            asking = [_asking(lambda: help_.ask(next(asked), told), rate=rate, seconds=seconds)]  # noqa: B023
            if told is beside:
                each = rate / len(visitors)
                asking.append(_asking(lambda: help_.ask(abuser, abusers), rate=100 * each, seconds=seconds))  # noqa: B023
            await asyncio.gather(*asking)
    for told in (alone, beside, abusers):
        _check_answered(told)
    return alone, beside, abusers


async def _asking(ask: Callable[[], Awaitable[None]], *, rate: float, seconds: float) -> None:
    """Ask so often a second, for so long, and wait for what comes of it all."""
    async with asyncio.TaskGroup() as asking:
        begun = time.monotonic()
        for n in range(round(rate * seconds)):
            await asyncio.sleep(max(0.0, begun + n / rate - time.monotonic()))
            asking.create_task(ask())  # type: ignore[arg-type]


def _check_answered(told: Told) -> None:
    """Raise AssertionError when somebody got neither an answer nor a clear problem."""
    left = {kind: count for kind, count in told.kinds.items() if kind[1] not in ("answered", "429", "503")}
    assert not left, f"left without an answer: {left}"


@contextmanager
def _started(*command: str, **env: str) -> Iterator[str]:
    """Run a program, and yield the address that its first line names."""
    everything = {**os.environ, **env}  # noqa: TID251
    with subprocess.Popen([sys.executable, "-m", *command], stdout=subprocess.PIPE, text=True, env=everything) as run:
        assert run.stdout is not None
        line = run.stdout.readline()
        try:
            yield next(word.strip(",") for word in line.split() if word.startswith("http"))
        finally:
            run.terminate()
            run.stdout.read()


@contextmanager
def served(data_dir: Path, **env: str) -> Iterator[str]:
    """Serve a data directory by the real command, before a model that takes its time; yield its address."""
    with _started("tests.fake_llm", "--pause", str(_PAUSE), "--key", "sk-benchmark") as model:
        settings = {
            "KNOWLEDGE_DATA_DIR": str(data_dir),
            "SUPPORT_BOT_LLM_BASE_URL": model,
            "RUNAPI_KEY": "sk-benchmark",
            "SUPPORT_BOT_MAX_ANSWERS": str(_PLACES),
            "SUPPORT_BOT_ANSWER_CACHE_SIZE": "0",
            "SUPPORT_BOT_LOG_LEVEL": "error",
            "SUPPORT_BOT_TRUSTED_PROXIES": '["127.0.0.1"]',
        }
        with _started("support_bot", "serve", "--port", "0", **{**settings, **env}) as url:
            while not _listens(url):
                time.sleep(0.1)
            yield url


def _listens(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz").is_success
    except httpx.ConnectError:
        return False


@asynccontextmanager
async def helped(url: str, site: SetUp) -> AsyncIterator[Help]:
    """Yield a served help centre as askers reach it."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(limits=limits, timeout=_HUNG_SECONDS, trust_env=False) as client:
        yield Help(url, site, client)


async def measure_overload(url: str, site: SetUp, *, seconds: float) -> tuple[Told, float]:
    """Return what was told under overload, and its answers a second over those at the peak, before and after."""
    async with helped(url, site) as help_:
        await help_.ask(help_.visitor(), Told())  # whatever is loaded late
        before = await peak(help_, seconds=seconds / 3)
        told, goodput = await overload(help_, rate=_OVER * before, seconds=seconds)
        after = await peak(help_, seconds=seconds / 3)
        _print_overload(told, goodput, (before, after), await help_.shed())
        return told, goodput / statistics.mean((before, after))


async def measure_abuser(url: str, site: SetUp, *, seconds: float) -> tuple[Told, float]:
    """Return what an abuser was told, and the visitors' p95 beside one over theirs without."""
    async with helped(url, site) as help_:
        alone, beside, abusers = await beside_abuser(help_, rate=_VISITS, seconds=seconds / 12, pieces=24)
        ratio = beside.p95() / alone.p95()
        print(f"an abuser at 100x: told {_in_words(abusers)}")
        print(f"  visitors' p95 without {alone.p95():.2f} s, with {beside.p95():.2f} s: {ratio:.2f}x")
        print(f"  visitors without were told {_in_words(alone)}, with {_in_words(beside)}")
        return abusers, ratio


def _print_overload(told: Told, goodput: float, peaks: tuple[float, float], shed: dict[str, float]) -> None:
    print(f"peak: {peaks[0]:.2f} answers a second before, {peaks[1]:.2f} after")
    print(f"at {_OVER}x: {goodput:.2f} answers a second, {goodput / statistics.mean(peaks):.2f} of the peak")
    print(f"  told: {_in_words(told)}")
    times = statistics.quantiles(told.shed_seconds, n=20) if len(told.shed_seconds) > 1 else [0.0]
    print(f"  turned away: p50 {statistics.median(times):.2f} s, p95 {times[-1]:.2f} s; the server counted {shed}")


def _in_words(told: Told) -> str:
    return ", ".join(f"{who} {what} {count}" for (who, what), count in sorted(told.kinds.items()))


def main() -> None:
    """Index a few articles, serve them, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=60, help="of overload, and of each side beside the abuser")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        articles = [str(_ARTICLES / name) for name in ("add-articles.md", "limits.html")]
        command = [sys.executable, "-m", "ingest", "run", *articles, "--audience", "public"]
        env = {**os.environ, "KNOWLEDGE_DATA_DIR": folder}  # noqa: TID251
        subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL)
        site = set_up(data)
        with served(data, **OFTEN) as url:
            asyncio.run(measure_overload(url, site, seconds=options.seconds))
        with served(data) as url:
            asyncio.run(measure_abuser(url, site, seconds=options.seconds))


if __name__ == "__main__":
    main()
