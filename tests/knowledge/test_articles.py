"""The sample help centre keeps to what the product has: its settings, commands, events, problems and reasons."""

import argparse
import html
import json
import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypedDict, get_args

import pytest
from pydantic import AliasChoices
from pydantic_settings import BaseSettings

import ingest.__main__
import support_bot.__main__
from ingest import errors as ingest_errors
from ingest.front_matter import FrontMatter, label, split
from ingest.partition import document
from ingest.settings import IngestSettings
from ingest.sources.folder import sources_below
from knowledge.settings import KnowledgeSettings
from support_bot.api.problems import PROBLEM_TYPES
from support_bot.api.streams import EVENTS
from support_bot.llm.errors import FaultKind
from support_bot.settings import SupportBotSettings

PROJECT = Path(__file__).parents[2]
KNOWLEDGE = PROJECT / "knowledge"
ARTICLES = sorted(file for file in (KNOWLEDGE / "articles").rglob("*") if file.suffix in (".md", ".html"))
PRINTED = sorted(file for file in (KNOWLEDGE / "articles").rglob("*") if file.suffix in (".pdf", ".docx"))
PARSERS: dict[str, Callable[[], argparse.ArgumentParser]] = {
    "ingest": ingest.__main__._parser,
    "support_bot": support_bot.__main__._parser,
}
MAKE_TARGETS = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
UNANSWERABLE = 10

each_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda file: file.relative_to(KNOWLEDGE).as_posix())


class Asked(TypedDict):
    """A line of questions.jsonl."""

    id: str
    question: str
    locale: str
    articles: list[str]


