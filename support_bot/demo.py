"""Turn the sample help centre into a running server, and show three questions answered by it."""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from knowledge.settings import KnowledgeSettings
from support_bot.access.registry import Registry, Site
from support_bot.api.schema import ChatAnswer
from support_bot.ask import answer_lines
from support_bot.keyring import added_site
from support_bot.settings import SupportBotSettings

QUESTIONS = (
    "How do I add my own articles?",
    "What does the bot do when it cannot reach the language model?",
    "我要怎麼匯入自己的文章？",
)
_ARTICLES = "knowledge/articles"
_READY_SECONDS = 60
_SERVED = "http://"


def main() -> int:
    """Index, serve, ask; then go on serving until interrupted, or stop at once with --exit."""
    parser = argparse.ArgumentParser(prog="python -m support_bot.demo", description=__doc__)
    parser.add_argument("--exit", action="store_true", help="stop after the three answers")
    options = parser.parse_args()

    indexed = subprocess.run([sys.executable, "-m", "ingest", "run", _ARTICLES, "--audience", "public"], check=False)  # noqa: S603
    if indexed.returncode:
        return indexed.returncode
    _set_up()
    with _server() as server:
        address = _address(server)
        if address is None:
            server.terminate()
            return server.wait() or 1
        answers = [_answer(address, question) for question in QUESTIONS]
        for question, answer in zip(QUESTIONS, answers, strict=True):
            print(f"\n> {question}\n", *answer_lines(answer), sep="\n", flush=True)
        print(f"\nThe server goes on at {address} (how to ask: {address}/). Stop it with Ctrl-C.", flush=True)
        if options.exit:
            return 0 if all(answer.outcome == "answered" for answer in answers) else 1
        try:
            return server.wait()
        except KeyboardInterrupt:
            return 0


def _set_up() -> None:
    """Set the site up for trying out, if it is not: with tokens for the page, and without any for a terminal."""
    settings, knowledge_settings = SupportBotSettings(), KnowledgeSettings()
    registry = Registry(knowledge_settings.data_dir)
    if registry.site(settings.site) is None:
        added_site(Site(name=settings.site, local=True), registry=registry)


@contextmanager
def _server() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "support_bot", "serve", "--log-level", "warning"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        try:
            yield server
        finally:
            server.terminate()


def _address(server: subprocess.Popen[str]) -> str | None:
    """Return where the server listens once it is ready; None when it has stopped instead."""
    assert server.stdout is not None  # noqa: S101 - it is a pipe
    line = server.stdout.readline()
    if _SERVED not in line:
        return None
    print(line, end="", flush=True)
    address = _SERVED + line.split(_SERVED, 1)[1].split(",", 1)[0]
    deadline = time.monotonic() + _READY_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/readyz").is_success:
                return address
        except httpx.TransportError:
            pass  # it is still starting
        time.sleep(0.1)
    return None


def _answer(address: str, question: str) -> ChatAnswer:
    response = httpx.post(
        f"{address}/api/v1/chat", json={"message": question}, headers={"Accept": "application/json"}, timeout=120
    )
    response.raise_for_status()
    return ChatAnswer.model_validate_json(response.content)


if __name__ == "__main__":
    sys.exit(main())
