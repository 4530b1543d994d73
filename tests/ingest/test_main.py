import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.catalog import Catalog
from knowledge.documents import Documents

pytestmark = pytest.mark.slow  # each runs a process

_WATCHED = """
import runpy, sys
def watch(event, arguments):
    if event == "socket.connect" and arguments[0].family.name != "AF_UNIX" or event == "socket.getaddrinfo":
        print(f"CONNECTS {arguments}", file=sys.stderr)
    if event == "subprocess.Popen" and "ingest.confined" in arguments[1]:
        parsers.append(arguments)
parsers = []
sys.addaudithook(watch)
sys.argv = ["ingest", *sys.argv[1:]]
try:
    runpy.run_module("ingest", run_name="__main__", alter_sys=True)
finally:
    print("PARSERS", len(parsers), file=sys.stderr)
    print("IMPORTED", *sorted({"torch", "unstructured", "chromadb"} & set(sys.modules)), file=sys.stderr)
"""


def _run(*arguments: str | Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _WATCHED, "run", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},  # noqa: TID251
    )


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "kb"
    folder.mkdir()
    (folder / "a.md").write_text("# A\n\nThe first article.")
    (folder / "b.txt").write_text("The second article.")
    return folder


def test_a_second_run_imports_no_heavy_library_and_starts_no_parser_and_no_run_leaves_this_machine(
    articles: Path, tmp_path: Path
) -> None:
    first = _run(articles, "--data", tmp_path / "data", "--json")
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout)["promoted"]
    assert first.stderr.splitlines()[-2:] == ["PARSERS 1", "IMPORTED chromadb torch"]

    second = _run(articles, "--data", tmp_path / "data", "--json")
    report = json.loads(second.stdout)
    assert (report["promoted"], report["unchanged"], report["embedded"]) == (False, 2, 0)
    assert second.stderr.splitlines()[-2:] == ["PARSERS 0", "IMPORTED"]
    assert "CONNECTS" not in first.stderr + second.stderr


def test_plain_lines_go_to_standard_error_and_the_report_to_standard_output(articles: Path, tmp_path: Path) -> None:
    done = _run(articles, "--data", tmp_path / "data")
    assert done.stderr.splitlines()[:2] == ["Reading: 2", "Embedding: 2"]
    assert done.stdout.splitlines()[0].startswith("2 added, 0 updated, 0 unchanged, 0 deleted, 0 failed in ")


def test_failures_are_an_error_under_strict_alone(articles: Path, tmp_path: Path) -> None:
    (articles / "c.xyz").write_text("?")
    assert _run(articles, "--data", tmp_path / "data").returncode == 0
    strict = _run(articles, "--data", tmp_path / "data", "--strict")
    assert strict.returncode == 1
    assert "failed kb/c.xyz: unknown_format: '.xyz' is not one of" in strict.stdout


