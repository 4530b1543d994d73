"""Turn a cited document's id into a page that shows its stored text with the cited words marked."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from knowledge.documents import metadata_of
from support_bot.api.answers import AnswersDependency
from support_bot.api.askers import REFUSALS, Reader
from support_bot.api.pages.document import HEADERS, document_page
from support_bot.api.problems import Problem
from support_bot.api.schema import Stale

router = APIRouter(tags=["sources"])


class StoredDocument(BaseModel):
    """A document as it is stored: citations' offsets are code points of its text."""

    id: str
    title: str
    url: str
    locale: str
    updated: str
    stale_since: str = Stale
    text: str


@router.get(
    "/sources/{document_id}",
    response_model=StoredDocument,
    responses={200: {"content": {"text/html": {}}}, **REFUSALS, 404: {"model": Problem}},
)
async def source(
    document_id: str,
    reader: Reader,
    answers: AnswersDependency,
    start: Annotated[int, Query(ge=0, description="First code point of the cited words.")] = 0,
    end: Annotated[int, Query(ge=0, description="The code point after the last of them.")] = 0,
    accept: Annotated[str, Header()] = "text/html",
) -> Response:
    """Show a document to those who may read it, with the words from start to end marked."""
    document = await asyncio.to_thread(answers.knowledge_base.document, document_id, scope=reader.audience)
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
            stale_since=metadata.get("stale_since", ""),
            text=document.page_content,
        )
        return JSONResponse(stored.model_dump())
    page = document_page(document, start=start, end=end, site_title=answers.title)
    return HTMLResponse(page, headers=HEADERS)
