"""Turn a mail's HTML into the text that its reader sees, without the mail that it replies to and the signature."""

import re
from collections.abc import Iterator

from lxml import etree, html

_UNREAD = frozenset("script style head title template noscript svg math object embed iframe select textarea".split())
_BLOCKS = frozenset(
    "address article aside blockquote dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav "
    "ol p pre section table tr ul".split()
)
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|opacity:0(?![.\d])|font-size:[01](?:px|pt|em|%)?(?![.\d])"
    r"|max-height:0|(?<![-\w])(?:width|height):0"
)
# By which mail programs tell the mail that is replied to: Gmail, Yahoo, Proton, Outlook on the web, GMX, Front,
# Thunderbird and Apple Mail.
_QUOTES = frozenset("gmail_quote yahoo_quoted protonmail_quote moz-cite-prefix front-blockquote".split())
_QUOTE_IDS = frozenset("divRplyFwdMsg mail-editor-reference-message-container".split())
_SIGNATURES = frozenset("gmail_signature moz-signature protonmail_signature_block front-signature".split())
_SIGNATURE_IDS = frozenset("Signature ms-outlook-mobile-signature".split())
_ENDS_AT = "appendonsend"  # Outlook on the web: what follows it is the mail that is replied to
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\r\f\v\xa0]+")


def text_of_html(markup: str) -> str:
    """Return what the writer of a mail wrote; all that is to be seen where that would be nothing."""
    try:
        root = html.document_fromstring(_CONTROL.sub("", markup), parser=html.HTMLParser(huge_tree=True))
    except (etree.ParserError, ValueError):  # nothing but comments, or nothing at all
        return ""
    return _text(root, is_quote_left_out=True) or _text(root, is_quote_left_out=False)


def _text(root: html.HtmlElement, *, is_quote_left_out: bool) -> str:
    pieces = list(_pieces(root, is_quote_left_out=is_quote_left_out))
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _pieces(root: html.HtmlElement, *, is_quote_left_out: bool) -> Iterator[str]:
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event in ("comment", "pi"):
            yield _flowing(element.tail)
            continue
        name = element.tag.lower() if isinstance(element.tag, str) else ""
        if event == "start":
            if is_quote_left_out and element.get("id") == _ENDS_AT:
                return
            if _is_unseen(name, element) or (is_quote_left_out and _is_added(name, element)):
                walk.skip_subtree()
                element.set("data-left-out", "")
                continue
            yield _opening(name)
            yield element.text or "" if name == "pre" else _flowing(element.text)
        else:
            if "data-left-out" not in element.attrib and name in _BLOCKS:
                yield "\n"
            yield _flowing(element.tail)


def _opening(name: str) -> str:
    if name == "li":
        return "\n- "
    if name in ("p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"):
        return "\n\n"
    if name == "br" or name in _BLOCKS:
        return "\n"
    return " " if name in ("td", "th") else ""


def _flowing(text: str | None) -> str:
    return (text or "").replace("\n", " ")


def _is_unseen(name: str, element: html.HtmlElement) -> bool:
    style = re.sub(r"\s", "", element.get("style", "")).lower()
    return name in _UNREAD or "hidden" in element.attrib or bool(_HIDDEN.search(style))


def _is_added(name: str, element: html.HtmlElement) -> bool:
    """Whether the mail program has added it: the mail that is replied to, or a signature."""
    classes, identity = frozenset(element.get("class", "").split()), element.get("id", "")
    if name == "blockquote" and (element.get("type") == "cite" or element.get("cite")):
        return True
    if element.get("name") == "quote" or element.get("data-smartmail") == "gmail_signature":
        return True
    return bool(classes & (_QUOTES | _SIGNATURES)) or identity in _QUOTE_IDS | _SIGNATURE_IDS
