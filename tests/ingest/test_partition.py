import hashlib
import os
import socket

import pytest
import unstructured.nlp.tokenize as tokenize
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_core.documents import Document

from ingest.errors import SourceError
from ingest.partition import document
from ingest.sources.source import PDF, Source
from knowledge.audience import Audience
from knowledge.documents import Block, metadata_of
from tests.ingest.formats.printed import Text, pdf

pytestmark = pytest.mark.slow  # unstructured takes seconds to import


_MEDIA_TYPES = {"md": "text/markdown", "html": "text/html", "txt": "text/plain", "pdf": PDF, "csv": "text/csv"}


def _source(content: bytes, *, name: str = "kb/a.md", audience: Audience = "public", label: bytes = b"") -> Source:
    return Source(
        location=name,
        media_type=_MEDIA_TYPES[name.rsplit(".", 1)[1]],
        audience=audience,
        digest=hashlib.sha256(content + label).hexdigest(),
        read=lambda: content,
        label=label,
    )


def _document(text: str, name: str = "kb/a.md") -> Document:
    return document(_source(text.encode(), name=name))


def _blocks(found: Document) -> list[tuple[str, str]]:
    def content(block: Block) -> str:
        return found.page_content[block["start"] : block["end"]]

    return [(block["kind"], content(block)) for block in metadata_of(found)["blocks"]]


_MARKDOWN = """\
---
title: Install
audience: customer
locale: en
updated: 2026-11-22
url: https://help.example/install
---
# Install it

Read [this](https://a.example) **first**.

## Steps

1. Make it.

   ```
   make demo
     twice
   ```
2. Open it.

- loose
  - nested

| Plan | Price |
|------|-------|
| Free | $0    |
"""


def test_every_block_of_markdown_is_kept_in_its_place() -> None:
    assert _blocks(_document(_MARKDOWN)) == [
        ("heading", "Install it"),
        ("text", "Read this first."),
        ("heading", "Steps"),
        ("item", "1. Make it."),
        ("code", "```\nmake demo\n  twice\n```"),
        ("item", "2. Open it."),
        ("item", "- loose"),
        ("item", "  - nested"),
        ("table", "Plan | Price\nFree | $0"),
    ]


def test_front_matter_becomes_metadata() -> None:
    metadata = metadata_of(_document(_MARKDOWN))
    assert (metadata["title"], metadata["audience"], metadata["locale"]) == ("Install", "customer", "en")
    assert (metadata["updated"], metadata["url"]) == ("2026-11-22", "https://help.example/install")
    assert metadata["source"] == "kb/a.md"


def test_headings_carry_their_level_and_anchor() -> None:
    headings = [block for block in metadata_of(_document(_MARKDOWN))["blocks"] if block["kind"] == "heading"]
    assert [(block["depth"], block["anchor"]) for block in headings] == [(1, "install-it"), (2, "steps")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("See [the plans](/plans) and **[a form](https://a.example/f)**.\n\n- [Seats](seats.md)\n", "kb/a.md"),
        (
            "<p>See <a href='/plans'>the\u200b plans</a> and <a href='https://a.example/f'>a form</a>."
            "<ul><li><a href='seats.md'>Seats</a>",
            "kb/a.html",
        ),
    ],
)
def test_links_keep_their_place_and_address(text: str, name: str) -> None:
    found = _document(text, name)
    links = [link for block in metadata_of(found)["blocks"] for link in block.get("links", ())]
    assert [(found.page_content[link["start"] : link["end"]], link["url"]) for link in links] == [
        ("the plans", "/plans"),
        ("a form", "https://a.example/f"),
        ("Seats", "seats.md"),
    ]


def test_code_in_a_table_keeps_its_punctuation() -> None:
    assert _blocks(_document("| Field |\n|---|\n| `title`, `url` (both) |\n")) == [
        ("table", "Field\ntitle, url (both)")
    ]


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        ("# Heading\n\nText.", "kb/a.md", "Heading"),
        ("<title>Page</title><p>Text.", "kb/a.html", "Page"),
        ("Only text.", "kb/reset-your_password.txt", "reset your password"),
    ],
)
def test_a_title_is_found(text: str, name: str, title: str) -> None:
    assert metadata_of(_document(text, name))["title"] == title


def test_front_matter_narrows_the_sources_audience_and_never_widens_it() -> None:
    text = b"---\naudience: customer\n---\nText."
    assert metadata_of(document(_source(text, audience="public")))["audience"] == "customer"
    assert metadata_of(document(_source(text, audience="internal")))["audience"] == "internal"


