import io
import zipfile

import pytest

from ingest.errors import SourceError
from ingest.formats.book import reading

pytestmark = pytest.mark.slow  # unstructured takes seconds to import

_CONTAINER = '<container xmlns="urn:x"><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
_PACKAGE = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
<metadata><dc:title>The guide</dc:title><dc:language>fr</dc:language>
<meta property="dcterms:modified">2026-11-02T09:30:00Z</meta></metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="two" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="text/one.xhtml" media-type="application/xhtml+xml"/>
<item id="cover" href="cover.jpg" media-type="image/jpeg"/>
</manifest>
<spine><itemref idref="cover"/><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/></spine></package>"""
_PAGES = {
    "OPS/nav.xhtml": "<html><body><h1>Contents</h1></body></html>",
    "OPS/text/one.xhtml": "<html><body><h1>One</h1><p>First.</p><p hidden='hidden'>orders</p></body></html>",
    "OPS/text/two b.xhtml": "<html><body><h2>Two</h2><ul><li>Second.</li></ul></body></html>",
}


def _book(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in ({"META-INF/container.xml": _CONTAINER, "OPS/book.opf": _PACKAGE} | _PAGES | parts).items():
            archive.writestr(name, text)
    return file.getvalue()


def test_chapters_are_read_in_their_order_without_the_table_of_contents() -> None:
    found = reading(_book())
    assert [(piece.kind, piece.text) for piece in found.pieces] == [
        ("heading", "One"),
        ("text", "First."),
        ("heading", "Two"),
        ("item", "- Second."),
    ]
    assert (found.title, found.locale, found.updated, found.hidden) == ("The guide", "fr", "2026-11-02", 1)


def test_a_book_without_its_chapters_is_damaged_and_a_protected_one_encrypted() -> None:
    with pytest.raises(SourceError, match=r"damaged: it is not a complete e-book \(KeyError\)"):
        reading(_book(**{"OPS/book.opf": _PACKAGE.replace("one.xhtml", "nothing.xhtml")}))
    with pytest.raises(SourceError, match="encrypted: it is protected against copying"):
        reading(_book(**{"OPS/book.opf": "<package/>", "META-INF/encryption.xml": "<x/>"}))


def test_no_entity_is_expanded_or_fetched() -> None:
    hostile = '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + _PACKAGE.replace(
        '<?xml version="1.0"?>\n', ""
    ).replace("The guide", "Guide &x;")
    assert "root" not in reading(_book(**{"OPS/book.opf": hostile})).title
