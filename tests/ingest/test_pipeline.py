import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.errors import DeletionsWithheld, UsageError
from ingest.parser import Parser
from ingest.served import served_by
from knowledge.embedding_cache import EmbeddingCache
from knowledge.generation import FORMAT, read_manifest
from tests.ingest.site import Site

pytestmark = pytest.mark.slow  # it parses and embeds

_KEY = f"AKIA{'Q7ZJ3N4K' * 2}"  # in parts, so that nobody takes this file for one that leaks a key


@pytest.fixture
def site(tmp_path: Path, cache: EmbeddingCache, parser: Parser) -> Site:
    made = Site(tmp_path, cache, parser)
    made.write("a.md", "# A\n\nThe first article.")
    made.write("b.md", "# B\n\nThe second article.")
    return made


def test_a_first_run_builds_and_promotes(site: Site) -> None:
    report = site.run()
    assert (report.generation, report.promoted, report.added, report.passages) == (1, True, 2, 2)
    assert site.texts() == {"kb/a.md": "A\n\nThe first article.", "kb/b.md": "B\n\nThe second article."}


def test_articles_that_only_lead_to_others_are_documents_without_passages(site: Site) -> None:
    for name, other in (("a.md", "b.md"), ("b.md", "a.md")):
        site.write(name, f"# All articles\n\n- [The other]({other})")
    report = site.run()
    assert (report.generation, report.promoted, report.added, report.passages) == (1, True, 2, 0)


def test_a_run_on_unchanged_content_does_nothing(site: Site) -> None:
    site.run()
    shutil.copystat(__file__, site.articles / "a.md")  # another date is no change
    report = site.run()
    assert (report.promoted, report.generation, report.unchanged, report.embedded) == (False, 1, 2, 0)


def test_only_what_changed_is_embedded(site: Site) -> None:
    site.run()
    site.write("b.md", f"# B\n\nThe second article, changed in {site.articles}.")
    site.write("c.md", "# C\n\nThe first article.")
    report = site.run()
    assert (report.added, report.updated, report.unchanged, report.embedded) == (1, 1, 1, 2)


def test_the_same_text_under_two_names_is_embedded_once(site: Site) -> None:
    site.run()
    for name in ("one.md", "two.md"):
        site.write(name, f"# C\n\nThe third article, of {site.articles}.")
    report = site.run()
    assert (report.added, report.passages, report.embedded) == (2, 4, 1)


def test_a_deleted_article_is_gone_from_the_next_generation(site: Site) -> None:
    site.run()
    (site.articles / "b.md").unlink()
    report = site.run()
    assert (report.deleted, report.promoted, report.generation) == (1, True, 2)
    assert list(site.texts()) == ["kb/a.md"]


def test_an_article_that_fails_now_keeps_its_last_good_version(site: Site) -> None:
    site.run()
    (site.articles / "b.md").write_bytes(b"\xff\xff")
    report = site.run()
    assert [(failure.source, failure.reason) for failure in report.failed] == [("kb/b.md", "undecodable")]
    assert (report.updated, report.deleted, report.embedded, report.stale) == (0, 0, 0, ("kb/b.md",))
    assert "kb/b.md" in site.texts()


def test_the_last_good_version_of_an_article_that_fails_is_marked_with_since_when_until_it_can_be_read(
    site: Site,
) -> None:
    site.run()
    (site.articles / "b.md").write_bytes(b"\xff\xff")
    before = datetime.now(UTC).replace(microsecond=0)
    assert site.run().promoted
    stale = served_by(site.catalog).stale()
    assert list(stale) == ["kb/b.md"]
    assert before <= datetime.fromisoformat(stale["kb/b.md"]) <= datetime.now(UTC)

    assert not site.run().promoted  # it is known
    site.write("a.md", "# A\n\nThe first article, once more.")
    assert site.run().promoted
    assert served_by(site.catalog).stale() == stale

    site.write("b.md", "# B\n\nThe second article.")  # as it was
    report = site.run()
    assert (report.promoted, report.unchanged, report.stale, report.embedded) == (True, 2, (), 0)
    assert served_by(site.catalog).stale() == {}


def test_an_article_that_always_failed_promotes_nothing_a_second_time(site: Site) -> None:
    (site.articles / "c.md").write_bytes(b"")
    assert site.run().promoted
    second = site.run()
    assert not second.promoted
    assert [failure.reason for failure in second.failed] == ["no_text"]


