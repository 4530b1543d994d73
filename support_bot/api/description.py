"""Turn the application into its OpenAPI description, the stream's events included."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from support_bot.api.wire import EVENTS

_REF = "#/components/schemas/{model}"


def described(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description, with a schema for the data of every event."""
    if app.openapi_schema:
        return app.openapi_schema
    description = get_openapi(title=app.title, version=app.version, routes=app.routes)
    _, events = models_json_schema([(model, "serialization") for model in EVENTS.values()], ref_template=_REF)
    schemas: dict[str, Any] = description["components"]["schemas"]
    schemas.update(events["$defs"])
    streamed = description["paths"]["/api/v1/chat"]["post"]["responses"]["200"]["content"]["text/event-stream"]
    streamed["schema"] = {"type": "string", "description": "Server-sent events; x-events gives each one's data."}
    streamed["x-events"] = {name: {"$ref": _REF.format(model=model.__name__)} for name, model in EVENTS.items()}
    app.openapi_schema = description
    return description
