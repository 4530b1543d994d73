from pathlib import Path

import pytest

from ingest.partition import document
from ingest.sources.configured import Means, sources_of
from ingest.sources.kinds import FolderSource, Rule
from ingest.sources.source import Source


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kb" / "de").mkdir(parents=True)
    (tmp_path / "kb" / "index.md").write_text("# Start")
    (tmp_path / "kb" / "de" / "Erste Schritte.md").write_text("# Erste Schritte")
    (tmp_path / "kb" / "de" / "index.md").write_text("---\nurl: /own\nlocale: fr\n---\n# Accueil")
    return tmp_path / "kb"


def _found(source: FolderSource) -> dict[str, Source]:
    sources, failed = sources_of([source], means=Means(folder=Path("unused"), max_megabytes=1))
    assert failed == []
    return {source.location: source for source in sources}


def test_a_folder_says_what_its_files_do_not_say_themselves(folder: Path) -> None:
    rule = Rule(files="de/*", locale="de", product="Till", audience="customer")
    source = FolderSource(
        kind="folder", name="a", path=folder, audience="public", locale="en", base_url="https://a.test/", rules=(rule,)
    )
    documents = {location: document(each).metadata for location, each in _found(source).items()}
    assert {location: (m["url"], m["locale"], m["product"], m["audience"]) for location, m in documents.items()} == {
        "a/index.md": ("https://a.test/", "en", "", "public"),
        "a/de/Erste Schritte.md": ("https://a.test/de/Erste%20Schritte", "de", "Till", "customer"),
        "a/de/index.md": ("/own", "fr", "Till", "customer"),
    }


def test_another_configuration_is_another_version_of_a_file(folder: Path) -> None:
    plain = FolderSource(kind="folder", name="a", path=folder)
    german = FolderSource(kind="folder", name="a", path=folder, locale="de")
    assert _found(plain)["a/index.md"].digest != _found(german)["a/index.md"].digest
