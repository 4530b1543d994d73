"""Turn the commands that change what is served at once into what they print: hide, unhide, roll back."""

from contextlib import closing
from pathlib import Path

from langchain_core.documents import Document

from knowledge.catalog import Catalog
from knowledge.documents import Documents, metadata_of
from knowledge.errors import NotServed
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
    manifest = read_manifest(catalog.serving())
    return (
        f"Generation {number} of {manifest.created} serves again, with {manifest.documents} documents. "
        f"Generation {left.name if left else '?'} is kept: the same command goes back to it. The next import "
        "that finds something to do builds a new one."
    )


def _served(name: str, *, catalog: Catalog) -> Document:
    folder = catalog.serving()
    file: Path = folder / read_manifest(folder).scopes["internal"] / "documents.sqlite3"
    with closing(Documents.open(file)) as documents:
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
