import hashlib
import os
import signal
import sys
from pathlib import Path

import pytest

from ingest.errors import ParserUnusable, SourceError
from ingest.parser import Limits, Parser
from ingest.quarantine import Quarantine
from ingest.sources.source import Source
from tests.conftest import LIMITS

pytestmark = pytest.mark.slow  # the child takes seconds to start

_CRASHING = """
import os, sys
from multiprocessing.connection import Connection
connection = Connection(int(sys.argv[1]))
connection.send_bytes(b"ready")
while True:
    connection.recv_bytes()
    connection.recv_bytes()
    {what}
"""
_HANGING = "import time; time.sleep(3600)"


def _source(text: str, *, name: str = "kb/a.md") -> Source:
    content = text.encode()
    return Source(name, "text/markdown", "public", hashlib.sha256(content).hexdigest(), read=lambda: content)


def _failing(tmp_path: Path, what: str, *, limits: Limits = LIMITS) -> Parser:
    """Return a parser whose child does this as soon as it has a file."""
    program = (sys.executable, "-c", _CRASHING.format(what=what))
    return Parser(limits=limits, quarantine=Quarantine(tmp_path), program=program)


def _error(parser: Parser, source: Source) -> SourceError:
    with pytest.raises(SourceError) as raised:
        parser.document(source)
    return raised.value


def test_a_document_comes_back_whole(parser: Parser) -> None:
    document = parser.document(_source("---\ntitle: Ü\naudience: customer\n---\n# 標題\n\nText."))
    assert document.page_content == "標題\n\nText."
    assert (document.metadata["title"], document.metadata["audience"]) == ("Ü", "customer")
    assert [block["kind"] for block in document.metadata["blocks"]] == ["heading", "text"]


def test_one_child_parses_one_file_after_another_whatever_becomes_of_them(parser: Parser) -> None:
    parser.document(_source("One."))
    assert _error(parser, _source("")).reason == "no_text"
    assert _error(parser, _source("---\naudience: all\n---\nx")).reason == "bad_front_matter"
    assert parser.document(_source("Two.")).page_content == "Two."


def test_a_parser_that_hangs_is_killed(tmp_path: Path) -> None:
    with _failing(tmp_path, _HANGING, limits=Limits(seconds=1, megabytes=100)) as parser:
        error = _error(parser, _source("The text."))
    assert error.reason == "timeout"
    assert "not parsed within 1 s; split it, or raise INGEST_PARSE_SECONDS" in error.detail


def test_a_parser_that_takes_no_file_crashed(tmp_path: Path) -> None:
    program = (sys.executable, "-c", _CRASHING.replace("while", "sys.exit(3)\nwhile").format(what=""))
    with Parser(limits=LIMITS, quarantine=Quarantine(tmp_path), program=program) as parser:
        assert "(exit code 3)" in _error(parser, _source("x" * 1_000_000)).detail


def test_a_parser_that_crashes_is_replaced(tmp_path: Path) -> None:
    with _failing(tmp_path, "os.abort()") as parser:
        for text in ("one", "two"):
            error = _error(parser, _source(text))
            assert (error.reason, error.detail) == (
                "crashed",
                "its parser crashed (SIGABRT); convert the file or leave it out",
            )


def test_a_file_that_uses_up_its_processor_time_is_given_up_and_the_next_one_parsed(tmp_path: Path) -> None:
    limits = Limits(seconds=1, megabytes=2000)
    with Parser(limits=limits, quarantine=Quarantine(tmp_path)) as parser:
        assert _error(parser, _source("*a **b _c " * 500_000)).reason == "timeout"
        assert parser.document(_source("Next.")).page_content == "Next."


def test_a_file_that_eats_memory_is_given_up_and_the_next_one_parsed(tmp_path: Path) -> None:
    with Parser(limits=Limits(seconds=60, megabytes=50), quarantine=Quarantine(tmp_path)) as parser:
        error = _error(parser, _source("*a* " * 1_000_000))
        assert error.reason == "out_of_memory"
        assert "more than 50 MB to parse; split it, or raise INGEST_PARSE_MEGABYTES" in error.detail
        assert parser.document(_source("Next.")).page_content == "Next."


def test_a_file_that_was_too_much_is_not_tried_again_until_it_or_a_limit_changes(tmp_path: Path) -> None:
    with _failing(tmp_path, "os.abort()") as parser:
        _error(parser, _source("The text."))
    with Parser(limits=LIMITS, quarantine=Quarantine(tmp_path)) as parser:
        again = _error(parser, _source("The text."))
        assert again.reason == "crashed"
        assert again.detail.endswith("(not tried again until the file or a limit changes)")
        assert parser.document(_source("Another text.")).page_content == "Another text."
    with Parser(limits=Limits(seconds=61, megabytes=1000), quarantine=Quarantine(tmp_path)) as parser:
        assert parser.document(_source("The text.")).page_content == "The text."


def test_a_child_that_died_between_two_files_costs_neither_of_them(tmp_path: Path) -> None:
    program = (sys.executable, "-m", "ingest.confined")
    with Parser(limits=LIMITS, quarantine=Quarantine(tmp_path), program=program) as parser:
        parser.document(_source("One."))
        assert parser.pid is not None
        os.kill(parser.pid, signal.SIGKILL)
        os.waitid(os.P_PID, parser.pid, os.WEXITED | os.WNOWAIT)
        assert parser.document(_source("Two.")).page_content == "Two."


def test_a_parser_that_does_not_start_stops_the_run(tmp_path: Path) -> None:
    parser = Parser(limits=LIMITS, quarantine=Quarantine(tmp_path), program=(sys.executable, "-c", "exit(3)"))
    with pytest.raises(ParserUnusable, match="ended with 3 as it started"):
        parser.document(_source("x"))
