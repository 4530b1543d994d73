"""Turn a cited document's id into a page that shows its stored text with the cited words marked."""

import asyncio
from collections.abc import Iterator
from html import escape
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import HTMLResponse, JSONResponse
from langchain_core.documents import Document
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from knowledge.documents import Block, metadata_of
from support_bot.api.answers import AnswersDependency
from support_bot.api.problems import Problem

router = APIRouter(tags=["sources"])

_PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin",
}


class StoredDocument(BaseModel):
    """A document as it is stored: citations' offsets are code points of its text."""

    id: str
    title: str
    url: str
    locale: str
    updated: str
    text: str


@router.get(
    "/sources/{document_id}",
    response_model=StoredDocument,
    responses={200: {"content": {"text/html": {}}}, 404: {"model": Problem}},
)
async def source(
    document_id: str,
    answers: AnswersDependency,
    start: Annotated[int, Query(ge=0, description="First code point of the cited words.")] = 0,
    end: Annotated[int, Query(ge=0, description="The code point after the last of them.")] = 0,
    accept: Annotated[str, Header()] = "text/html",
) -> Response:
    """Show a document to those who may read it, with the words from start to end marked."""
    document = await asyncio.to_thread(answers.knowledge_base.document, document_id, scope=answers.principal.audience)
    if document is None:
        raise HTTPException(404)
    metadata = metadata_of(document)
    if "application/json" in accept:
        stored = StoredDocument(
            id=document_id,
            title=metadata["title"],
            url=metadata["url"],
            locale=metadata["locale"],
            updated=metadata["updated"],
            text=document.page_content,
        )
        return JSONResponse(stored.model_dump())
    return HTMLResponse(_page(document, start=start, end=end), headers=_PAGE_HEADERS)


def _page(document: Document, *, start: int, end: int) -> str:
    metadata = metadata_of(document)
    text = document.page_content
    updated = f'<p class="updated"><time>{escape(metadata["updated"])}</time></p>' if metadata["updated"] else ""
    title_stands = any(text[block["start"] : block["end"]] == metadata["title"] for block in metadata["blocks"])
    title = "" if title_stands else f"<h1>{escape(metadata['title'])}</h1>"
    blocks = "\n".join(_elements(text, metadata["blocks"], start=start, end=end))
    return f"""<!doctype html>
<html lang="{escape(metadata["locale"])}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(metadata["title"])}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/source.css">
</head>
<body>
<main>
{title}
{updated}
{blocks}
</main>
</body>
</html>
"""


def _elements(text: str, blocks: list[Block], *, start: int, end: int) -> Iterator[str]:
    marked, page = False, 0
    for block in blocks:
        if block["page"] > page:
            page = block["page"]
            yield f'<p class="page">Page {page}</p>'
        content, has_mark = _marked(text, block, start=start, end=end, first=not marked)
        marked = marked or has_mark
        match block["kind"]:
            case "heading":
                level = min(block["depth"], 6)
                anchor = f' id="{escape(block["anchor"])}"' if block["anchor"] else ""
                yield f"<h{level}{anchor}>{content}</h{level}>"
            case "code" | "table":
                yield f"<pre>{content}</pre>"
            case "item":
                yield f'<p class="item depth-{min(block["depth"], 4)}">{content}</p>'
            case "text":
                yield f"<p>{content}</p>"


def _marked(text: str, block: Block, *, start: int, end: int, first: bool) -> tuple[str, bool]:
    """Return a block's text as HTML, the part of it that is cited marked, and whether there is any."""
    begin, stop = max(block["start"], start), min(block["end"], end)
    if begin >= stop:
        return escape(text[block["start"] : block["end"]]), False
    before, cited, after = text[block["start"] : begin], text[begin:stop], text[stop : block["end"]]
    anchor = ' id="cited"' if first else ""
    return f"{escape(before)}<mark{anchor}>{escape(cited)}</mark>{escape(after)}", True
