import pytest

from ingest.errors import SourceError
from ingest.front_matter import FrontMatter, split
from ingest.sources.articles import article_lines, article_list
from ingest.sources.source import FailedSource, Source


def _of(*lines: str) -> list[Source | FailedSource]:
    return list(article_lines("\n".join(lines).encode(), location="kb/faq.jsonl", audience="customer"))


def test_an_articles_fields_become_front_matter() -> None:
    (source,) = _of('{"id": "a b", "title": "Räder: neu", "text": "Eins.", "url": "https://a.example/1", "extra": 1}')
    assert isinstance(source, Source)
    assert source.location == "kb/faq.jsonl#a b"
    assert source.audience == "customer"
    content = source.read().decode()
    assert content.startswith("---\n")
    assert content.endswith("---\nEins.")
    assert "Räder" in content


def test_what_is_wrong_with_a_line_is_told_with_its_number() -> None:
    failed = _of('{"id": 1, "text": "x"}', '{"id": "2"}', "[]", '{"id": "ok", "text": "x"}')
    details = [source.error.detail for source in failed if isinstance(source, FailedSource)]
    assert len(details) == 3
    assert details[0].startswith("line 1: Input should be a valid string")
    assert details[1].startswith("line 2: Field required")


def test_an_id_that_would_forge_the_report_or_names_nothing_fails_its_line_alone() -> None:
    ids = ["a\\nb", "\\u001b[2J", "\\u2028", "\\u202e", ""]
    *failed, good = _of(*(f'{{"id": "{each}", "text": "x"}}' for each in ids), '{"id": "名前", "text": "x"}')
    assert [each.location for each in failed] == [f"kb/faq.jsonl#line-{number}" for number in range(1, 6)]
    assert all(isinstance(each, FailedSource) for each in failed)
    assert isinstance(good, Source)


def test_an_id_given_twice_fails_the_second_line_alone() -> None:
    first, second = _of('{"id": "1", "text": "x"}', '{"id": "1", "text": "y"}')
    assert isinstance(first, Source)
    assert isinstance(second, FailedSource)
    assert "an earlier one has the id '1' too" in second.error.detail


def test_the_same_article_has_the_same_digest() -> None:
    line = '{"id": "1", "title": "T", "text": "x"}'
    first, again = _of(line), _of(line)
    assert isinstance(first[0], Source) and isinstance(again[0], Source)
    assert first[0].digest == again[0].digest


def test_an_article_may_narrow_its_audience() -> None:
    (source,) = _of('{"id": "1", "text": "x", "audience": "internal"}')
    assert isinstance(source, Source)
    assert b"audience: internal" in source.read()


def test_a_text_that_begins_with_dashes_is_all_text() -> None:
    (source,) = _of('{"id": "1", "text": "---\\ntitle: mine\\n---\\nx"}')
    assert isinstance(source, Source)
    assert split(source.read().decode()) == (FrontMatter(), "---\ntitle: mine\n---\nx")


@pytest.mark.parametrize(
    "text", ['[{"id": "1", "text": "x"}, 7]', '{"articles": [{"id": "1", "text": "x"}, 7], "n": 2}']
)
def test_a_list_of_articles_is_read_as_lines_are(text: str) -> None:
    source, failed = article_list(text.encode(), location="kb/faq.json", audience="public")
    assert (source.location, failed.location) == ("kb/faq.json#1", "kb/faq.json#article-2")
    assert isinstance(failed, FailedSource)
    assert failed.error.detail.startswith("article 2: ")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "damaged"),
        (b"[" * 100_000, "damaged"),
        (b"\xff", "damaged"),
        (b"{}", "unknown_format"),
        (b"1", "unknown_format"),
    ],
)
def test_json_that_is_no_list_of_articles_has_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as raised:
        list(article_list(content, location="kb/faq.json", audience="public"))
    assert raised.value.reason == reason
