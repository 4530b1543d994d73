"""Turn a server's address and a site's key into the package of its Zendesk app, and check such a package.

What a package must hold is what Zendesk's own validator asks for:
https://developer.zendesk.com/documentation/apps/app-developer-guide/manifest/
https://developer.zendesk.com/documentation/apps/app-developer-guide/setup/
"""

import io
import json
import struct
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from support_bot.panel.logo import logo

_LOGOS = {"assets/logo.png": 320, "assets/logo-small.png": 128}  # and the pixels of a side
_MANIFEST, _TRANSLATION = "manifest.json", "translations/{locale}.json"
_LOCATIONS = frozenset(
    "top_bar nav_bar ticket_sidebar new_ticket_sidebar user_sidebar organization_sidebar ticket_editor background "
    "modal".split()
)
_PARAMETERS = frozenset("text password checkbox url number multiline hidden dropdown oauth".split())
_MOMENT = (2020, 1, 1, 0, 0, 0)  # of every file, so that the same app is the same bytes


def package(*, address: str, site_key: str, author: str, email: str, version: str) -> bytes:
    """Return the app as a zip file, to be uploaded as a private app."""
    manifest = {
        "name": "Support Bot",
        "author": {"name": author, "email": email},
        "version": version,
        "frameworkVersion": "2.0",
        "defaultLocale": "en",
        "private": True,
        "signedUrls": True,
        "location": {
            "support": {
                "ticket_sidebar": {
                    "url": f"{address.rstrip('/')}/panel?host=zendesk&site={quote(site_key, safe='')}",
                    "flexible": True,
                }
            }
        },
        "parameters": [],
    }
    translation = {
        "app": {
            "name": "Support Bot",
            "short_description": "Drafts replies from your help centre, each sentence with its source.",
            "long_description": "When a ticket is opened, a reply is drafted from your help centre and your internal "
            "articles. Each sentence is tied to the passage that supports it; nothing is sent before you do.",
            "installation_instructions": "Upload the app as a private app, copy its public key from the app's page, "
            "and give it to the server: `python -m support_bot keys add zendesk --name zendesk --public-key FILE`.",
            "parameters": {},
        }
    }
    files = {
        _MANIFEST: _json(manifest),
        _TRANSLATION.format(locale="en"): _json(translation),
        **{name: logo(side) for name, side in _LOGOS.items()},
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.external_attr = 0o644 << 16  # whoever unpacks it can read it
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def faults(package: bytes) -> list[str]:
    """Return what Zendesk would refuse about a package, one line each."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    try:
        manifest = json.loads(files[_MANIFEST])
    except (KeyError, ValueError):
        return ["manifest.json is missing, or no JSON"]
    return [*_of_manifest(manifest), *_of_translation(manifest, files), *_of_logos(files)]


def _of_manifest(manifest: Mapping[str, Any]) -> Iterator[str]:
    author = manifest.get("author") or {}
    for name in ("name", "email"):
        if not author.get(name):
            yield f"author.{name} is missing"
    if manifest.get("frameworkVersion") != "2.0":
        yield f"frameworkVersion is 2.0, not {manifest.get('frameworkVersion')!r}"
    if not manifest.get("defaultLocale"):
        yield "defaultLocale is missing"
    locations = (manifest.get("location") or {}).get("support") or {}
    if not locations:
        yield "location is missing"
    for location, given in locations.items():
        if location not in _LOCATIONS:
            yield f"location {location!r} is none of Zendesk's"
        url = given.get("url", "") if isinstance(given, dict) else given
        if not _is_address(url):
            yield f"the address of {location} is an https:// address or a file below assets/, not {url!r}"
    for parameter in manifest.get("parameters", []):
        if parameter.get("type", "text") not in _PARAMETERS:
            yield f"parameter {parameter.get('name')!r} has no type {parameter.get('type')!r}"
        if parameter.get("secure") and parameter.get("type") == "hidden":
            yield f"parameter {parameter.get('name')!r} is hidden, so it cannot be secure"


def _of_translation(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[str]:
    name = _TRANSLATION.format(locale=manifest.get("defaultLocale"))
    try:
        app = json.loads(files[name])["app"]
    except (KeyError, ValueError, TypeError):
        yield f"{name} is missing, or has no app"
        return
    for field in ("name", "short_description", "long_description", "installation_instructions"):
        if not app.get(field):
            yield f"{name}: app.{field} is missing"
    for parameter in manifest.get("parameters", []):
        if parameter.get("name") not in app.get("parameters", {}):
            yield f"{name}: app.parameters.{parameter.get('name')} is missing"


def _of_logos(files: Mapping[str, bytes]) -> Iterator[str]:
    for name, side in _LOGOS.items():
        content = files.get(name, b"")
        if not content.startswith(b"\x89PNG") or struct.unpack(">II", content[16:24]) != (side, side):
            yield f"{name} is no PNG of {side} by {side} pixels"


def _is_address(url: object) -> bool:
    parts = urlsplit(str(url))
    return (parts.scheme == "https" and bool(parts.hostname)) or str(url).startswith("assets/")


def _json(content: object) -> bytes:
    return f"{json.dumps(content, indent=2, ensure_ascii=False)}\n".encode()
