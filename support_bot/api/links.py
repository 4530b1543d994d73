"""Turn a passage into the address that leads to it."""

from urllib.parse import urlsplit

from knowledge.passage import Passage


def link(passage: Passage, *, start: int, end: int, base_url: str) -> str:
    """Return the address that leads to these words: the article's own, or our page that shows its stored text."""
    address = document_link(passage.document_id, passage.url, base_url=base_url)
    if not passage.url:
        return f"{address}?start={start}&end={end}#cited"
    in_pdf = passage.page and urlsplit(address).path.lower().endswith(".pdf")
    fragment = f"page={passage.page}" if in_pdf else passage.anchor
    return f"{address}#{fragment}" if fragment and "#" not in address else address


def document_link(document_id: str, url: str, *, base_url: str) -> str:
    """Return the address of a whole document: its own, or our page that shows its stored text."""
    if not url:
        return f"{base_url}/sources/{document_id}"
    return f"{base_url}{url}" if url.startswith("/") else url
