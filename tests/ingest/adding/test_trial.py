from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.adding.trial import trial
from ingest.parser import Parser
from tests.help_centres import KINDS, Export, Website, Zendesk, help_centre, source_of
from tests.web_server import Answer, WebServer, page

_ARTICLES = {number: f"The text of article number {number}." for number in range(101, 113)}


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_ten_documents_are_shown(kind: str, server: WebServer, tmp_path: Path, parser: Parser) -> None:
    centre = help_centre(kind, server=server, folder=tmp_path)
    centre.hold(_ARTICLES)
    tried = trial(source_of(centre, audience="public", locale="en"), parser=parser, max_megabytes=1)
    first, *lines = tried.lines()
    assert first == ("The first 10 documents:" if kind == "website" else "12 documents found, the first 10:")
    assert lines[0::2] == [f"  Article {number}" for number in list(_ARTICLES)[:10]]
    assert all(line.endswith(" characters | public | en") for line in lines[1::2])


def test_a_document_s_address_length_audience_and_language_are_shown(tmp_path: Path, parser: Parser) -> None:
    file = tmp_path / "articles.csv"
    file.write_text('id,title,text,url,locale\n1,Pay,By card.,https://help.test/pay,en\n2,退款,"致电。",,\n')
    tried = trial(source_of(Export(file)), parser=parser, max_megabytes=1)
    assert list(tried.lines()) == [
        "2 documents found, all of them:",
        "  Pay",
        "    https://help.test/pay | 8 characters | internal | en",
        "  退款",
        "    export/2 (no address: citations open Support Bot's own page) | 3 characters | internal | language unknown",
        "Internal documents are not for visitors; --audience public opens what has no audience of its own.",
    ]


def test_of_a_large_website_no_more_is_fetched_than_is_shown(server: WebServer, parser: Parser) -> None:
    centre = Website(server)
    centre.hold({number: "An article." for number in range(500)})
    trial(source_of(centre), parser=parser, max_megabytes=1)
    assert len(server.paths()) == 12  # and what tells which pages there are


def test_what_holds_no_text_is_told_beside_the_rest(server: WebServer, parser: Parser) -> None:
    centre = Website(server)
    centre.hold({1: "You pay by card.", 2: "?", 3: "?"})
    server.answers["/2"] = page("")
    server.answers["/3"] = Answer(status=500)
    tried = trial(source_of(centre), parser=parser, max_megabytes=1)
    assert [document.metadata["source"] for document in tried.documents] == ["web/1"]
    told = [line for line in tried.lines() if line.startswith("  failed")]
    assert told == [
        f"  failed web/3: unreachable: {server.url}/3 answers with status 500; try again later",
        "  failed web/2: no_text: it holds no text; write some or leave the file out",
    ]


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (Answer(status=404), "unreachable: {address} is not there (status 404); check the source's address and cred"),
        (Answer(status=401), "unreachable: {address} may not be read (status 401); check the source's credentials"),
        (Answer("<html>", headers={"Content-Type": "text/html"}), "unknown_format: {address} is 'text/html', not app"),
    ],
)
def test_a_source_that_cannot_be_read_is_told(
    server: WebServer, parser: Parser, answer: Answer, complaint: str
) -> None:
    server.answers["/api/v2/help_center/locales"] = answer
    (told,) = trial(source_of(Zendesk(server)), parser=parser, max_megabytes=1).lines()
    address = f"{server.url}/api/v2/help_center/locales"
    assert told.startswith(f"  failed zendesk: {complaint.format(address=address)}")
