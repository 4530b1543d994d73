"""Folders of files that were made, or have turned out, to break parsers: the run ends, and each is accounted for."""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

pytestmark = pytest.mark.slow  # it parses hundreds of files

_MALFORMED = Path(__file__).parents[3] / "shared" / "data" / "malformed"
_MOST_GROWTH = 150_000  # kB by which the memory of the process that is no parser may grow, whatever it reads
_WATCHED = """
import pathlib, re, runpy, sys
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        print(f"CONNECTS {arguments}", file=sys.stderr)
sys.addaudithook(watch)
sys.argv = ["ingest", *sys.argv[1:]]
try:
    runpy.run_module("ingest", run_name="__main__", alter_sys=True)
finally:
    print(re.search(r"VmHWM:\\s*(\\d+)", pathlib.Path("/proc/self/status").read_text())[1], file=sys.stderr)
"""


def _dry_run(folder: Path, *, data: Path, limits: dict[str, str]) -> tuple[dict[str, Any], int]:
    """Return the report, and the most memory in kB that the reindex itself held, its parsers' aside."""
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, "run", folder, "--data", data, "--dry-run", "--json"],
        capture_output=True,
        text=True,
        env={**os.environ, **limits},  # noqa: TID251
    )
    assert done.returncode == 0, done.stderr
    assert "CONNECTS" not in done.stderr
    return json.loads(done.stdout), int(done.stderr.splitlines()[-1])


@pytest.fixture(scope="module")
def usual_memory(tmp_path_factory: pytest.TempPathFactory) -> int:
    """What a reindex of one small article takes."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "good.md").write_text("# Good\n\nThis one is fine.")
    return _dry_run(folder, data=tmp_path_factory.mktemp("data"), limits={})[1]


def _office(save: Callable[[io.BytesIO], None], *, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return an Office file in which one part is changed."""
    whole, changed = io.BytesIO(), io.BytesIO()
    save(whole)
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, change(content) if name == part else content)
    return changed.getvalue()


def _word(change: Callable[[bytes], bytes]) -> bytes:
    document = docx.Document()
    document.add_paragraph("MARK")
    return _office(document.save, part="word/document.xml", change=change)


