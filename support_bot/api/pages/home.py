"""Turn the articles that are served into the front page of a help centre, with the chat widget on it."""

import asyncio
from collections.abc import Iterator
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from langchain_core.documents import Document

from knowledge.documents import metadata_of
from knowledge.errors import KnowledgeBaseEmpty
from knowledge.words import sentences
from support_bot.api.answers import Answers, AnswersDependency, base_url
from support_bot.api.askers import site_key
from support_bot.api.links import document_link

_SHOWN = 60  # articles
_SUMMARY_CHARACTERS = 140
_MODES = {
    "extractive": "Answers are quoted from the articles: no language model is connected.",
    "generated": "Answers are written by a language model, and each sentence is checked against the articles.",
    "pinned": "",
}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin",
}

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request, answers: AnswersDependency) -> HTMLResponse:
    """Show the articles, the widget, and how to put it on another page."""
    try:
        documents = await asyncio.to_thread(_articles, answers)
    except KnowledgeBaseEmpty:
        documents = []
    page = _page(documents, answers=answers, address=base_url(request), site_key=site_key(request))
    return HTMLResponse(page, headers=HEADERS)


@router.get("/design")
async def design() -> HTMLResponse:
    """Show every component and state of the widget."""
    return HTMLResponse(_DESIGN, headers=HEADERS)


def _articles(answers: Answers) -> list[Document]:
    found = answers.knowledge_base.documents(scope="public", count=_SHOWN)
    return sorted(found, key=lambda document: (metadata_of(document)["locale"], document.id))


def _page(documents: list[Document], *, answers: Answers, address: str, site_key: str) -> str:
    title = escape(answers.title)
    key = f' data-site-key="{site_key}"' if site_key else ""
    snippet = escape(f'<script async src="{address}/static/widget/widget.js"{key}></script>')
    policy = escape(f"script-src {address}; connect-src {address}")
    cards = "\n".join(_cards(documents, address=address))
    empty = (
        "" if documents else "<p>No articles have been ingested yet. Run <code>python -m ingest run PATH</code>.</p>"
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/home.css">
<script async src="/static/widget/widget.js"{key}></script>
<script defer src="/static/home.js"></script>
</head>
<body>
<header>
<p class="name">{title}</p>
<h1>How can we help?</h1>
<form id="ask" role="search">
<label for="question">Your question</label>
<input id="question" name="question" type="search" autocomplete="off" maxlength="2000"
 placeholder="Ask in your own words, in English or Chinese">
<button>Ask</button>
</form>
<p class="mode">{_MODES[answers.mode]}</p>
</header>
<main>
<section aria-labelledby="articles">
<h2 id="articles">Articles</h2>
{empty}
<ul class="articles">
{cards}
</ul>
</section>
<section aria-labelledby="install" class="install">
<h2 id="install">Put it on your website</h2>
<p>One line before <code>&lt;/body&gt;</code>, or anywhere else:</p>
<div class="snippet"><pre id="snippet"><code>{snippet}</code></pre><button id="copy" type="button">Copy</button></div>
<p>If your site has a Content-Security-Policy, add:</p>
<pre><code>{policy}</code></pre>
<p>Set your site up with <code>python -m support_bot sites add</code>, so that its visitors may ask.
To ask from a program instead, see <a href="/openapi.json">the API's description</a>.</p>
</section>
</main>
</body>
</html>
"""


def _cards(documents: list[Document], *, address: str) -> Iterator[str]:
    for document in documents:
        metadata = metadata_of(document)
        language = f' lang="{escape(metadata["locale"])}"' if metadata["locale"] else ""
        link = escape(document_link(str(document.id), metadata["url"], base_url=address))
        yield (
            f'<li{language}><a href="{link}"><strong>{escape(metadata["title"])}</strong> '
            f"<span>{escape(_summary(document))}</span></a></li>"
        )


def _summary(document: Document) -> str:
    """Return the first sentence that is no heading, cut to a line or two."""
    text = document.page_content
    blocks = metadata_of(document)["blocks"]
    prose = next((text[block["start"] : block["end"]] for block in blocks if block["kind"] == "text"), "")
    first = next((prose[start:end] for start, end in sentences(prose)), "")
    return first if len(first) <= _SUMMARY_CHARACTERS else f"{first[: _SUMMARY_CHARACTERS - 1]}…"


_DESIGN = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Design</title>
<link rel="icon" href="data:,">
<script type="module" src="/static/widget/design.js"></script>
</head>
<body><header></header><main></main></body>
</html>
"""
