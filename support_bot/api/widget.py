"""Give the chat widget its settings."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse
from starlette.responses import Response

from support_bot.api.answers import AnswersDependency
from support_bot.api.schema import WidgetConfig
from support_bot.api.wire import handoff_kind

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
        handoff=handoff_kind(url=answers.handoff_url, takes_handoffs=answers.takes_handoffs),
        handoff_url=answers.handoff_url,
        reply_time=answers.reply_time,
    )
    etag = f'"{hashlib.sha256(config.model_dump_json().encode()).hexdigest()[:16]}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={_FRESH_SECONDS}"}
    if etag in if_none_match:
        return Response(status_code=304, headers=headers)
    return JSONResponse(config.model_dump(), headers=headers)
