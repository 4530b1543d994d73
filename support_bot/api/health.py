"""Tell a supervisor whether the process lives and whether it can answer, and show what each problem type means."""

import asyncio
from html import escape

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from support_bot.answering.events import Mode
from support_bot.api.answers import AnswersDependency
from support_bot.api.problems import PROBLEM_TYPES, Problem, ServerRestarting
from support_bot.api.runs import RunsDependency

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The process lives."""

    status: str = "ok"


class Readiness(BaseModel):
    """Questions can be answered."""

    status: str = "ready"
    generation: int
    documents: int
    passages: int
    mode: Mode
    degraded: str | None = Field(description="Why that mode, or the newest index, is not in use; null while both are.")


@router.get("/healthz")
async def healthz() -> Health:
    """Say that the process lives."""
    return Health()


@router.get("/readyz", responses={503: {"model": Problem}})
async def readyz(answers: AnswersDependency, runs: RunsDependency) -> Readiness:
    """Say what answers questions now; 503 while nothing does, and once the server is about to end."""
    if runs.is_leaving:
        raise ServerRestarting
    manifest = await asyncio.to_thread(answers.knowledge_base.manifest)
    return Readiness(
        generation=manifest.number,
        documents=manifest.documents,
        passages=manifest.passages,
        mode=answers.mode,
        degraded=await asyncio.to_thread(answers.degraded)
        or ("index_damaged" if answers.knowledge_base.is_behind else None),
    )


@router.get("/problems/{slug}", include_in_schema=False)
async def problem_type(slug: str) -> HTMLResponse:
    """Show what a problem type means."""
    if slug not in PROBLEM_TYPES:
        raise HTTPException(404)
    kind = PROBLEM_TYPES[slug]
    return HTMLResponse(
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(kind.title)}</title>"
        f"<h1>{escape(kind.title)}</h1><p>{escape(kind.remedy)}</p>"
    )
