"""Turn a model's Markdown into Markdown without images, HTML tags, and links to addresses that are not known."""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

_CODE_SPAN = re.compile(r"(`[^`]+`)")
_IMAGE = re.compile(r"!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])?")
_LINK = re.compile(r"\[(?P<label>[^\[\]]*)\]\(\s*<?(?P<address>[^()\s>]*(?:\([^()\s]*\))?[^()\s>]*)>?[^()]*\)")
_ADDRESS = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.|\bmailto:)[^\s<>\[\]（）「」，。；\"`]+", re.IGNORECASE)
_AUTOLINK = re.compile(rf"<({_ADDRESS.pattern})>", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?(?:-->|$)|</?[A-Za-z!?][^<>]*(?:>|$)", re.DOTALL)
_EMAIL = re.compile(r"(?<![\w.+/@-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_ADDRESS_OR_EMAIL = re.compile(rf"{_ADDRESS.pattern}|{_EMAIL.pattern}", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:(?://)?)?(?:[^/@\s]*@)?\[?([^/:?#\]\s]+)", re.IGNORECASE)
_TRAILING = ".,;:!?*_~'\"”’)"


def addresses_in(text: str) -> frozenset[str]:
    """Return the addresses of a text, its e-mail addresses and the targets of its links, as `shown_markup` compares."""
    return frozenset(_bare(address) for address in (*_ADDRESS.findall(text), *_EMAIL.findall(text)))


def host_of(address: str) -> str:
    """Return the host of a web or e-mail address in lower case, "" where there is none."""
    host = _HOST.match(address)
    return host[1].lower() if host else ""


def is_of(host: str, hosts: Iterable[str]) -> bool:
    """Whether a host is one of some, below one, or above one: `help.acme.test` and `acme.test` are of each other."""
    return any(
        host == each or host.endswith(f".{each}") or (each.endswith(f".{host}") and "." in host) for each in hosts
    )


def shown_markup(text: str, *, followed: AbstractSet[str], said: AbstractSet[str]) -> str:
    """Return a text without images and tags; of links to addresses that are not to be followed the label stays.

    Other addresses that are said become code, which nothing makes a link of; those that are not are left out. Code
    spans stay as they are. Emphasis that opens without closing, as where a sentence was cut out of it, is dropped.
    """
    parts = _CODE_SPAN.split(text)
    parts[::2] = (_shown(part, followed, said) for part in parts[::2])
    shown = "".join(parts)
    if shown.count("**") % 2:
        shown = shown.replace("**", "")
    return re.sub(r"[ \t]{2,}", " ", shown).strip() if shown != text else text


def names_unknown_address(text: str, *, addresses: AbstractSet[str]) -> bool:
    """Whether a text says an address other than the given ones, code spans and the targets of links aside."""
    said = (_with_known_links(part, addresses) for part in _CODE_SPAN.split(text)[::2])
    return any(not addresses_in(part) <= addresses for part in said)


def _shown(text: str, followed: AbstractSet[str], said: AbstractSet[str]) -> str:
    def address_or_code(found: re.Match[str]) -> str:
        address = found[0].rstrip(_TRAILING)
        if _bare(address) in followed:
            return found[0]
        return (f"`{address}`" if _bare(address) in said else "") + found[0][len(address) :]

    return _ADDRESS_OR_EMAIL.sub(address_or_code, _with_known_links(text, followed))


def _with_known_links(text: str, addresses: AbstractSet[str]) -> str:
    def label_or_link(link: re.Match[str]) -> str:
        return link[0] if _bare(link["address"]) in addresses else link["label"]

    text = _IMAGE.sub("", text)
    text = _AUTOLINK.sub(r"\1", text)
    text = _TAG.sub("", text)
    return _LINK.sub(label_or_link, text)


def _bare(address: str) -> str:
    return address.rstrip(_TRAILING).rstrip("/")
