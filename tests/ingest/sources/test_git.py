import subprocess
from pathlib import Path

import pytest

from ingest.sources.configured import Means, sources_of
from ingest.sources.kinds import GitSource
from ingest.sources.source import FailedSource, Source
from tests.help_centres import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path / "repository")
    repository.commit(a="# A", b="# B")
    return repository


def _read(url: str, tmp_path: Path, **settings: object) -> tuple[list[Source], list[FailedSource]]:
    source = GitSource.model_validate({"kind": "git", "name": "docs", "url": url, "folder": "docs", **settings})
    return sources_of([source], means=Means(folder=tmp_path / "fetched", max_megabytes=1))


def test_the_newest_state_is_read_each_time(repository: Repository, tmp_path: Path) -> None:
    url = repository.folder.as_uri()
    sources, failed = _read(url, tmp_path, base_url="https://docs.test/")
    assert ([each.location for each in sources], failed) == (["docs/a.md", "docs/b.md"], [])
    (repository.folder / "docs" / "a.md").unlink()
    repository.commit(b="# B, mended", c="# C")
    sources, failed = _read(url, tmp_path)
    assert ({each.location: each.read() for each in sources}, failed) == (
        {"docs/b.md": b"# B, mended", "docs/c.md": b"# C"},
        [],
    )


def test_one_state_of_one_branch_is_fetched(repository: Repository, tmp_path: Path) -> None:
    repository.commit(a="# A, mended")
    repository.git("checkout", "--quiet", "-b", "next")
    repository.commit(a="# A, next")
    (source, _), failed = _read(repository.folder.as_uri(), tmp_path, branch="next")
    assert (source.read(), failed) == (b"# A, next", [])
    counted = subprocess.run(
        ["git", "rev-list", "--all", "--count", "FETCH_HEAD"],
        cwd=tmp_path / "fetched" / "docs.git",
        capture_output=True,
        text=True,
    )
    assert counted.stdout.strip() == "1"


def test_nothing_of_the_repository_is_run_or_followed(repository: Repository, tmp_path: Path) -> None:
    other = Repository(tmp_path / "other")
    other.commit(secret="# Secret")
    repository.git("submodule", "--quiet", "add", other.folder.as_uri(), "docs/other")
    (repository.folder / "docs" / "link.md").symlink_to("/etc/passwd")
    (repository.folder / ".gitattributes").write_text("*.md filter=run\n")
    repository.commit()
    ran = tmp_path / "ran"
    _read(repository.folder.as_uri(), tmp_path)
    hook = tmp_path / "fetched" / "docs.git" / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
    hook.chmod(0o755)
    repository.commit(a="# A, mended")
    sources, _ = _read(repository.folder.as_uri(), tmp_path)
    assert not ran.exists()
    assert {each.location: each.read() for each in sources} == {
        "docs/a.md": b"# A, mended",
        "docs/b.md": b"# B",
        "docs/link.md": b"/etc/passwd",  # the link's own text
    }


def test_a_repository_that_cannot_be_fetched_deletes_nothing(repository: Repository, tmp_path: Path) -> None:
    for url in ((tmp_path / "gone").as_uri(), "https://127.0.0.1/a.git"):
        sources, failed = _read(url, tmp_path)
        assert (sources, [each.location for each in failed]) == ([], ["docs"])
    assert failed[0].error.reason == "forbidden_address"
    assert "find remote ref none" in _read(repository.folder.as_uri(), tmp_path, branch="none")[1][0].error.detail
    assert "no folder 'none'" in _read(repository.folder.as_uri(), tmp_path, folder="none")[1][0].error.detail


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c id",
        "git://a.test/b",
        "http://a.test/b",
        "--upload-pack=id",
        "a b",
        "https://user:word@a.test/b",
        "https://word@a.test/b",
        "ssh://user:word@a.test/b",
    ],
)
def test_other_ways_to_a_repository_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="url"):
        GitSource.model_validate({"kind": "git", "name": "docs", "url": url})
