import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx
import pytest

from knowledge.embeddings import SentenceTransformersEmbeddings
from tests.conftest import index_articles
from tests.running import running, settings_for
from tests.support_bot.api.events import ask

pytestmark = pytest.mark.slow  # it serves an index


def test_the_cited_words_are_marked(extractive_url: str) -> None:
    citation = ask(extractive_url, "How do I add my own articles?")["citations"][0]
    page = httpx.get(citation["url"].split("#")[0]).text
    marked = [unescape(words) for words in re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.DOTALL)]
    # A list item's number stands before it, and is none of its words.
    assert " ".join(marked) == re.sub(r"^(\d+\.|-) ", "", citation["quote"], flags=re.MULTILINE)
    assert page.count('id="cited"') == 1
    assert citation["url"].endswith("#cited")


def test_hostile_text_is_shown_and_never_runs(
    tmp_path: Path, vector_folder: Path, embeddings: SentenceTransformersEmbeddings
) -> None:
    articles = tmp_path / "kb"
    articles.mkdir()
    hostile = '`<script>alert(1)</script>` and `"><img src=x onerror=alert(1)>`'
    (articles / "a.md").write_text(f'---\ntitle: "</title><script>x"\n---\n# {hostile}\n\nHostile words: {hostile}')
    catalog = index_articles(articles, data_dir=tmp_path / "data", vector_folder=vector_folder, embeddings=embeddings)
    with running(settings_for(), catalog.folder.parent.parent) as url:
        answer = ask(url, "hostile words")
        page = httpx.get(answer["sources"][0]["url"].split("#")[0])
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert "&lt;script&gt;" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("span", ["?start=5&end=3", "?start=99999999&end=999999999", "?start=0&end=0", ""])
def test_a_span_that_is_not_there_marks_nothing(extractive_url: str, span: str) -> None:
    source = ask(extractive_url, "How do I add my own articles?")["sources"][0]["id"]
    page = httpx.get(f"{extractive_url}/sources/{source}{span}")
    assert page.status_code == 200
    assert "<mark" not in page.text


@pytest.mark.parametrize("document_id", ["nothing", "..%2f..%2fetc%2fpasswd", "%00", "0" * 500])
def test_an_unknown_document_is_not_found(extractive_url: str, document_id: str) -> None:
    assert httpx.get(f"{extractive_url}/sources/{document_id}").status_code == 404


def test_internal_documents_are_not_shown(
    tmp_path: Path, vector_folder: Path, embeddings: SentenceTransformersEmbeddings
) -> None:
    articles = tmp_path / "kb"
    articles.mkdir()
    (articles / "open.md").write_text("# Refunds\n\nRefunds take five days.")
    (articles / "secret.md").write_text("---\naudience: internal\n---\n# Refunds inside\n\nThe canary sings at nine.")
    catalog = index_articles(articles, data_dir=tmp_path / "data", vector_folder=vector_folder, embeddings=embeddings)
    from ingest.sources.folder import sources_below

    secret = next(s for s in sources_below([articles], audience="public", max_megabytes=1)[0] if "secret" in s.location)
    with running(settings_for(), catalog.folder.parent.parent) as url:
        assert httpx.get(f"{url}/sources/{secret.id}").status_code == 404
        answer = ask(url, "When does the canary sing? Refunds inside")
    assert "nine" not in str(answer)


def test_a_printed_document_shows_where_its_pages_begin(extractive_url: str) -> None:
    answer = ask(extractive_url, "What should I test before the launch?")
    cited = next(source for source in answer["sources"] if source["title"] == "Administrator’s checklist")
    page = httpx.get(cited["url"].split("#")[0]).text
    assert cited["page"] == 2
    assert [page.count(f'<p class="page">Page {number}</p>') for number in (1, 2, 3, 4)] == [1, 1, 1, 0]


def test_a_text_has_no_pages(extractive_url: str) -> None:
    answer = ask(extractive_url, "How do I add my own articles?")
    assert answer["sources"][0]["page"] is None
    assert 'class="page"' not in httpx.get(answer["sources"][0]["url"].split("#")[0]).text


def test_a_source_that_could_not_be_brought_up_to_date_says_since_when(
    tmp_path: Path, vector_folder: Path, embeddings: SentenceTransformersEmbeddings
) -> None:
    articles = tmp_path / "kb"
    articles.mkdir()
    file = articles / "a.md"
    file.write_text("# Refunds\n\nRefunds take five days after we have received your parcel.")
    place = {"data_dir": tmp_path / "data", "vector_folder": vector_folder, "embeddings": embeddings}
    index_articles(articles, **place)  # type: ignore[arg-type]
    with running(settings_for(), tmp_path / "data") as url:
        assert ask(url, "How long do refunds take?")["sources"][0]["stale_since"] == ""
        file.write_bytes(b"\xff\xff")
        index_articles(articles, **place)  # type: ignore[arg-type]
        answer = ask(url, "How long do refunds take?")
        stored = httpx.get(f"{url}/sources/{answer['sources'][0]['id']}", headers={"Accept": "application/json"}).json()
    since = answer["sources"][0]["stale_since"]
    assert datetime.fromisoformat(since) <= datetime.now(UTC)
    assert answer["citations"][0]["stale_since"] == stored["stale_since"] == since
