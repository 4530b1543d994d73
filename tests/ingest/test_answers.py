import json
import sys
from pathlib import Path

import pytest

from ingest.answers import AnswersCompared, answers_compared
from ingest.parser import Parser
from ingest.status import status
from knowledge.answer_diff import kept_diff
from knowledge.embedding_cache import EmbeddingCache
from tests.ingest.site import Site

pytestmark = pytest.mark.slow  # it parses, embeds and runs processes

_ASKED = ("How long do refunds take?", "When do vouchers expire?")


@pytest.fixture
def site(tmp_path: Path, cache: EmbeddingCache, parser: Parser) -> Site:
    made = Site(tmp_path, cache, parser)
    made.write("refunds.md", "# Refunds\n\nRefunds take five days after we have received your parcel.")
    made.write("vouchers.md", "# Vouchers\n\nVouchers expire three years after they were bought.")
    made.run()
    return made


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.jsonl"
    file.write_text("".join(json.dumps({"question": question}) + "\n" for question in _ASKED))
    return file


def test_what_changed_is_told_and_kept_with_the_generation(site: Site, questions: Path) -> None:
    assert answers_compared([questions], catalog=site.catalog) is None  # there is none before
    site.write("refunds.md", "# Refunds\n\nRefunds take nine days after we have received your parcel.")
    site.run()
    assert answers_compared([], catalog=site.catalog) is None
    compared = answers_compared([questions], catalog=site.catalog)
    assert compared == AnswersCompared(same=1, changed=("How long do refunds take?",))
    diff = kept_diff(site.catalog.serving())
    assert diff is not None and "nine days" in diff.changes[0].after
    assert status(site.catalog).answers == compared
    assert (
        "Of its answers to golden and recent questions 1 are the same, 1 changed, 0 lost a citation, 0 are no more."
        in status(site.catalog).lines()
    )


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("import sys; sys.exit('support_bot: It is not well.')", "support_bot: It is not well."),
        ("import sys; sys.exit(7)", "it ended with exit code 7"),
        ("print('no JSON')", "1 validation error for AnswerDiff"),
        ("import signal; signal.pause()", "timed out after 0 seconds"),
    ],
)
def test_a_bot_that_fails_is_told_and_nothing_else(site: Site, questions: Path, program: str, error: str) -> None:
    site.write("new.md", "# New\n\nSomething else.")
    site.run()
    seconds = 0 if "pause" in program else 600
    compared = answers_compared([questions], catalog=site.catalog, bot=(sys.executable, "-c", program), seconds=seconds)
    assert compared is not None and error in compared.error
    assert kept_diff(site.catalog.serving()) is None


def test_a_missing_file_of_recent_questions_is_told(site: Site, tmp_path: Path) -> None:
    site.write("new.md", "# New\n\nSomething else.")
    site.run()
    compared = answers_compared([tmp_path / "nowhere.jsonl"], catalog=site.catalog)
    assert compared is not None and "nowhere.jsonl cannot be read" in compared.error
