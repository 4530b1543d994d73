import csv
import json
from pathlib import Path

import pytest

from ingest.partition import document
from ingest.sources.configured import Means, sources_of
from ingest.sources.kinds import ExportSource
from ingest.sources.source import FailedSource, Source


def _read(file: Path, **settings: object) -> tuple[list[Source], list[FailedSource]]:
    described = {"kind": "export", "name": "old", "path": file, "audience": "customer", **settings}
    return sources_of([ExportSource.model_validate(described)], means=Means(folder=file.parent, max_megabytes=1))


def test_columns_are_mapped_and_an_audience_only_narrows(tmp_path: Path) -> None:
    file = tmp_path / "articles.csv"
    file.write_text(
        "\ufeffNumber,Subject,Body,Link,audience,updated\n"
        '7,Pay,"<h2>How?</h2>\n<p>By ""card"".</p>",pay,public,2026-04-17T17:18:10Z\n'
        "8,Refund,<p>Ask us.</p>,https://other.test/r,internal,\n"
    )
    columns = {"id": "Number", "title": "Subject", "text": "Body", "url": "Link"}
    sources, failed = _read(file, columns=columns, base_url="https://help.test/", locale="en", product="Till")
    assert failed == []
    first, second = (document(source) for source in sources)
    assert first.page_content == 'How?\n\nBy "card".'
    assert {name: first.metadata[name] for name in first.metadata if name not in ("version", "blocks", "flags")} == {
        "source": "old/7",
        "title": "Pay",
        "url": "https://help.test/pay",
        "locale": "en",
        "product": "Till",
        "audience": "customer",
        "updated": "2026-04-17",
    }
    assert (second.metadata["url"], second.metadata["audience"]) == ("https://other.test/r", "internal")


def test_a_short_export_leaves_room_for_a_long_one(tmp_path: Path) -> None:
    file, allowed = tmp_path / "articles.csv", csv.field_size_limit()
    for text in ("Short.", "x" * (allowed + 1), "Short."):
        file.write_text(f"id,text\n1,{text}\n")
        [source], _ = _read(file)
        assert document(source).page_content == text
    assert csv.field_size_limit() > allowed


def test_json_lines_are_read_and_a_repeated_id_is_told(tmp_path: Path) -> None:
    file = tmp_path / "articles.jsonl"
    rows = [{"id": 1, "text": "One."}, {"id": 1, "text": "Another."}, {"id": 2, "text": "---\n*Two.*"}]
    file.write_text("\n".join(map(json.dumps, rows)))
    sources, failed = _read(file, text_is="markdown")
    assert [document(source).page_content for source in sources] == ["One.", "Two."]
    assert [(each.location, each.error.detail.partition(";")[0]) for each in failed] == [
        ("old/1/line-2", "line 2: an earlier one has the id '1' too")
    ]


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("a.csv", "number,text\n1,A\n", "row 1 has no 'id', but 'number', 'text'; say what the file calls it under"),
        ("a.csv", "id,text\n1,A\n2\n3,C,", "row 2 has no"),
        ("a.csv", 'id,text\n1,"A', "it is no whole CSV file"),
        ("a.csv", "id,text,audience\n1,A,all\n", "row 1: audience is 'all'; write one of public, customer, internal"),
        ("a.jsonl", '{"id": 1, "text": "A"}\n{"id"', "line 2 is not JSON"),
        ("a.jsonl", "[1]", "line 1 is no object"),
    ],
)
def test_a_file_that_is_not_whole_fails_as_a_whole(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    (tmp_path / name).write_text(text)
    sources, failed = _read(tmp_path / name)
    assert (sources, [each.location for each in failed]) == ([], ["old"])
    assert complaint in failed[0].error.detail


def test_a_missing_file_deletes_nothing(tmp_path: Path) -> None:
    sources, failed = _read(tmp_path / "none.csv")
    assert (sources, [each.location for each in failed]) == ([], ["old"])