def test_plain_text_keeps_its_paragraphs() -> None:
    assert _blocks(_document("One\nline.\n\nTwo.", "kb/a.txt")) == [("text", "One line."), ("text", "Two.")]


_GUIDE = pdf([Text("Guide", 760, size=20), Text("Open the lid before you begin.", 740)], [Text("Close it.", 760)])


def test_blocks_of_a_pdf_know_their_pages_and_those_of_a_text_have_none() -> None:
    printed = metadata_of(document(_source(_GUIDE, name="kb/guide.pdf")))
    assert [block["page"] for block in printed["blocks"]] == [1, 1, 2]
    assert {block["page"] for block in metadata_of(_document(_MARKDOWN))["blocks"]} == {0}


def test_a_label_says_of_a_pdf_what_front_matter_says_of_a_text() -> None:
    label = b"title: The guide\naudience: customer\nlocale: en\nupdated: 2026-11-22\nurl: /guide.pdf\n"
    metadata = metadata_of(document(_source(_GUIDE, name="kb/guide.pdf", label=label)))
    assert (metadata["title"], metadata["audience"], metadata["locale"]) == ("The guide", "customer", "en")
    assert (metadata["updated"], metadata["url"]) == ("2026-11-22", "/guide.pdf")


def test_a_wrong_label_is_told() -> None:
    with pytest.raises(SourceError, match="audience is 'Public'"):
        document(_source(_GUIDE, name="kb/guide.pdf", label=b"audience: Public"))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("é ü".encode("utf-16"), "kb/a.txt"),
        ("é ü".encode("utf-8-sig"), "kb/a.md"),
        (b'<meta charset="iso-8859-1"><p>' + "é ü".encode("latin-1"), "kb/a.html"),
    ],
)
def test_an_encoding_that_a_file_names_is_used(content: bytes, name: str) -> None:
    assert document(_source(content, name=name)).page_content == "é ü"


def test_a_location_gives_the_language_that_the_article_does_not() -> None:
    assert metadata_of(_document("Texto.", "kb/a._es.md"))["locale"] == "es"
    assert metadata_of(_document("<html lang='pt'><p>Texto.", "kb/es/a.html"))["locale"] == "pt"
    assert metadata_of(_document("---\nlocale: en\n---\nText.", "kb/a.es.md"))["locale"] == "en"


def test_invisible_characters_are_dropped_from_text_and_title_and_counted() -> None:
    found = _document("---\ntitle: Re\u200bset\n---\nPress\u2060 it.")
    assert (found.page_content, found.metadata["title"]) == ("Press it.", "Reset")
    assert metadata_of(found)["flags"] == {"invisible_characters": 2}


def test_more_text_than_a_library_holds_is_too_large() -> None:
    with pytest.raises(SourceError, match="too_large: it holds 11 million characters"):
        document(_source((("word " * 100 + "\n") * 22_000).encode(), name="kb/a.csv"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no_text"),
        (b"---\ntitle: T\n---\n", "no_text"),
        (b"![image](a.png)", "no_text"),
        (b"\xff\xfe\x00", "undecodable"),
        (b"---\naudience: all\n---\nx", "bad_front_matter"),
    ],
)
def test_a_document_that_cannot_be_made_has_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as raised:
        document(_source(content))
    assert raised.value.reason == reason


def test_the_same_source_has_the_same_id_and_version_and_another_audience_another_version() -> None:
    first, again = document(_source(b"x y")), document(_source(b"x y"))
    other = document(_source(b"x y", audience="internal"))
    assert (first.id, first.metadata) == (again.id, again.metadata)
    assert first.id == other.id
    assert first.metadata["version"] != other.metadata["version"]


@given(text=st.text(max_size=400))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_a_document_with_ordered_blocks_or_has_a_reason(text: str) -> None:
    try:
        found = document(_source(text.encode(errors="replace")))
    except SourceError:
        return
    end = 0
    for block in metadata_of(found)["blocks"]:
        assert end <= block["start"] < block["end"] <= len(found.page_content)
        end = block["end"]


def test_unstructured_is_kept_from_calling_home_and_from_fetching_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("unstructured opened a connection")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    _document("# A\n\nThis is a long enough sentence to be told prose from a title by unstructured.")
    assert os.environ["DO_NOT_TRACK"] == "1"  # noqa: TID251
    assert tokenize._get_nlp().meta["name"] == "pipeline"  # ours: the private name that partition.py replaces is in use
