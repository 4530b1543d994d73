"""Give the chat widget its settings and take what askers say of answers."""

import asyncio
import hashlib
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse
from starlette.responses import Response

from support_bot.api.answers import AnswersDependency
from support_bot.api.askers import LIMITED, Rater
from support_bot.api.problems import Problem
from support_bot.api.schema import FeedbackRequest, WidgetConfig
from support_bot.conversations.feedback import Feedback

_FRESH_SECONDS = 300

router = APIRouter(prefix="/api/v1", tags=["widget"])


@router.get("/widget/config", response_model=WidgetConfig, responses={304: {"description": "As the ETag says."}})
async def widget_config(answers: AnswersDependency, if_none_match: Annotated[str, Header()] = "") -> Response:
    """Return the widget's settings; cacheable."""
    config = WidgetConfig(
        title=answers.title,
        accent=answers.accent,
        locale=answers.locale,
        suggestions=list(answers.suggestions),
        mode=answers.mode,
    )
    etag = f'"{hashlib.sha256(config.model_dump_json().encode()).hexdigest()[:16]}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={_FRESH_SECONDS}"}
    if etag in if_none_match:
        return Response(status_code=304, headers=headers)
    return JSONResponse(config.model_dump(), headers=headers)


@router.post("/feedback", status_code=204, responses={**LIMITED, 422: {"model": Problem}})
async def feedback(said: FeedbackRequest, rater: Rater, answers: AnswersDependency) -> Response:
    """Keep what an asker says of an answer."""
    kept = Feedback(message_id=said.message_id, rating=said.rating, reason=said.reason, comment=said.comment)
    await asyncio.to_thread(answers.feedback.add, kept)
    return Response(status_code=204)
