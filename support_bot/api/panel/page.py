"""Turn `GET /panel`, and Zendesk's signed `POST /panel`, into the page that a helpdesk shows beside a ticket."""

import asyncio
from html import escape
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from support_bot.access.errors import KeyRefused, ProofRefused
from support_bot.access.keys import found_key
from support_bot.api.askers import door
from support_bot.api.panel.fates import FatesDependency
from support_bot.conversations.errors import StoreError

_LONGEST_FORM = 20_000  # bytes
_OWN_SCRIPTS = ("zendesk", "front")  # helpdesks whose client is a script of its own

router = APIRouter(include_in_schema=False)


@router.get("/panel")
async def panel(request: Request, site: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
    """Show the panel; agents sign in there by their keys."""
    return _page(request, refused=_unknown_site(request, site))


@router.post("/panel")
async def signed_panel(
    request: Request, fates: FatesDependency, site: Annotated[str, Query(max_length=200)] = ""
) -> HTMLResponse:
    """Show the panel to whom Zendesk names: its token lets them in once, and why not is said on the page."""
    refused = _unknown_site(request, site)
    if refused:
        return _page(request, refused=refused)
    try:
        entry = door(request).zendesk_entry(await _token(request))
        if not await asyncio.to_thread(fates.enter_once, entry.digest, ends=entry.ends):
            raise ProofRefused("Zendesk's token has been used before. Open the ticket anew, or sign in here.")
    except (ProofRefused, StoreError) as error:
        shown = str(error) if isinstance(error, ProofRefused) else "Nobody can be let in by Zendesk at the moment."
        return _page(request, refused=shown)
    return _page(request, token=door(request).let_in(entry.badge))


async def _token(request: Request) -> str:
    """Return the form's field of this name. Raises ProofRefused."""
    body = await request.body()
    if len(body) > _LONGEST_FORM:
        raise ProofRefused("What Zendesk sends is too long.")
    fields = parse_qs(body.decode("utf-8", "replace"))
    if not fields.get("token"):
        raise ProofRefused("Zendesk sends no token: set signedUrls in the app's manifest.")
    return fields["token"][0]


def _unknown_site(request: Request, site_key: str) -> str:
    """Return why the panel's address is not this site's, "" where it is, or names none."""
    if not site_key:
        return ""
    try:
        found = found_key(site_key, registry=door(request).registry, site=door(request).site)
    except KeyRefused:
        return "The panel's address names a site key that there is not, or that has ended: `sites list` shows it."
    return "" if found.kind == "site" else "The panel's address names a secret key: revoke it, and name the site key."


def _hosts_missing(site: str) -> str:
    return (
        f"No helpdesk is named that may show this panel. Run: python -m support_bot sites change {site} "
        "--panel-host https://example.zendesk.com"
    )


def _page(request: Request, *, token: str = "", refused: str = "") -> HTMLResponse:
    hosts = door(request).panel_hosts()
    reason = refused or ("" if hosts else _hosts_missing(door(request).site))
    metas = {"panel-hosts": " ".join(hosts), "agent-token": token, "sign-in-reason": reason}
    written = [f'<meta name="{name}" content="{escape(value)}">' for name, value in metas.items() if value]
    host = request.query_params.get("host", "")
    if host in _OWN_SCRIPTS:  # or it would be loaded only once the panel's script has run
        written.append(f'<link rel="modulepreload" href="/static/panel/{host}.js">')
    lines = "\n".join(written)
    return HTMLResponse(
        _PAGE.replace("<!-- metas -->", lines),
        headers={
            "Content-Security-Policy": _POLICY + " ".join(["frame-ancestors", *(hosts or ["'none'"])]),
            "Cache-Control": "no-store",  # it may hold a token
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        },
    )


_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; "
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<!-- metas -->
<title>Support Bot</title>
<link rel="icon" href="data:,">
<script type="module" src="/static/panel/panel.js"></script>
</head>
<body></body>
</html>
"""
