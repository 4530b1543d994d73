import json
from pathlib import Path

import pytest

from ingest.errors import DeletionsWithheld
from ingest.history import History
from ingest.status import status
from knowledge.catalog import Catalog


def test_before_the_first_run_nothing_serves(tmp_path: Path) -> None:
    assert list(status(Catalog(tmp_path, "default")).lines()) == ["Site 'default': nothing serves yet."]


@pytest.mark.slow  # it indexes the sample
def test_it_tells_what_serves(sample_data: Path) -> None:
    catalog = Catalog(sample_data, "default")
    found = status(catalog)
    assert (found.generation, found.way_back, found.is_fallback, found.hidden) == (1, None, False, ())
    assert found.embedding_model == "all-MiniLM-L6-v2"
    assert json.loads(found.to_json())["documents"] == found.documents > 20


def test_it_tells_what_stopped_the_last_run(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path, "default")
    History(catalog.folder).add_error(DeletionsWithheld("'kb' is missing."))
    catalog.hidden.hide("1", source="kb/a.md")
    _, last, hidden = status(catalog).lines()
    assert last.endswith("was stopped: 'kb' is missing.")
    assert hidden == "  hidden kb/a.md"
