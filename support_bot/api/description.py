"""Turn the application into its OpenAPI description, the stream's events included."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from support_bot.api.problems import MEDIA_TYPE, Problem
from support_bot.api.streams import STREAMS

_METHODS = ("get", "post", "delete")
_REF = "#/components/schemas/{model}"


def described(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description, with a schema for the data of every event."""
    if app.openapi_schema:
        return app.openapi_schema
    description = get_openapi(title=app.title, version=app.version, routes=app.routes)
    for path, events in STREAMS.items():
        _tell_events(description, path, events)
    _tell_problems(description)
    app.openapi_schema = description
    return description


def _tell_events(description: dict[str, Any], path: str, events: Mapping[str, type[BaseModel]]) -> None:
    """Say what a stream's events carry."""
    _, schemas = models_json_schema([(model, "serialization") for model in events.values()], ref_template=_REF)
    description["components"]["schemas"].update(schemas["$defs"])
    streamed = description["paths"][path]["post"]["responses"]["200"]["content"]["text/event-stream"]
    streamed["schema"] = {
        "type": "object",
        "description": "One server-sent event; x-events gives the JSON of each one's data.",
        "properties": {name: {"type": "string"} for name in ("id", "event", "data")},
        "required": ["id", "event", "data"],
    }
    streamed["x-events"] = {name: {"$ref": _REF.format(model=model.__name__)} for name, model in events.items()}


def _tell_problems(description: dict[str, Any]) -> None:
    """Say that whatever is refused or fails is answered by a problem, where FastAPI names its own shape."""
    problems = {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model=Problem.__name__)}}}
    for path in description["paths"].values():
        for responses in (path[method]["responses"] for method in _METHODS if method in path):
            for status, response in responses.items():
                if status >= "400":
                    response["content"] = problems
            responses["default"] = {"description": "A problem.", "content": problems}
    for name in ("HTTPValidationError", "ValidationError"):
        description["components"]["schemas"].pop(name, None)
