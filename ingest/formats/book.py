"""Turn an e-book's bytes (EPUB) into a reading: its chapters in their order."""

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree

from ingest.errors import SourceError
from ingest.formats.elements import html_pieces
from ingest.formats.package import whole, xml
from ingest.formats.page import Page, page
from ingest.formats.reading import Reading, first_heading, iso_date, sensible_title

_CONTAINER = "META-INF/container.xml"
_RIGHTS = "META-INF/encryption.xml"
_REMEDY = "open it in an e-book program and save it as EPUB"


def reading(content: bytes) -> Reading:
    """Return what an e-book holds, without its table of contents."""
    with whole(content, kind="e-book", remedy=_REMEDY) as archive:
        place = _text(xml(archive.read(_CONTAINER)), "string(//*[local-name()='rootfile']/@full-path)")
        package = xml(archive.read(place))
        pages = list(_pages(archive, package, folder=posixpath.dirname(place)))
        is_encrypted = not pages and _RIGHTS in archive.namelist()
    if is_encrypted:
        raise SourceError("encrypted", "it is protected against copying; use one that is not")
    pieces = tuple(piece for shown in pages for piece in html_pieces(shown.html, anchors=shown.anchors))
    return Reading(
        pieces,
        title=sensible_title(_text(package, "string(//*[local-name()='title'])")) or first_heading(pieces),
        locale=_text(package, "string(//*[local-name()='language'])"),
        updated=iso_date(_text(package, "string(//*[@property='dcterms:modified'])")),
        hidden=sum(shown.hidden for shown in pages),
    )


def _pages(archive: ZipFile, package: etree._Element, *, folder: str) -> Iterator[Page]:
    items = {
        str(item.get("id")): item
        for item in package.iter("{*}item")
        if "nav" not in str(item.get("properties", "")).split()
    }
    for reference in package.iter("{*}itemref"):
        item = items.get(str(reference.get("idref")))
        if item is None or "html" not in str(item.get("media-type")):
            continue
        chapter = archive.read(posixpath.normpath(posixpath.join(folder, unquote(str(item.get("href"))))))
        try:
            yield page(chapter.decode("utf-8-sig", errors="replace"), media_type="text/html")
        except SourceError:
            continue  # a chapter without text, such as a cover


def _text(element: etree._Element, path: str) -> str:
    return " ".join(str(element.xpath(path)).split())
