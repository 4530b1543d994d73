"""Serve the built front end to any website: it is public, and a page elsewhere imports it as a module."""

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class OpenStaticFiles(StaticFiles):
    """Static files that any origin may read."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file with the headers that let a module be imported from another website."""
        response = await super().get_response(path, scope)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"  # an ETag makes that one small request
        return response
