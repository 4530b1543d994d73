from dataclasses import replace
from pathlib import Path

import pytest

from knowledge import documents
from knowledge.documents import Documents, metadata_of
from tests.knowledge.passages import document_of, passage

_PASSAGES = [
    passage("Ein 😀 Satz.\n\n二行目。", id_="a-0"),
    replace(passage("Other words.", id_="b-0"), page=3, headings=("A", "B"), anchor="b"),
]


@pytest.fixture
def stored(tmp_path: Path) -> Documents:
    file = tmp_path / "documents.sqlite3"
    documents.build(file, documents=[document_of(one) for one in _PASSAGES], passages=_PASSAGES)
    return Documents.open(file)


def test_passages_come_back_as_they_were_in_the_order_asked_for(stored: Documents) -> None:
    assert stored.passages(["b-0", "a-0"]) == [_PASSAGES[1], _PASSAGES[0]]
    stored.close()


def test_offsets_are_code_points(tmp_path: Path) -> None:
    whole = passage("😀😀 middle 尾", id_="a-0")
    middle = passage("middle", id_="a-3")
    part = replace(middle, start=3, end=9, source=whole.source)
    documents.build(tmp_path / "d.sqlite3", documents=[document_of(whole)], passages=[part])
    stored = Documents.open(tmp_path / "d.sqlite3")
    assert stored.passages(["a-3"])[0].text == "middle"
    stored.close()


def test_documents_come_back_with_their_blocks(stored: Documents) -> None:
    found = stored.document("a")
    assert found is not None
    assert found.page_content == _PASSAGES[0].text
    assert metadata_of(found)["blocks"][0]["end"] == len(found.page_content)
    assert [document.id for document in stored.all()] == ["a", "b"]
    stored.close()


def test_an_unknown_id_is_nothing(stored: Documents) -> None:
    assert stored.document("no") is None
    assert stored.passages(["no", "b-0"]) == [_PASSAGES[1]]
    assert stored.passages([]) == []
    stored.close()


def test_versions_are_by_source(stored: Documents) -> None:
    assert stored.versions() == {"articles/a-0.md": "1", "articles/b-0.md": "1"}
    stored.close()