def questions() -> list[Asked]:
    return [json.loads(line) for line in (KNOWLEDGE / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


def test_there_are_enough_articles_of_each_kind() -> None:
    assert sum(file.suffix == ".md" for file in ARTICLES) >= 16
    assert sum(file.suffix == ".html" for file in ARTICLES) >= 2
    assert sum(file.parent.name == "zh-Hant" for file in ARTICLES) >= 4
    assert {file.suffix for file in PRINTED} == {".pdf", ".docx"}


@each_article
def test_an_article_says_what_it_is(article: Path) -> None:
    front_matter, body = split(article.read_text(encoding="utf-8"))

    assert front_matter.title
    assert front_matter.audience == "public"
    assert front_matter.locale == ("zh-Hant" if article.parent.name == "zh-Hant" else "en")
    assert front_matter.updated
    assert body.strip()


@each_article
def test_an_article_has_two_to_five_sections(article: Path) -> None:
    _, body = split(article.read_text(encoding="utf-8"))

    assert 2 <= len(re.findall(r"^## |<h2", without_code(body), re.MULTILINE)) <= 5


@pytest.mark.parametrize("article", PRINTED, ids=lambda file: file.name)
def test_a_printed_article_has_a_label_that_says_what_it_is(article: Path) -> None:
    said = label(article.with_name(f"{article.name}.yaml").read_bytes())

    assert (bool(said.title), said.audience, said.locale, bool(said.updated)) == (True, "public", "en", True)


@pytest.mark.slow  # unstructured takes seconds to import
@pytest.mark.parametrize("article", PRINTED, ids=lambda file: file.name)
def test_what_a_printed_article_names_exists(article: Path) -> None:
    text = document(sources_below([article], audience="public", max_megabytes=1)[0][0]).page_content

    assert set(re.findall(r"\b(?:SUPPORT_BOT|KNOWLEDGE|INGEST|RUNAPI)_[A-Z0-9_]+", text)) <= settings_names()
    for target in re.findall(r"\bmake ([a-z-]+)", text):
        assert target in MAKE_TARGETS
    for package, command in re.findall(r"\bpython -m (\w+) (\w+)", text):
        assert is_command(["python", "-m", package, command, "--help"])


def test_titles_are_unlike_each_other() -> None:
    titles = [split(file.read_text(encoding="utf-8"))[0].title for file in ARTICLES]

    assert len(set(titles)) == len(titles)


def test_an_article_in_chinese_has_a_twin_in_english() -> None:
    english = {file.name for file in ARTICLES if file.parent.name == "articles"}

    assert {file.name for file in ARTICLES if file.parent.name == "zh-Hant"} <= english


@each_article
def test_settings_that_an_article_names_exist(article: Path) -> None:
    named = re.findall(r"\b(?:SUPPORT_BOT|KNOWLEDGE|INGEST|RUNAPI)_[A-Z0-9_]+", article.read_text(encoding="utf-8"))

    assert set(named) <= settings_names()


@each_article
def test_commands_of_an_article_s_listings_can_be_run(article: Path) -> None:
    for command in commands(listings(article.read_text(encoding="utf-8"))):
        assert is_command(command), shlex.join(command)


@each_article
def test_commands_that_an_article_s_sentences_name_exist(article: Path) -> None:
    for command in commands(inline_code(article.read_text(encoding="utf-8"))):
        is_name = all(word.islower() and word.isalpha() for word in command[3:])
        assert is_command([*command, "--help"] if is_name and command[0] == "python" else command), shlex.join(command)


@pytest.mark.parametrize("command", ["python -m ingest run help --shiny", "python -m ingest wait", "make coffee"])
def test_a_command_that_does_not_exist_is_noticed(command: str) -> None:
    assert not is_command(shlex.split(command))


@each_article
def test_problems_that_an_article_names_exist(article: Path) -> None:
    text = article.read_text(encoding="utf-8")

    assert set(re.findall(r"/problems/([a-z-]+)", text)) <= PROBLEM_TYPES.keys()


def test_the_problems_of_the_table_exist_with_their_status() -> None:
    rows = table_rows("problems.md", under="Which problems are there?")

    assert rows
    assert {row[0]: int(row[1]) for row in rows}.items() <= {
        slug: kind.status for slug, kind in PROBLEM_TYPES.items()
    }.items()


@each_article
def test_events_that_an_article_names_exist(article: Path) -> None:
    text = article.read_text(encoding="utf-8")

    assert set(re.findall(r"`(\w+)` events?\b", text)) <= EVENTS.keys()


def test_the_table_of_events_is_complete() -> None:
    assert [row[0] for row in table_rows("http-api.md", under="Which events")] == list(EVENTS)


def test_the_table_of_a_model_s_failures_is_complete() -> None:
    named = [row[0] for row in table_rows("model-failures.md", under="What do the reasons mean?")]

    assert named == [kind if kind == "budget" else f"llm_{kind}" for kind in get_args(FaultKind)]


def test_the_table_of_an_import_s_reasons_is_complete() -> None:
    named = [row[0] for row in table_rows("ingest-report.md", under="Why did a file fail?")]

    assert named == list(get_args(ingest_errors.Reason))


def test_the_table_of_front_matter_is_complete() -> None:
    assert [row[0] for row in table_rows("front-matter.md", under="Which fields")] == list(FrontMatter.model_fields)


def test_there_are_enough_questions_of_each_kind() -> None:
    asked = questions()

    assert len(asked) >= 40
    assert sum(each["locale"] == "zh-Hant" for each in asked) * 4 >= len(asked)
    assert sum(not each["articles"] for each in asked) == UNANSWERABLE


def test_questions_differ() -> None:
    asked = questions()

    assert len({each["id"] for each in asked}) == len({each["question"] for each in asked}) == len(asked)


def test_articles_that_questions_name_exist() -> None:
    named = {article for each in questions() for article in each["articles"]}

    assert named <= {file.relative_to(KNOWLEDGE).as_posix() for file in [*ARTICLES, *PRINTED]}


def settings_names() -> set[str]:
    return {name for settings in (KnowledgeSettings, IngestSettings, SupportBotSettings) for name in names_of(settings)}


def names_of(settings: type[BaseSettings]) -> Iterator[str]:
    for name, field in settings.model_fields.items():
        if isinstance(field.validation_alias, AliasChoices):
            yield from map(str, field.validation_alias.choices)
        else:
            yield f"{settings.model_config['env_prefix']}{name}".upper()


def is_command(command: list[str]) -> bool:
    """Whether make knows the target, or our own parser the subcommand and all its arguments."""
    match command:
        case ["make", target, *variables]:
            return target in MAKE_TARGETS and all("=" in variable for variable in variables)
        case ["python", "-m", package, *arguments] if package in PARSERS:
            return parses(arguments, parser=PARSERS[package]())
        case _:
            return False


def parses(arguments: list[str], *, parser: argparse.ArgumentParser) -> bool:
    try:
        parser.parse_args(arguments)
    except SystemExit as stopped:
        return stopped.code == 0  # --help
    return True


def commands(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield the commands among lines of code, without the variables set before them."""
    for line in lines:
        command = re.sub(r"^(?:[A-Z_]+=\S+ )+", "", line.strip())
        if command.startswith(("make ", "python -m ")):
            yield shlex.split(command)


def listings(text: str) -> Iterator[str]:
    """Yield the lines of an article's code listings, continued lines joined."""
    for markdown, page in re.findall(r"```\w*\n(.*?)```|<pre><code>(.*?)</code></pre>", text, re.DOTALL):
        yield from html.unescape(markdown or page).replace("\\\n", " ").splitlines()


def inline_code(text: str) -> Iterator[str]:
    for markdown, page in re.findall(r"`([^`\n]+)`|(?<!<pre>)<code>([^<]+)</code>", without_code(text)):
        yield html.unescape(markdown or page)


def without_code(text: str) -> str:
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def table_rows(article: str, *, under: str) -> list[list[str]]:
    """Return the cells of the table below a heading, without its header."""
    text = (KNOWLEDGE / "articles" / article).read_text(encoding="utf-8")
    section = text.split(f"## {under}", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip("` ") for cell in row] for row in rows[2:]]
