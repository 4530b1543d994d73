"""Turn Markdown, HTML and plain text into the one HTML that is partitioned: what a reader sees, and nothing else."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement, document_fromstring
from markdown_it import MarkdownIt

from ingest.errors import SourceError
from ingest.formats import restructured
from ingest.formats.markup import without_components, without_tags
from ingest.sources.source import MARKDOWN, MDX, PLAIN, RESTRUCTURED

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_UNSEEN = ".//script | .//style | .//noscript | .//template | .//nav | .//*[@aria-hidden='true']"
_UNSEEN_STYLE = re.compile(
    r"display:none|visibility:hidden|opacity:0*\.?0*(?:;|$)|font-size:(?:0|1px|0?\.\d+(?:px|pt|em|rem)?)(?![\d.])"
    r"|text-indent:-\d{3}|(?:left|top|right):-\d{4}|clip:rect\(0|clip-path:inset\((?:50|100)%"
)
_WHITE = re.compile(r"(?:^|;)color:(?:white|transparent|#fff(?:fff)?|rgba?\(255,255,255)(?!\w)")
_COLOURED = "ancestor-or-self::*[contains(@style, 'background') or @bgcolor]"
_FRAME = "./header | ./footer | ./aside"  # of a page that does not mark its main part
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")

# Indented below a tag of a site generator, HTML is CommonMark's code; its author meant what a reader sees.
_INDENTED_HTML = re.compile(r"\s*<(?:ol|ul|p|table|h[1-6])\b[^>]*>.*</", re.DOTALL)

_markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@dataclass(frozen=True, slots=True)
class Page:
    """The visible part of a document as HTML, with what its mark-up says besides."""

    html: str
    title: str  # of <title>, "" when there is none
    locale: str  # of <html lang>, "" when there is none
    hidden: int  # parts with text that were left out because the page does not show them
    anchors: tuple[str, ...]  # of each non-empty heading in order: its id, else one made as most Markdown sites make it


def page(text: str, *, media_type: str) -> Page:
    """Return the page that a text of this media type shows. Raises SourceError when it has no text."""
    text = _NOT_TEXT.sub("", text)
    root = _tree(_html(text, media_type=media_type))
    title = " ".join(root.xpath("string(//head/title)").split())
    body, hidden = _visible_body(root)
    _number_ordered_items(body)
    _open_folded_parts(body)
    return Page(
        html=etree.tostring(body, encoding="unicode", method="html"),
        title=title,
        locale=root.get("lang", ""),
        hidden=hidden,
        anchors=tuple(_anchors(body)),
    )


def _html(text: str, *, media_type: str) -> str:
    if media_type == MARKDOWN:
        return _rendered(without_tags(text))
    if media_type == MDX:
        return _rendered(without_components(text))
    if media_type == RESTRUCTURED:
        return restructured.html(text)
    if media_type == PLAIN:
        return "".join(f"<p>{html.escape(part)}</p>" for part in re.split(r"\n\s*\n", text) if part.strip())
    return text


def _rendered(markdown: str) -> str:
    tokens = _markdown.parse(markdown)
    for token in tokens:
        if token.type == "code_block" and _INDENTED_HTML.match(token.content):
            token.type = "html_block"
    return str(_markdown.renderer.render(tokens, _markdown.options, {}))


def _tree(markup: str) -> HtmlElement:
    try:
        # lxml refuses a str that declares an encoding, which a page saved from the web often does.
        return document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", markup) or "<p></p>")
    except etree.LxmlError as error:
        raise SourceError("no_text", "it holds no text; write some or leave the file out") from error


def _visible_body(root: HtmlElement) -> tuple[HtmlElement, int]:
    """Return the part of a page that its reader sees, and how many parts of it with text were hidden."""
    main = root.xpath("//main | //*[@role='main']") or (
        root.xpath("//article") if len(root.xpath("//article")) == 1 else []
    )
    body: HtmlElement = main[0] if main else root.find("body") if root.find("body") is not None else root
    etree.strip_elements(body, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    hidden = [*body.xpath(".//*[@hidden]"), *filter(_is_styled_away, body.xpath(".//*[@style]"))]
    count = sum(1 for element in hidden if element.text_content().strip())
    for element in [*hidden, *body.xpath(_UNSEEN), *([] if main else body.xpath(_FRAME))]:
        if element.getparent() is not None:
            element.drop_tree()
    return body, count


def _is_styled_away(element: HtmlElement) -> bool:
    style = re.sub(r"\s|!important", "", element.get("style", "").lower())
    if _UNSEEN_STYLE.search(style):
        return True
    return _WHITE.search(style) is not None and not element.xpath(_COLOURED)


def _number_ordered_items(body: HtmlElement) -> None:
    """Write an item's number into its text, and let an item's first paragraph be the item itself."""
    for item in body.xpath(".//li[p[1][not(preceding-sibling::*)]]"):
        if not (item.text or "").strip():
            item[0].drop_tag()
    for ordered in body.xpath(".//ol"):
        first = int(ordered.get("start", "1")) if ordered.get("start", "1").isdecimal() else 1
        for number, item in enumerate(ordered.xpath("./li"), start=first):
            item.text = f"{number}. {(item.text or '').lstrip()}"


def _open_folded_parts(body: HtmlElement) -> None:
    for element in body.xpath(".//details | .//figure"):
        element.tag = "div"
    for summary in body.xpath(".//summary"):
        summary.tag = "h6"


def _anchors(body: HtmlElement) -> Iterator[str]:
    seen: dict[str, int] = {}
    for heading in body.iter(*_HEADINGS):
        text = " ".join(heading.text_content().split())
        if not text or heading.xpath("boolean(ancestor::table)"):  # a table's headings are text of its cells
            continue
        slug = re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", text.lower()))
        repeated = seen[slug] = seen.get(slug, -1) + 1
        inner_id = next(iter(heading.xpath(".//@id")), "")
        yield heading.get("id") or inner_id or (f"{slug}-{repeated}" if repeated else slug)
