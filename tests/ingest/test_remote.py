"""Runs whose sources lie elsewhere: what vanishes is gone, what fails stays, and an outage deletes nothing."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.adding.table import table
from ingest.parser import Parser
from ingest.report import IngestReport
from ingest.sources.configured import Means, sources_of
from knowledge.embedding_cache import EmbeddingCache
from tests.help_centres import KINDS, Chatwoot, Export, HelpCentre, Repository, Website, Zendesk, help_centre, source_of
from tests.ingest.site import Site
from tests.web_server import Answer, WebServer, moved

_TEXTS = {number: f"The article {number}." for number in range(1, 6)}
_JSON = {"Content-Type": "application/json"}
_BUSY = Answer("Later", status=429, headers={"Retry-After": "0"})
_ERROR_PAGE = Answer("<html>Sorry</html>", headers={"Content-Type": "text/html"})


@pytest.fixture
def site(tmp_path: Path, cache: EmbeddingCache, parser: Parser) -> Site:
    return Site(tmp_path, cache, parser)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def website(server: WebServer) -> Website:
    made = Website(server)
    made.hold(_TEXTS)
    return made


def _run(site: Site, centre: HelpCentre) -> IngestReport:
    means = Means(folder=site.articles.parent / "fetched", max_megabytes=1, pauses=(0.0,))
    return site.run(found=sources_of([source_of(centre, audience="public")], means=means))


@pytest.mark.parametrize("kind", KINDS)
def test_an_unchanged_source_makes_no_generation_and_is_not_sent_again(
    kind: str, site: Site, server: WebServer, tmp_path: Path
) -> None:
    centre = help_centre(kind, server=server, folder=tmp_path)
    centre.hold(_TEXTS)
    first = _run(site, centre)
    assert (first.promoted, first.added, first.failed) == (True, 5, ())
    assert sorted(site.texts()) == [centre.location(number) for number in _TEXTS]
    server.statuses()
    second = _run(site, centre)
    assert (second.promoted, second.unchanged, second.embedded) == (False, 5, 0)
    assert set(server.statuses()) <= {304}


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_added_changed_or_deleted_there_is_so_here_after_the_next_run(
    kind: str, site: Site, server: WebServer, tmp_path: Path
) -> None:
    centre = help_centre(kind, server=server, folder=tmp_path)
    centre.hold(_TEXTS)
    _run(site, centre)
    centre.hold({1: "The article 1.", 2: "Mended.", 4: "The article 4.", 6: "New."})
    report = _run(site, centre)
    assert (report.added, report.updated, report.unchanged, report.deleted, report.failed) == (1, 1, 2, 2, ())
    texts = site.texts()
    assert sorted(texts) == [centre.location(number) for number in (1, 2, 4, 6)]
    assert "Mended." in texts[centre.location(2)]


@pytest.mark.parametrize("kind", ["website", "zendesk", "chatwoot"])
def test_a_server_that_is_busy_or_fails_for_a_moment_is_asked_again(
    kind: str, site: Site, server: WebServer, tmp_path: Path
) -> None:
    centre = help_centre(kind, server=server, folder=tmp_path)
    centre.hold(_TEXTS)
    for number, (path, answer) in enumerate(list(server.answers.items())):
        assert isinstance(answer, Answer)
        server.answers[path] = [(_BUSY, Answer(status=503), Answer("{", is_cut=True))[number % 3], answer]
    report = _run(site, centre)
    assert (report.added, report.failed) == (5, ())


def _check_a_failing_page(
    site: Site, server: WebServer, centre: Zendesk | Chatwoot, *, at: str, answer: Answer
) -> None:
    """Check that the failure of one page of a list is reported and changes nothing that serves."""
    centre.hold(_TEXTS)
    _run(site, centre)
    before = site.texts()
    server.answers |= {at: answer, "/loop": moved("/loop")}
    report = _run(site, centre)
    (failure,) = report.failed
    assert failure.source == centre.described["name"]
    assert failure.reason in ("unreachable", "unknown_format", "damaged", "forbidden_address")
    assert (site.texts(), report.deleted, sorted(report.stale)) == (before, 0, sorted(before))


@pytest.mark.parametrize(
    "answer",
    [
        Answer("Later", status=429, headers={"Retry-After": "86400"}),
        Answer("Sorry", status=500),
        Answer("Sorry", status=401),
        Answer("Not found", status=404),
        _ERROR_PAGE,
        Answer('{"error": "maintenance"}', headers=_JSON),
        Answer('{"articles": [', headers=_JSON),
        Answer("{}", headers=_JSON, is_cut=True),
        moved("/loop"),
        moved("https://elsewhere.test/articles"),
    ],
    ids=["busy", "failing", "locked", "vanished", "error page", "error", "half", "cut", "redirect loop", "elsewhere"],
)
@pytest.mark.parametrize("kind", [Zendesk, Chatwoot])
def test_a_list_of_which_a_page_fails_keeps_every_article(
    kind: type[Zendesk | Chatwoot], site: Site, server: WebServer, answer: Answer
) -> None:
    centre = kind(server)
    _check_a_failing_page(site, server, centre, at=centre.page(2), answer=answer)


@pytest.mark.parametrize("start", [0, 4])
@pytest.mark.parametrize("kind", [Zendesk, Chatwoot])
def test_so_does_one_of_which_the_first_or_the_last_page_fails(
    kind: type[Zendesk | Chatwoot], start: int, site: Site, server: WebServer
) -> None:
    centre = kind(server)
    _check_a_failing_page(site, server, centre, at=centre.page(start), answer=_ERROR_PAGE)


def _gone(centre: Repository) -> None:
    centre.folder.rename(centre.folder.with_name("elsewhere"))


def _without_objects(centre: Repository) -> None:
    centre.hold({1: "New."})
    for each in (centre.folder / ".git" / "objects").iterdir():
        shutil.rmtree(each)


def _without_folder(centre: Repository) -> None:
    centre.hold({})
    centre.commit()


def _without_branch(centre: Repository) -> None:
    centre.described["branch"] = "none"


@pytest.mark.parametrize("befalls", [_gone, _without_objects, _without_folder, _without_branch])
def test_a_repository_that_fails_keeps_every_article(
    site: Site, tmp_path: Path, befalls: Callable[[Repository], None]
) -> None:
    centre = Repository(tmp_path / "repository")
    centre.hold(_TEXTS)
    _run(site, centre)
    before = site.texts()
    befalls(centre)
    report = _run(site, centre)
    assert [failure.source for failure in report.failed] == ["git"]
    assert (site.texts(), report.deleted, sorted(report.stale)) == (before, 0, sorted(before))


@pytest.mark.parametrize(
    "content",
    [None, "", "<html>Sorry, this export has expired.</html>", 'id,title,text\n1,A,"The article', "id,text\n1"],
)
def test_an_export_that_fails_keeps_every_article(site: Site, tmp_path: Path, content: str | None) -> None:
    centre = Export(tmp_path / "articles.csv")
    centre.hold(_TEXTS)
    _run(site, centre)
    before = site.texts()
    if content is None:
        centre.file.unlink()
    else:
        centre.file.write_text(content)
    report = _run(site, centre)
    assert [failure.source for failure in report.failed] == ["export"]
    assert (site.texts(), report.deleted, sorted(report.stale)) == (before, 0, sorted(before))


@pytest.mark.parametrize(
    "answer",
    [
        Answer("Sorry", status=500, headers={"Content-Type": "text/html"}),
        Answer("<p>Cut", headers={"Content-Type": "text/html"}, is_cut=True),
        Answer("{}", headers=_JSON),
        moved("/1"),
        moved("https://elsewhere.test/"),
    ],
    ids=["an error page", "half a page", "no page", "a redirect loop", "a redirect elsewhere"],
)
def test_a_page_that_fails_keeps_its_last_good_version(
    site: Site, server: WebServer, website: Website, answer: Answer
) -> None:
    _run(site, website)
    before = site.texts()
    server.answers["/1"] = answer
    report = _run(site, website)
    assert ([failure.source for failure in report.failed], report.stale) == (["web/1"], ("web/1",))
    assert (site.texts(), report.deleted) == (before, 0)


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_vanished_is_gone_at_the_next_run(
    site: Site, server: WebServer, website: Website, status: int
) -> None:
    _run(site, website)
    server.answers["/1"] = Answer(status=status)
    report = _run(site, website)
    assert (report.deleted, report.failed) == (1, ())
    assert sorted(site.texts()) == ["web/2", "web/3", "web/4", "web/5"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_site_that_is_suddenly_empty_is_not_believed(
    site: Site, server: WebServer, website: Website, status: int
) -> None:
    _run(site, website)
    for number in _TEXTS:
        server.answers[f"/{number}"] = Answer(status=status)
    report = _run(site, website)
    assert (report.deleted, len(site.texts())) == (0, 5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_that_suddenly_holds_nothing_is_not_believed_though_it_held_little(
    kind: str, site: Site, server: WebServer, tmp_path: Path
) -> None:
    centre = help_centre(kind, server=server, folder=tmp_path)
    centre.hold({1: "The article 1."})
    _run(site, centre)
    centre.hold({})
    report = _run(site, centre)
    assert [failure.source for failure in report.failed] == [centre.described["name"]]
    assert (report.deleted, list(site.texts())) == (0, [centre.location(1)])


@pytest.mark.parametrize("kind", ["zendesk", "chatwoot", "git", "export"])
def test_a_help_centre_that_is_suddenly_all_but_empty_is_not_believed(
    kind: str, site: Site, server: WebServer, tmp_path: Path
) -> None:
    centre = help_centre(kind, server=server, folder=tmp_path)
    centre.hold({number: "An article." for number in range(1, 21)})
    _run(site, centre)
    centre.hold({1: "An article."})
    report = _run(site, centre)
    assert (report.deleted, len(report.withheld), len(site.texts())) == (0, 19, 20)


def test_an_outage_deletes_nothing(site: Site, server: WebServer, website: Website) -> None:
    _run(site, website)
    server.answers["/sitemap.xml"] = Answer(status=503)
    report = _run(site, website)
    assert [failure.source for failure in report.failed] == ["web"]
    assert (report.deleted, len(report.stale), len(site.texts())) == (0, 5, 5)


@pytest.mark.slow  # it imports thrice by the command
def test_a_night_on_which_every_source_fails_in_its_own_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run() -> dict[str, object]:
        capsys.readouterr()
        code = main(["run", "--config", str(tmp_path / "sources.toml"), "--data", str(tmp_path / "data"), "--json"])
        return {"code": code, **json.loads(capsys.readouterr().out)}

    with WebServer() as one, WebServer() as two, WebServer() as three:
        website, zendesk, chatwoot = Website(one), Zendesk(two), Chatwoot(three)
        repository, export = Repository(tmp_path / "repository"), Export(tmp_path / "articles.csv")
        centres: list[HelpCentre] = [website, zendesk, chatwoot, repository, export]
        for centre in centres:
            centre.hold(_TEXTS)
        described = [table(source_of(centre, audience="public")) for centre in centres]
        (tmp_path / "sources.toml").write_text("\n".join(described))

        first = run()
        assert (first["code"], first["added"], first["failed"]) == (0, 25, [])
        second = run()
        assert (second["promoted"], second["unchanged"], second["failed"]) == (False, 25, [])

        one.answers["/1"] = moved("/1")
        two.answers[zendesk.page(2)] = _ERROR_PAGE
        three.answers[chatwoot.page(2)] = Answer(status=429, headers={"Retry-After": "86400"})
        _gone(repository)
        export.hold({number: text for number, text in _TEXTS.items() if number > 1})
        third = run()
    failed = third["failed"]
    assert isinstance(failed, list)
    assert [(each["source"], each["reason"]) for each in failed] == [
        ("chatwoot", "unreachable"),
        ("git", "unreachable"),
        ("web/1", "unreachable"),
        ("zendesk", "unknown_format"),
    ]
    assert (third["code"], third["promoted"], third["deleted"], third["unchanged"]) == (0, True, 1, 8)
    assert len(third["stale"]) == 16  # type: ignore[arg-type]
