"""Turn the commands that change what is served at once into what they print: hide, unhide, roll back."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from langchain_core.documents import Document

from knowledge.catalog import Catalog
from knowledge.documents import Documents, metadata_of
from knowledge.errors import KnowledgeError, NotServed
from knowledge.generation import read_manifest


def hidden(name: str, *, catalog: Catalog) -> str:
    """Hide a document, named by its source, its id or its address, and say so."""
    document = _served(name, catalog=catalog)
    source = metadata_of(document)["source"]
    catalog.hidden.hide(str(document.id), source=source)
    return f"{source} is hidden from the next question on. To show it again: python -m support_bot unhide {document.id}"


def shown(name: str, *, catalog: Catalog) -> str:
    """Show a hidden document again, named by its source or id, and say so."""
    for document_id, source in catalog.hidden.sources().items():
        if name in (document_id, source):
            catalog.hidden.unhide(document_id)
            return f"{source} is shown again from the next question on."
    names = ", ".join(sorted(catalog.hidden.sources().values())) or "none"
    raise NotServed(f"No document {name!r} is hidden. Hidden are: {names}.")


def rolled_back(*, catalog: Catalog) -> str:
    """Let the generation before serve again, and say which."""
    with catalog.writing():
        left = catalog.current()
        number = catalog.roll_back()
    serving = catalog.serving()
    manifest = read_manifest(serving)
    said = (
        f"Generation {number} of {manifest.created} serves again, with {manifest.documents} documents. "
        f"Generation {left.name if left else '?'} is kept: the same command goes back to it. The next import "
        "builds a new one from the articles as they are then."
    )
    gone = _sources(left) if left else None
    back = [] if gone is None else sorted((_sources(serving) or set()) - gone)
    if not back:
        return said
    return (
        f"{said} Until then {len(back)} deleted or moved articles answer again, such as {back[0]}: hide what must not."
    )


def _sources(folder: Path) -> set[str] | None:
    """Return the sources of a generation, None when it is damaged: that may be why it was left."""
    with suppress(KnowledgeError, sqlite3.Error), closing(_documents(folder)) as documents:
        return set(documents.versions())
    return None


def _documents(folder: Path) -> Documents:
    return Documents.open(folder / read_manifest(folder).scopes["internal"] / "documents.sqlite3")


def _served(name: str, *, catalog: Catalog) -> Document:
    with closing(_documents(catalog.serving())) as documents:
        document_id = name.partition("#")[0].partition("?")[0].rstrip("/").rpartition("/sources/")[2]
        if (document := documents.document(document_id)) is not None:
            return document
        for document in documents.all():
            metadata = metadata_of(document)
            if name == metadata["source"] or (metadata["url"] and name == metadata["url"]):
                return document
    raise NotServed(
        f"Site {catalog.site!r} has no document {name!r}. Give its source as the import names it, "
        "such as kb/refunds.md, or the address of a source that an answer links to."
    )
