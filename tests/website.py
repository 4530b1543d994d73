"""A made-up help centre as a website: articles between navigation, banners and footers, in several kinds of mark-up."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

_WORDS = (
    "account billing invoice reset password device sync export report filter member workspace plan upgrade refund "
    "shipping label return policy address payment card bank transfer limit quota alert webhook token session browser "
    "mobile desktop offline backup restore archive"
).split()
_NAVIGATION = "".join(f'<li><a href="/articles/{number}">NAV Topic number {number}</a></li>' for number in range(30))
_CRUMBS = '<div class="breadcrumbs"><a href="/">CRUMB Home</a> / <a href="/guides">CRUMB Guides</a></div>'
_COOKIES = (
    '<div id="cookie-banner" class="cookie-consent"><p>COOKIE We use cookies to improve your experience on our website '
    "and to show personalised content. By clicking accept you agree.</p><button>COOKIE Accept all</button></div>"
)
_BESIDE = (
    '<div class="sidebar"><h3>SIDE Related articles</h3><ul><li><a href="/articles/1">SIDE One</a></li></ul></div>'
)
_VOTES = '<div class="article-votes"><span>VOTE Was this article helpful?</span><p>VOTE 12 out of 30 say yes</p></div>'
_FOOT = (
    '<div class="footer"><p>FOOT Copyright 2026 Example Inc.</p><ul><li><a href="/terms">FOOT Terms</a></li></ul></div>'
)
STYLES = 4


@dataclass(frozen=True, slots=True)
class Made:
    """A page and the article in it."""

    path: str
    article: str
    html: str


def pages(count: int, *, style: int | None = None) -> Iterator[Made]:
    """Yield pages that lead to each other, each style in turn or all of one."""
    for number in range(count):
        chance = random.Random(number)
        article = _article(chance, number, count=count)
        yield Made(
            f"/articles/{number}", article, _page(article, number, style=number % STYLES if style is None else style)
        )


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words)).capitalize() + f" {chance.randint(1, 99_999)}."


def _article(chance: random.Random, number: int, *, count: int) -> str:
    parts = [f"<h1>Article {number} {_sentence(chance, 4)}</h1>"]
    for section in range(chance.randint(1, 5)):
        if section:
            parts.append(f'<h2 id="s{section}">{_sentence(chance, 4)}</h2>')
        parts += [_block(chance, number, count=count) for _ in range(chance.randint(1, 3))]
    return "".join(parts)


def _block(chance: random.Random, number: int, *, count: int) -> str:
    kind = chance.random()
    if kind < 0.5:
        link = f'<a href="/articles/{(number * 7 + 1) % count}">{_sentence(chance, 3)}</a>'
        return f"<p>{_sentence(chance, 12)} {_sentence(chance, 9)} {link} {_sentence(chance, 8)}</p>"
    if kind < 0.7:
        items = "".join(f"<li>{_sentence(chance, chance.randint(3, 8))}</li>" for _ in range(chance.randint(2, 6)))
        return f"<ol>{items}</ol>"
    if kind < 0.8:
        return f"<ul>{''.join(f'<li><p>{_sentence(chance, 5)}</p></li>' for _ in range(3))}</ul>"
    if kind < 0.9:
        rows = "".join(
            f"<tr><td>{_sentence(chance, 2)}</td><td>{chance.randint(1, 99)} USD</td></tr>" for _ in range(3)
        )
        return f"<table><tr><th>Plan</th><th>Price</th></tr>{rows}</table>"
    return f"<pre><code>curl -X POST https://api.example.com/{chance.randint(1, 9999)}\n  --data 1</code></pre>"


def _page(article: str, number: int, *, style: int) -> str:
    following = f'<a href="/articles/{number + 1}">NAV Next</a><a href="https://elsewhere.test/{number}">NAV Else</a>'
    menu = f"<ul>{_NAVIGATION}</ul>"
    body = (
        f"<header><nav>{menu}{following}</nav></header><main><article>{article}</article></main>{_COOKIES}"
        f"<footer>{_FOOT}</footer>",
        f'{_COOKIES}<nav class="topbar">{menu}{following}</nav>{_CRUMBS}<div class="container">'
        f'<div class="article-body">{article}</div>{_VOTES}{_BESIDE}</div>{_FOOT}',
        f'{_COOKIES}<div class="menu">{menu}<nav>{following}</nav></div><main>{_CRUMBS}'
        f'<div class="content">{article}</div>{_VOTES}{_BESIDE}</main>{_FOOT}',
        f'<div class="a1">{menu}{following}</div><div class="a2">{article}</div>'
        f'<div class="a3">{_FOOT}{_COOKIES}</div>',
    )[style]
    return f"<!doctype html><html lang=en><head><title>Article {number}</title></head><body>{body}</body></html>"
