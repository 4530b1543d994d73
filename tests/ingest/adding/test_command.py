import os
import pty
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from ingest.__main__ import _parser
from ingest.adding.command import add
from ingest.configuration import configured_sources
from ingest.errors import UsageError
from ingest.parser import Parser
from ingest.settings import IngestSettings
from ingest.sources.configured import Means, sources_of
from tests.help_centres import Export, Website, Zendesk
from tests.web_server import WebServer

Add = Callable[..., int]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "sources.toml"


@pytest.fixture
def added(config: Path, parser: Parser) -> Add:
    """What adds a source that is described so, with the arguments that follow, and returns the exit code."""

    def run(described: Mapping[str, object], *arguments: str, ask: Callable[[str], str] | None = None) -> int:
        given = [*_arguments(described), "--config", str(config), *arguments]
        options = _parser().parse_args(["add", *given])
        return add(options, settings=IngestSettings(config=config), parser=parser, ask=ask)

    return run


def _arguments(described: Mapping[str, object]) -> Iterator[str]:
    for key, value in described.items():
        flag = f"--{key.replace('_', '-')}"
        yield from [str(value)] if key == "kind" else [flag] if value is True else [flag, str(value)]


@pytest.fixture
def export(tmp_path: Path) -> dict[str, object]:
    Export(tmp_path / "articles.jsonl").hold({1: "You pay by card."})
    return {"kind": "export", "name": "old", "path": "articles.jsonl", "audience": "public"}


def test_a_source_is_written_only_when_that_is_asked_for(
    added: Add, export: dict[str, object], config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert added(export) == 0
    assert added(export, ask=lambda _: "") == 0
    assert not config.exists()
    assert f"{config} is as it was; --write appends this to it." in capsys.readouterr().out
    assert added(export, "--write") == 0
    assert f"To import it: python -m ingest run --config {config}" in capsys.readouterr().out
    assert added({**export, "name": "older"}, ask=lambda _: "y") == 0
    assert tomllib.loads(config.read_text())["source"] == [export, {**export, "name": "older"}]


def test_what_was_written_is_read_as_it_was_tried(added: Add, export: dict[str, object], config: Path) -> None:
    assert added({**export, "site": "shop"}, "--write") == 0
    sources, _ = sources_of(configured_sources(config, site="shop"), means=Means(folder=config.parent, max_megabytes=1))
    assert [source.location for source in sources] == ["old/1"]


def test_a_source_that_gives_nothing_is_not_written(
    added: Add, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with WebServer() as server:
        assert added({"kind": "website", "name": "web", "url": server.url}, "--write") == 1
        assert server.requests == []  # it is at a private address
    told = capsys.readouterr()
    assert "write allow_private = true below its source if that is meant" in told.out
    assert told.err.splitlines()[-1].startswith("ingest: The source gives no document, so it was not written.")
    assert not config.exists()


def test_a_credential_is_named_and_never_written(
    added: Add, config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with WebServer() as server:
        centre = Zendesk(server)
        centre.hold({1: "You pay by card."})
        described = {**centre.described, "email": "a@b.test", "token_env": "ZENDESK_TOKEN"}
        with pytest.raises(UsageError, match="token_env is 'ZENDESK_TOKEN', which is not set"):
            added(described, "--write")
        assert not config.exists()
        monkeypatch.setenv("ZENDESK_TOKEN", "a-word-that-nobody-may-see")
        assert added(described, "--write") == 0
        assert "authorization" in server.requests[-1].headers
    told = capsys.readouterr()
    assert 'token_env = "ZENDESK_TOKEN"' in config.read_text()
    assert "a-word" not in config.read_text() + told.out + told.err


def test_a_mistake_in_the_file_is_told_before_anything_is_fetched(added: Add, config: Path) -> None:
    config.write_text('[[source]]\nkind = "folder"\nname = "web"\npath = "kb"\n')
    with WebServer() as server:
        with pytest.raises(UsageError, match=r"line 8: name is 'web' a second time\. Give it another"):
            added(Website(server).described, "--write")
        assert server.requests == []


@pytest.mark.slow  # it runs a process
def test_at_a_terminal_everything_is_asked_for(export: dict[str, object], tmp_path: Path) -> None:
    done = _at_a_terminal("export\nold\npublic\narticles.jsonl\ny\n", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "  zendesk   The published articles of a Zendesk help centre, by its API." in done.stdout
    assert tomllib.loads((tmp_path / "sources.toml").read_text())["source"] == [export]


@pytest.mark.slow  # it runs a process
def test_whoever_ends_the_asking_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    done = _at_a_terminal("export\nold\n\x04", folder=tmp_path)  # Ctrl-D
    assert (done.returncode, done.stderr) == (130, "ingest: Stopped. sources.toml is as it was.\n")
    assert list(tmp_path.iterdir()) == []


def _at_a_terminal(typed: str, *, folder: Path) -> "subprocess.CompletedProcess[str]":
    ours, theirs = pty.openpty()
    try:
        os.write(ours, typed.encode())
        command = [sys.executable, "-m", "ingest", "add"]
        return subprocess.run(command, stdin=theirs, capture_output=True, text=True, cwd=folder)
    finally:
        os.close(ours)
        os.close(theirs)
