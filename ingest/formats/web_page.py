"""Turn a page of a website into its text: without the navigation, banners and footers that surround it."""

from collections.abc import Iterator

from lxml.html import HtmlElement, document_fromstring

from ingest.formats.elements import html_pieces
from ingest.formats.page import Page, page
from ingest.formats.reading import Reading, first_heading
from ingest.sources.source import HTML

_HEADINGS = ".//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6][not(ancestor::table)]"
_FURNITURE = ("cookie", "consent", "breadcrumb", "sidebar", "votes", "related-articles", "share-buttons", "newsletter")
_LOWER = "translate(concat(@id, ' ', @class), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
_PRUNED = [
    "//nav | //footer | //aside | //button | //*[@role='navigation' or @role='banner' or @role='contentinfo' "
    "or @role='dialog' or @role='complementary' or @role='search']",
    f"//*[{' or '.join(f'contains({_LOWER}, {name!r})' for name in _FURNITURE)}]",
    # A long list of nothing but links is a menu.
    "//ul[count(.//li) > 7 and not(.//li[not(.//a)]) and not(.//li[text()[normalize-space()]])]",
]


def reading(text: str) -> Reading:
    """Return the main part of a page; all that is visible where no such part can be told."""
    whole = page(text, media_type=HTML)
    main = _main_part(whole.html) or whole.html
    pieces = html_pieces(main, anchors=tuple(_anchors(main, whole=whole)))
    return Reading(pieces, title=first_heading(pieces) or whole.title, locale=whole.locale, hidden=whole.hidden)


def _main_part(visible: str) -> str:
    import trafilatura  # of no use to any other format, and slow to load

    found = trafilatura.extract(
        f"<html><body>{visible}</body></html>",
        output_format="html",
        include_tables=True,
        include_links=True,
        include_formatting=True,
        include_comments=False,
        favor_recall=True,
        prune_xpath=_PRUNED,
    )
    return found or ""


def _anchors(main: str, *, whole: Page) -> Iterator[str]:
    """Yield the anchor that each heading has on the site."""
    known: dict[str, list[str]] = {}
    for heading, anchor in zip(_headings(whole.html), whole.anchors, strict=True):
        known.setdefault(heading, []).append(anchor)
    for heading in _headings(main):
        anchors = known.get(heading)
        yield (anchors.pop(0) if len(anchors) > 1 else anchors[0]) if anchors else ""


def _headings(markup: str) -> list[str]:
    root: HtmlElement = document_fromstring(markup)
    return [words for each in root.xpath(_HEADINGS) if (words := " ".join(each.text_content().split()))]