def _entities(declared: bytes, *, used: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        start = content.index(b"?>") + 2
        return content[:start] + b"<!DOCTYPE x [" + declared + b"]>" + content[start:].replace(b"MARK", used)

    return change


_LAUGHS = b'<!ENTITY a0 "ha">' + b"".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">'.encode() for n in range(1, 10))


def _bombs(secret: Path) -> dict[str, bytes]:
    """Return files that are small and cost far more than they look like, or reach for what is not theirs."""
    workbook = openpyxl.Workbook()
    outside = f'<!ENTITY x SYSTEM "{secret.as_uri()}">'.encode()
    remote = b'<!ENTITY x SYSTEM "http://192.0.2.1/x">'
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("../../escaped.txt", "x")
        opened.writestr("META-INF/container.xml", "<c><rootfile full-path='../../../etc/passwd'/></c>")
    return {
        "zeros.docx": _word(lambda content: content + bytes(250_000_000)),
        "spaces.docx": _word(lambda content: content.replace(b"MARK", b" x" * 30_000_000)),
        "rows.xlsx": _office(
            workbook.save, part="xl/worksheets/sheet1.xml", change=lambda content: content + b"<row/>" * 40_000_000
        ),
        "laughs.docx": _word(_entities(_LAUGHS, used=b"&a9;")),
        "reaching.docx": _word(_entities(outside, used=b"&x;")),
        "calling.docx": _word(_entities(remote, used=b"&x;")),
        "nested.docx": _word(lambda content: content.replace(b"<w:t>", b"<w:t>" + b"<w:r>" * 100_000)),
        "escaping.epub": archive.getvalue(),
        "nested.html": b"<div>" * 200_000 + b"deep",
        "tables.html": b"<table><tr><td>" * 20_000 + b"deep",
        "reaching.html": f'<iframe src="{secret.as_uri()}"></iframe>'.encode(),
        "laughs.html": b"<!DOCTYPE x [" + _LAUGHS + b"]><p>&a9;",
        "quotes.md": b"> " * 100_000 + b"deep",
        "brackets.md": b"[" * 100_000 + b"deep" + b"]" * 100_000,
        "stars.md": b"*a **b _c " * 200_000,
        "front.md": b"---\na: " + b"[" * 50_000 + b"\n---\ndeep",
        "aliases.md": b"---\na: &a [x]\n" + b"".join(b"b%d: &b%d [*a, *a]\n" % (n, n) for n in range(99)) + b"---\nx y",
        "include.rst": f"Text.\n\n.. include:: {secret}\n\n.. raw:: html\n   :file: {secret}\n".encode(),
        "nested.rtf": b"{\\rtf1 " + b"{" * 500_000,
        "nested.json": b"[" * 500_000,
        "parts.eml": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * 100_000,
        "wide.csv": b"a," * 2_000_000 + b"\n" + b"b," * 2_000_000,
        "cut.pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>",
        "endless.pdf": b"%PDF-1.7\n1 0 obj<</Kids[1 0 R]/Count 99999/Type/Pages>>endobj\ntrailer<</Root 1 0 R/Size 2>>",
    }


_NAMES = (
    *("-rf.md", "--help.md", "$(touch escaped).md", "`id`.md", "a;b.md", "a'b\".md", "%2e%2e%2fa.md", "a#b.jsonl.md"),
    *("C:\\a.md", "NUL.md", " .md", f"{'n' * 250}.md", "#1.md", "?.md", "*.md", "<img src=x onerror=x>.md", "名前.md"),
    *("{x}.md", "{{x}}.md", "%s%n.md", "é.md", "e\u0301.md", "\U000e0041.md", "\u200b.md", "\u3000.md"),
)
_REFUSED_NAMES = ("line\nbreak.md", "\x1b[2J.md", "\u202egpj.md", os.fsdecode(b"\xff\xfe.md"))


# What the others fail with, if they do, depends on how fast the machine is.
_EXPECTED = {
    "calling.docx": "no_text",
    "cut.pdf": "no_text",
    "device.md": "outside_folder",
    "endless.pdf": "damaged",
    "escaping.epub": "damaged",
    "front.md": "bad_front_matter",
    "huge.pdf": "too_large",
    "laughs.docx": "damaged",
    "link.md": "outside_folder",
    "loop.md": "unreadable",
    "nested.docx": "damaged",
    "nested.json": "damaged",
    "pipe.md": "unreadable",
    "reaching.docx": "no_text",
    "reaching.html": "no_text",
    "rows.xlsx": "too_large",
    "zeros.docx": "too_large",
}


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    folder, secret = tmp_path / "hostile", tmp_path / "outside.md"
    (folder / "names").mkdir(parents=True)
    secret.write_text("TOP-SECRET")
    for name, content in _bombs(secret).items():
        (folder / name).write_bytes(content)
    for number, name in enumerate((*_NAMES, *_REFUSED_NAMES)):
        (folder / "names" / name).write_text(f"Text number {number}.")
    with (folder / "huge.pdf").open("wb") as file:
        file.truncate(500_000_000)
    (folder / "link.md").symlink_to(secret)
    (folder / "device.md").symlink_to("/dev/zero")
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "names" / "root").symlink_to("/")
    (folder / "names" / "up").symlink_to("..")
    os.mkfifo(folder / "pipe.md")
    (folder / "good.md").write_text("# Good\n\nThis one is fine.")
    return folder


def test_hostile_files_are_indexed_or_fail_with_a_reason_and_reach_nothing(
    hostile: Path, usual_memory: int, tmp_path: Path
) -> None:
    before = set(tmp_path.rglob("*"))
    limits = {"INGEST_PARSE_SECONDS": "5", "INGEST_PARSE_MEGABYTES": "600"}
    report, memory = _dry_run(hostile, data=tmp_path / "data", limits=limits)

    found = [path for path in hostile.rglob("*") if not path.is_dir() and not path.name.startswith(".")]
    assert report["added"] + len(report["failed"]) == len(found)
    failed = {failure["source"].removeprefix("hostile/"): failure["reason"] for failure in report["failed"]}
    assert {name: reason for name, reason in failed.items() if name in _EXPECTED} == _EXPECTED
    assert not failed.keys() & {"good.md", "include.rst", *(f"names/{name}" for name in _NAMES)}
    assert memory - usual_memory < _MOST_GROWTH
    created = set(tmp_path.rglob("*")) - before
    assert {path for path in created if tmp_path / "data" not in (path, *path.parents)} == set()


@pytest.mark.skipif(not _MALFORMED.is_dir(), reason="the set of malformed files is not on this machine")
def test_files_that_broke_other_parsers_are_indexed_or_fail_with_a_reason(usual_memory: int, tmp_path: Path) -> None:
    report, memory = _dry_run(_MALFORMED, data=tmp_path, limits={})
    assert report["added"] + len(report["failed"]) == sum(1 for path in _MALFORMED.rglob("*") if path.is_file())
    reasons = Counter(failure["reason"] for failure in report["failed"])
    assert reasons.keys() <= {"no_text", "encrypted", "damaged", "unknown_format", "undecodable", "too_large"}
    assert memory - usual_memory < _MOST_GROWTH