@pytest.mark.parametrize(
    ("arguments", "env", "code", "complaint"),
    [
        (["nowhere"], {}, 2, "'nowhere' does not exist"),
        (["empty"], {}, 2, "hold nothing to ingest"),
        ([], {}, 2, "There is no 'sources.toml'. Give a folder of articles, or write that file"),
        (["--config", "a.toml"], {}, 2, "There is no 'a.toml'"),
        (["kb", "--config", "a.toml"], {}, 2, "Give one of them"),
        (["kb", "--approve-deletions", "3f9c"], {}, 2, "under the plan '3f9c'; there is none"),
        (["kb", "--promote-anyway", "3f9c"], {}, 2, "under the plan '3f9c'; there is none"),
        (["kb", "--golden", "nowhere.jsonl"], {}, 2, "The golden questions in nowhere.jsonl cannot be read"),
        (["kb", "--audience", "all"], {}, 2, "invalid choice: 'all'"),
        (["kb", "--site", "../up"], {}, 2, "Setting site is '../up'"),
        (["kb"], {"INGEST_PASSAGE_WORDS": "many"}, 2, "Setting passage_words is 'many'"),
        (["kb", "--data", "kb/a.md"], {}, 74, "Not a directory"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_its_exit_code(
    articles: Path, arguments: list[str], env: dict[str, str], code: int, complaint: str
) -> None:
    (articles.parent / "empty").mkdir()
    paths = [str(articles.parent / part) if part in ("kb", "empty", "kb/a.md") else part for part in arguments]
    with contextlib.chdir(articles.parent):  # some of them make a data directory
        done = _run(*paths, env=env)
    told = [line for line in done.stderr.splitlines() if line.startswith("ingest: ") or "error: " in line]
    assert done.returncode == code, done.stderr
    assert len(told) == 1
    assert complaint in told[0]
    assert "Traceback" not in done.stderr


def test_the_configured_sources_of_a_site_are_read_without_a_path(articles: Path, tmp_path: Path) -> None:
    (articles / "staff").mkdir()
    (articles / "staff" / "c.md").write_text("# C\n\nThe third article.")
    file = tmp_path / "sources.toml"
    file.write_text(
        """
        [[source]]
        kind = "folder"
        name = "handbook"
        path = "kb"
        audience = "public"
        base_url = "https://help.example.com/"

        [[source.rules]]
        files = "staff/*"
        audience = "internal"

        [[source]]
        kind = "folder"
        name = "nowhere"
        path = "nowhere"
        site = "other"
        """
    )
    done = _run("--config", file, "--data", tmp_path / "data", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["added"] == 3
    catalog = Catalog(tmp_path / "data", "default")
    stored = Documents.open(catalog.serving() / "public" / "documents.sqlite3")
    found = {document.metadata["source"]: document.metadata["url"] for document in stored.all()}
    stored.close()
    assert found == {
        "handbook/a.md": "https://help.example.com/a",
        "handbook/b.txt": "https://help.example.com/b",
    }
    again = _run("--data", tmp_path / "data", "--json", env={"INGEST_CONFIG": str(file)})
    assert json.loads(again.stdout)["unchanged"] == 3


def test_an_emptied_folder_withholds_the_deletions(articles: Path, tmp_path: Path) -> None:
    _run(articles, "--data", tmp_path / "data")
    for file in articles.iterdir():
        file.unlink()
    done = _run(articles, "--data", tmp_path / "data")
    assert done.returncode == 3
    assert "Deletions withheld: 2 documents serve whose sources are gone" in done.stdout

    articles.rmdir()
    done = _run(articles, "--data", tmp_path / "data")
    assert done.returncode == 3
    assert "2 documents of it serve. Nothing was changed." in done.stderr


def test_a_refused_generation_does_not_serve_until_somebody_lets_it(articles: Path, tmp_path: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    golden.write_text('{"question": "Which is the first article?", "articles": ["kb/a.md"]}\n')
    given: list[str | Path] = [articles, "--data", tmp_path / "data", "--audience", "public", "--golden", golden]
    assert _run(*given).returncode == 0
    (articles / "a.md").write_text("---\naudience: internal\n---\n# A\n\nThe first article.")
    refused = _run(*given)
    assert refused.returncode == 4
    assert "  lost kb/a.md for 'Which is the first article?': finds kb/b.txt first" in refused.stdout
    plan = refused.stdout.partition("--promote-anyway ")[2].partition(".")[0]

    told = subprocess.run(
        [sys.executable, "-m", "ingest", "status", "--data", tmp_path / "data"], capture_output=True, text=True
    ).stdout
    assert f"to let it serve as it is: --promote-anyway {plan}" in told
    accepted = _run(*given, "--promote-anyway", plan, "--json")
    report = json.loads(accepted.stdout)
    assert (accepted.returncode, report["gate"]["accepted"]) == (0, True)
    assert report["answers"]["lost_citation"] + report["answers"]["abstains"] == ["Which is the first article?"]
    listed = subprocess.run(
        [sys.executable, "-m", "ingest", "history", "--data", tmp_path / "data"], capture_output=True, text=True
    ).stdout.splitlines()
    assert listed[-2].endswith("  refused by the gate")
    assert listed[-1].endswith(f"  promoted under {plan}")
