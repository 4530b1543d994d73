from ingest.changes import changes_since, version
from ingest.sources.source import Source
from knowledge.audience import Audience


def _source(location: str, digest: str = "1", audience: Audience = "public") -> Source:
    return Source(location=location, media_type="text/markdown", audience=audience, digest=digest, read=lambda: b"")


def test_each_source_is_new_changed_unchanged_or_gone() -> None:
    same, changed, new = _source("same"), _source("changed", "2"), _source("new")
    indexed = {"same": version(same), "changed": version(_source("changed", "1")), "gone": "x"}
    found = changes_since(indexed, sources=[same, changed, new], failed=[])
    assert (found.added, found.updated, found.unchanged, found.deleted) == ((new,), (changed,), (same,), ("gone",))


def test_what_failed_is_not_gone() -> None:
    assert changes_since({"broken": "x"}, sources=[], failed=["broken"]).deleted == ()


def test_another_audience_is_a_change() -> None:
    before = _source("a", audience="public")
    after = _source("a", audience="internal")
    assert changes_since({"a": version(before)}, sources=[after], failed=[]).updated == (after,)


def test_the_articles_of_a_file_stay_when_the_file_or_a_line_of_it_failed() -> None:
    indexed = {"kb/faq.jsonl#1": "x", "kb/faq.jsonl#2": "x", "kb/other.jsonl#1": "x"}
    assert changes_since(indexed, sources=[], failed=["kb/faq.jsonl"]).deleted == ("kb/other.jsonl#1",)
    assert changes_since(indexed, sources=[], failed=["kb/faq.jsonl#line-2"]).deleted == ("kb/other.jsonl#1",)


def test_the_articles_of_a_folder_that_cannot_be_read_stay() -> None:
    indexed = {"kb/closed/a.md": "x", "kb/closed-too/a.md": "x"}
    assert changes_since(indexed, sources=[], failed=["kb/closed"]).deleted == ("kb/closed-too/a.md",)