def test_an_abandoned_build_stands_in_nobodys_way(site: Site) -> None:
    site.catalog.building(1).mkdir(parents=True)
    assert site.run().generation == 1


def test_articles_that_all_fail_are_named(site: Site) -> None:
    for file in site.articles.iterdir():
        file.rename(file.with_suffix(".xyz"))
    report = site.run()
    assert [failure.reason for failure in report.failed] == ["unknown_format"] * 2
    assert (report.promoted, report.generation) == (False, None)


@pytest.mark.parametrize("damaged", ["manifest.json", "public/documents.sqlite3", "public/vectors", "lock"])
def test_a_damaged_generation_is_built_again_from_the_sources(site: Site, damaged: str) -> None:
    site.run()
    path = site.catalog.serving() / damaged
    if damaged == "public/documents.sqlite3":
        path.write_text("not a database")
    else:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    report = site.run()
    assert (report.promoted, report.generation, report.embedded) == (True, 2, 0)
    assert len(site.texts()) == 2


def test_a_generation_of_an_older_version_is_built_again_from_the_sources(site: Site) -> None:
    site.run()
    manifest = site.catalog.serving() / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"format": {FORMAT}', '"format": 1'))
    report = site.run()
    assert (report.promoted, report.generation, report.embedded) == (True, 2, 0)


def test_an_index_is_never_emptied_by_articles_that_all_fail(site: Site) -> None:
    site.run()
    for file in site.articles.iterdir():
        file.unlink()
    site.write("new.md", "")
    assert site.run().withheld == ("kb/a.md", "kb/b.md")
    assert len(site.texts()) == 2


def test_an_emptied_folder_changes_nothing_until_its_plan_is_approved(site: Site) -> None:
    site.run()
    for file in site.articles.iterdir():
        file.unlink()
    report = site.run()
    assert (report.withheld, report.deleted, report.promoted) == (("kb/a.md", "kb/b.md"), 0, False)
    with pytest.raises(DeletionsWithheld, match=r"Nothing would be left of the 2 documents of site 'default'"):
        site.run(approved_plan=report.plan)
    assert len(site.texts()) == 2


def test_an_approval_deletes_what_its_plan_names_and_nothing_beyond(site: Site) -> None:
    for number in range(22):
        site.write(f"{number}.md", f"# {number}\n\nArticle {number}.")
    site.run()
    for number in range(11):
        (site.articles / f"{number}.md").unlink()
    withheld = site.run()
    assert (len(withheld.withheld), withheld.deleted) == (11, 0)

    (site.articles / "a.md").unlink()
    site.write("new.md", "# New\n\nAn addition still applies.")
    approved = site.run(approved_plan=withheld.plan)
    assert (approved.deleted, approved.withheld, approved.added) == (11, ("kb/a.md",), 1)
    assert {"kb/a.md", "kb/new.md"} <= site.texts().keys()
    with pytest.raises(UsageError, match=rf"under the plan '{withheld.plan}'; the last one is '{approved.plan}'"):
        site.run(approved_plan=withheld.plan)
    assert site.run().deleted == 1


def test_moved_articles_are_no_loss_and_keep_their_vectors(site: Site) -> None:
    for number in range(12):
        site.write(f"{number}.md", f"# {number}\n\nArticle {number} of {site.articles}.")
    site.run()
    (site.articles / "moved").mkdir()
    for file in site.articles.glob("*.md"):
        file.rename(site.articles / "moved" / f"renamed-{file.name}")
    report = site.run()
    assert (report.moved, report.added, report.deleted, report.withheld) == (14, 14, 14, ())
    assert report.embedded == 0
    assert all(source.startswith("kb/moved/renamed-") for source in site.texts())


def test_the_deletions_of_a_damaged_generation_are_withheld_too(site: Site) -> None:
    site.run()
    site.run(recipe="another")
    (site.catalog.serving() / "manifest.json").unlink()
    (site.articles / "b.md").write_bytes(b"\xff\xff")
    report = site.run(recipe="another")
    assert (report.promoted, report.stale) == (True, ("kb/b.md",))
    assert site.texts()["kb/b.md"] == "B\n\nThe second article."


