import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import SourceError, UsageError
from ingest.sources.folder import sources_below
from ingest.sources.source import FailedSource, Source

_NOBODY = 65534


def _found(*paths: Path) -> tuple[list[Source], list[FailedSource]]:
    return sources_below(paths, audience="public", max_megabytes=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    articles = tmp_path / "articles"
    (articles / "deep").mkdir(parents=True)
    (articles / "a.md").write_text("# A")
    (articles / "deep" / "b.HTML").write_text("<p>B")
    (articles / "c.txt").write_text("C")
    return articles


def test_a_source_is_known_by_its_folder_and_path(folder: Path) -> None:
    sources, failed = _found(folder)
    assert [source.location for source in sources] == ["articles/a.md", "articles/c.txt", "articles/deep/b.HTML"]
    assert [source.media_type for source in sources] == ["text/markdown", "text/plain", "text/html"]
    assert failed == []


def test_a_source_carries_the_hash_of_its_bytes(folder: Path) -> None:
    source = _found(folder)[0][0]
    assert source.digest == hashlib.sha256(b"# A").hexdigest()
    assert source.read() == b"# A"


def test_a_single_file_will_do(folder: Path) -> None:
    assert [source.location for source in _found(folder / "a.md")[0]] == ["a.md"]


def test_names_that_begin_with_a_dot_are_left_out(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "x.md").write_text("x")
    (folder / ".hidden.md").write_text("x")
    assert len(_found(folder)[0]) == 3


def test_the_folder_itself_may_lie_below_a_dot(tmp_path: Path) -> None:
    articles = tmp_path / ".work" / "kb"
    articles.mkdir(parents=True)
    (articles / "a.md").write_text("# A")
    assert len(_found(articles)[0]) == 1


def _reason(folder: Path, name: str) -> SourceError:
    return next(source.error for source in _found(folder)[1] if source.location == f"articles/{name}")


def test_an_unknown_format_is_told_with_those_that_are_known(folder: Path) -> None:
    (folder / "d.xyz").write_text("?")
    error = _reason(folder, "d.xyz")
    assert error.reason == "unknown_format"
    assert (
        "'.xyz' is not one of .csv, .docx, .eml, .epub, .htm, .html, .json, .jsonl, .markdown, .md, .mdx, .pdf, .pptx"
        in error.detail
    )


def test_a_large_file_is_refused_before_it_is_opened(folder: Path) -> None:
    with (folder / "big.md").open("wb") as file:
        file.truncate(500_000_000)
    error = _reason(folder, "big.md")
    assert error.reason == "too_large"
    assert "500 MB is above the limit of 1 MB; raise INGEST_MAX_FILE_MEGABYTES" in error.detail


@pytest.mark.parametrize("name", ["guide.pdf", "Guide.DOCX"])
def test_a_label_beside_a_file_belongs_to_it(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"content")
    bare = next(source for source in _found(folder)[0] if source.location == f"articles/{name}")
    (folder / f"{name}.yaml").write_text("title: Guide")
    sources, failed = _found(folder)
    labelled = next(source for source in sources if source.location == f"articles/{name}")
    assert (len(sources), failed) == (4, [])
    assert (bare.label, labelled.label) == (b"", b"title: Guide")
    assert bare.digest != labelled.digest


def test_a_single_file_brings_its_label(folder: Path) -> None:
    (folder / "guide.pdf").write_bytes(b"content")
    (folder / "guide.pdf.yaml").write_text("title: Guide")
    assert [source.label for source in _found(folder / "guide.pdf")[0]] == [b"title: Guide"]


def test_a_label_without_its_file_and_a_label_of_a_text_are_unknown(folder: Path) -> None:
    for name in ("lost.pdf.yaml", "a.md.yaml"):
        (folder / name).write_text("title: Guide")
        assert _reason(folder, name).reason == "unknown_format"


def test_a_label_that_links_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("title: secret")
    (folder / "guide.pdf").write_bytes(b"content")
    (folder / "guide.pdf.yaml").symlink_to(tmp_path / "secret.yaml")
    assert _reason(folder, "guide.pdf").reason == "outside_folder"


def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    assert _reason(folder, "link.md").reason == "outside_folder"


def test_a_link_that_leads_nowhere_is_unreadable(folder: Path) -> None:
    (folder / "broken.md").symlink_to(folder / "nothing.md")
    assert _reason(folder, "broken.md").reason == "unreadable"


@pytest.mark.parametrize(
    ("becomes", "reason"), [("link", "outside_folder"), ("pipe", "unreadable"), ("large", "too_large")]
)
def test_what_a_file_has_become_since_it_was_found_is_not_read(
    folder: Path, tmp_path: Path, becomes: str, reason: str
) -> None:
    source = _found(folder)[0][0]
    (tmp_path / "secret.md").write_text("secret")
    (folder / "a.md").unlink()
    if becomes == "link":
        (folder / "a.md").symlink_to(tmp_path / "secret.md")
    elif becomes == "pipe":
        os.mkfifo(folder / "a.md")
    else:
        (folder / "a.md").write_bytes(bytes(1_000_001))
    with pytest.raises(SourceError) as raised:
        source.read()
    assert raised.value.reason == reason


def test_what_is_not_a_file_is_unreadable(folder: Path) -> None:
    os.mkfifo(folder / "pipe.md")
    assert _reason(folder, "pipe.md").reason == "unreadable"


@pytest.mark.parametrize("name", ["a\nb.md", "\x1b[2J.md", "\u202ea.md", os.fsdecode(b"\xff.md")])
def test_a_name_that_would_forge_the_report_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_text("text")
    (failed,) = _found(folder)[1]
    assert failed.error.reason == "unreadable"
    assert "\ufffd" in failed.location
    assert failed.location.replace("\ufffd", "").isprintable()


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere' does not exist"):
        _found(tmp_path / "nowhere")


def test_two_folders_of_one_name_are_refused(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "articles"
    other.mkdir(parents=True)
    (other / "a.md").write_text("# Another A")
    with pytest.raises(UsageError, match=r"Two sources are called 'articles/a\.md'"):
        _found(folder, other)


def test_each_line_of_a_jsonl_file_is_a_source(folder: Path) -> None:
    (folder / "faq.jsonl").write_text(
        '{"id": "1", "title": "T", "text": "one"}\n\nnot json\n{"id": "2", "text": "two"}\n'
    )
    sources, failed = _found(folder / "faq.jsonl")
    assert [source.location for source in sources] == ["faq.jsonl#1", "faq.jsonl#2"]
    assert failed[0].location == "faq.jsonl#line-3"
    assert failed[0].error.reason == "parser_error"


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A folder that belongs to the user that the test now is: not root, who may read everything."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        if root:
            shutil.chown(folder, _NOBODY, _NOBODY)
            os.seteuid(_NOBODY)
        yield Path(folder)
        if root:
            os.seteuid(0)


def test_what_this_user_may_not_read_is_told(unprivileged: Path) -> None:
    (unprivileged / "kb" / "closed").mkdir(parents=True)
    (unprivileged / "kb" / "a.md").write_text("# A")
    (unprivileged / "kb" / "b.md").write_text("# B")
    (unprivileged / "kb" / "b.md").chmod(0)
    (unprivileged / "kb" / "closed").chmod(0)
    sources, failed = _found(unprivileged / "kb")
    assert [source.location for source in sources] == ["kb/a.md"]
    assert [(source.location, source.error.reason) for source in failed] == [
        ("kb/b.md", "unreadable"),
        ("kb/closed", "unreadable"),
    ]
    assert "Permission denied; let this user read it" in failed[0].error.detail
