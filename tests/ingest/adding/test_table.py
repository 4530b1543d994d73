import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.adding.table import append, appended, table
from ingest.errors import UsageError
from ingest.sources.kinds import ExportSource, FolderSource, GitSource, Rule, WebsiteSource

_SOURCE = WebsiteSource(kind="website", name="help", url="https://help.test", include=("/a/*", "/b"), crawl=True)


def test_a_table_says_what_was_given_and_no_more() -> None:
    assert table(_SOURCE) == (
        '[[source]]\nkind = "website"\nname = "help"\n'
        'url = "https://help.test"\ncrawl = true\ninclude = ["/a/*", "/b"]\n'
    )


_texts = st.text(st.characters(codec="utf-8"))
_sources = st.one_of(
    st.builds(FolderSource, kind=st.just("folder"), name=st.just("a"), path=st.just(Path("kb")), product=_texts)
    | st.builds(
        GitSource,
        kind=st.just("git"),
        name=st.just("a"),
        url=st.just("./kb"),
        folder=_texts,
        rules=st.lists(st.builds(Rule, files=_texts, audience=st.just("internal"), locale=_texts)).map(tuple),
    ),
    st.builds(
        ExportSource,
        kind=st.just("export"),
        name=st.just("a"),
        path=st.just(Path("a.csv")),
        columns=st.dictionaries(st.sampled_from(("id", "title", "text")), _texts),
    ),
)


@given(_sources)
def test_whatever_it_says_is_read_again_as_it_was(source: FolderSource | GitSource | ExportSource) -> None:
    (read,) = tomllib.loads(table(source))["source"]
    assert type(source).model_validate(read) == source


@pytest.mark.parametrize(
    "before", ["", "# mine\n", '# mine\n[[source]]\nkind="folder"\nname="kb"\npath="kb"  # no end']
)
def test_what_stands_in_the_file_stays_to_the_byte(tmp_path: Path, before: str) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(before)
    append(appended(_SOURCE, file=file), file=file)
    assert file.read_text().startswith(before)
    assert tomllib.loads(file.read_text())["source"][-1]["name"] == "help"


def test_a_file_that_is_not_there_is_begun(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    append(appended(_SOURCE, file=file), file=file)
    assert file.read_text() == table(_SOURCE)


@pytest.mark.parametrize(
    ("before", "complaint"),
    [
        ("[[source]", "is not TOML: "),
        ('[[source]]\nkind = "folder"\nname = "kb"\n', "line 1: path is missing."),
        ('[[source]]\nkind = "folder"\nname = "help"\npath = "kb"\n', "line 8: name is 'help' a second time."),
        ('source = [{kind = "folder", name = "kb", path = "kb"}]\n', "is not TOML: "),
    ],
)
def test_a_file_that_would_not_be_whole_is_left_alone(tmp_path: Path, before: str, complaint: str) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(before)
    with pytest.raises(UsageError) as raised:
        appended(_SOURCE, file=file)
    assert complaint in str(raised.value)
    assert file.read_text() == before