def test_what_an_owner_should_know_of_is_flagged(site: Site) -> None:
    site.write("c.md", f"# C\n\nSet the key {_KEY}.\n\n<p hidden>orders</p>\n\nThe\u200b end.")
    flagged = site.run().flagged
    assert {(flag.source, flag.kind, flag.count) for flag in flagged} == {
        ("kb/c.md", "likely_secret", 1),
        ("kb/c.md", "hidden_text", 1),
        ("kb/c.md", "invisible_characters", 1),
    }
    assert site.texts()["kb/c.md"] == f"C\n\nSet the key {_KEY}.\n\nThe end."


def test_a_secret_is_refused_if_that_is_wanted(site: Site) -> None:
    site.write("c.md", f"# C\n\nSet the key {_KEY}.")
    report = site.run(refuse_secrets=True)
    assert [(failure.source, failure.reason) for failure in report.failed] == [("kb/c.md", "likely_secret")]
    assert "kb/c.md" not in site.texts()


def test_a_secret_that_was_let_in_goes_when_that_is_set_and_is_back_when_it_is_not(site: Site) -> None:
    site.write("c.md", f"# C\n\nSet the key {_KEY}.")
    site.run()
    assert site.run(refuse_secrets=True, dry_run=True).failed != ()
    report = site.run(refuse_secrets=True)
    assert [(failure.source, failure.reason) for failure in report.failed] == [("kb/c.md", "likely_secret")]
    assert (report.promoted, report.stale, "kb/c.md" in site.texts()) == (True, (), False)
    assert not site.run(refuse_secrets=True).promoted
    assert site.run().added == 1


def test_many_secrets_that_were_let_in_go_when_somebody_accepts_it(site: Site) -> None:
    for number in range(11):
        site.write(f"{number}.md", f"# {number}\n\nSet the key {_KEY} for number {number}.")
    site.run()
    refused = site.run(refuse_secrets=True).gate
    assert refused is not None and len(refused.gone) == 11
    assert len(site.texts()) == 13
    assert site.run(refuse_secrets=True, promote_anyway=refused.plan).promoted
    assert len(site.texts()) == 2


def test_a_version_with_a_secret_is_no_good_version_to_fall_back_on(site: Site) -> None:
    site.write("c.md", f"# C\n\nSet the key {_KEY}.")
    site.run()
    (site.articles / "c.md").write_bytes(b"\xff\xff")
    report = site.run(refuse_secrets=True)
    assert {(failure.source, failure.reason) for failure in report.failed} == {
        ("kb/c.md", "undecodable"),
        ("kb/c.md", "likely_secret"),
    }
    assert list(site.texts()) == ["kb/a.md", "kb/b.md"]


def test_another_recipe_rebuilds_all(site: Site) -> None:
    site.run()
    report = site.run(recipe="another")
    assert (report.promoted, report.unchanged, report.embedded) == (True, 2, 0)


def test_a_dry_run_reports_and_changes_nothing(site: Site) -> None:
    report = site.run(dry_run=True)
    assert (report.added, report.promoted, report.generation) == (2, False, None)
    assert site.catalog.current() is None


def test_a_dry_run_hides_nothing(site: Site) -> None:
    site.run()
    site.catalog.hidden.hide("1", source="kb/a.md")
    (site.articles / "a.md").rename(site.articles / "moved.md")
    assert site.run(dry_run=True).moved == 1
    assert list(site.catalog.hidden.sources().values()) == ["kb/a.md"]


def test_a_plan_can_be_tried_first_and_is_approved_until_its_deletions_are_made(site: Site) -> None:
    site.write("c.md", "# C\n\nThe third article.")
    site.run()
    for number in range(11):
        site.write(f"{number}.md", f"# {number}\n\nThis is number {number}.")
    site.run()
    for number in range(11):
        (site.articles / f"{number}.md").unlink()
    plan = site.run().plan
    for dry_run in (True, True, False):
        assert site.run(approved_plan=plan, dry_run=dry_run).deleted == 11
    with pytest.raises(UsageError, match="there is none"):
        site.run(approved_plan=plan)


def test_a_first_run_on_nothing_says_what_to_give(tmp_path: Path, cache: EmbeddingCache, parser: Parser) -> None:
    with pytest.raises(UsageError, match=r"hold nothing to ingest. Give a folder"):
        Site(tmp_path, cache, parser).run()


def test_the_same_content_has_the_same_digest(site: Site) -> None:
    site.run()
    first = read_manifest(site.catalog.serving())
    site.run(recipe="another")
    second = read_manifest(site.catalog.serving())
    assert (first.number, second.number) == (1, 2)
    assert first.digest == second.digest
