from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.adding.describing import described
from ingest.errors import UsageError
from ingest.sources.kinds import ExportSource, FolderSource, Rule, WebsiteSource


def _answering(*answers: str) -> tuple[Callable[[str], str], list[str]]:
    """Return somebody who gives these answers, and the keys that they are asked for."""
    asked: list[str] = []
    left = iter(answers)

    def ask(prompt: str) -> str:
        asked.append(prompt.split()[0].rstrip(":"))
        return next(left)

    return ask, asked


def test_flags_alone_describe_a_source() -> None:
    given = {"name": "help", "url": "https://help.test", "include": ["/help/*", "/faq/*"], "crawl": True}
    assert described("website", {**given, "max_pages": "50"}, ask=None) == WebsiteSource(
        kind="website",
        name="help",
        url="https://help.test",
        include=("/help/*", "/faq/*"),
        crawl=True,
        max_pages=50,
    )


def test_pairs_describe_columns_and_rules() -> None:
    given = {"name": "old", "path": "a.csv", "columns": ["id=Number", "title=Subject = a"]}
    assert described("export", given, ask=None) == ExportSource(
        kind="export", name="old", path=Path("a.csv"), columns={"id": "Number", "title": "Subject = a"}
    )
    given = {"name": "kb", "path": "~/kb", "audience": "public", "rules": ["files=staff/*, audience=internal"]}
    assert described("folder", given, ask=None) == FolderSource(
        kind="folder",
        name="kb",
        path=Path.home() / "kb",
        audience="public",
        rules=(Rule(files="staff/*", audience="internal"),),
    )


@pytest.mark.parametrize(
    ("kind", "given", "complaint"),
    [
        (None, {}, "No kind of source is given. Give one of folder, website, "),
        ("website", {"name": "a"}, "url is missing. Give --url: Where it is, such as "),
        ("website", {"name": "a", "url": "help.test"}, "url is 'help.test', which cannot be. Where it is, such as "),
        ("website", {"name": "Help!", "url": "https://a.test"}, "name is 'Help!', which cannot be. What its doc"),
        ("website", {"name": "a", "url": "https://a.test", "max_pages": "0"}, "max_pages is '0': Input should be "),
        ("zendesk", {"name": "a", "url": "https://u:word@a.test"}, "url is 'https://…@a.test', which cannot be."),
        ("git", {"name": "a", "url": "https://word@a.test/b.git"}, "url is 'https://…@a.test/b.git', which cannot be."),
        ("export", {"name": "a", "path": "a.csv", "columns": ["id"]}, "--columns is given 'id'. Write KEY=VALUE."),
        ("export", {"name": "a", "path": "a.csv", "columns": ["nr=id"]}, "columns is 'nr': Input should be 'id', "),
        (
            "folder",
            {"name": "a", "path": "a", "rules": ["locale=de"]},
            "rules: files is missing. Give --rules files=...",
        ),
        ("folder", {"name": "a", "path": "a", "rules": ["files=*,audience=public"]}, "the rule for '*' says audience"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(kind: str | None, given: dict[str, object], complaint: str) -> None:
    with pytest.raises(UsageError) as raised:
        described(kind, given, ask=None)
    assert str(raised.value).startswith(complaint)


def test_at_a_terminal_what_is_needed_is_asked_for_until_it_is_right() -> None:
    ask, asked = _answering("wiki", "website", "Help", "public", "help.test", "help", "https://help.test")
    source = described(None, {}, ask=ask)
    assert source == WebsiteSource(kind="website", name="help", url="https://help.test", audience="public")
    assert asked == ["kind", "kind", "name", "audience", "url", "name", "url"]


def test_an_empty_answer_leaves_a_key_to_its_default() -> None:
    ask, _ = _answering("folder", "kb", "", "articles")
    source = described(None, {}, ask=ask)
    assert source.model_fields_set == {"kind", "name", "path"}


def test_what_flags_give_is_not_asked_for() -> None:
    ask, asked = _answering("https://help.test")
    described("website", {"name": "help"}, ask=ask)
    assert asked == ["url"]
