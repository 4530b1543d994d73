"""Find in a text what looks like a key or password that somebody left there by mistake."""

import math
import re
from collections import Counter
from collections.abc import Iterator

_KEYS = re.compile(
    r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"  # Amazon
    r"|\bAIza[\w-]{35}\b"  # Google
    r"|\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{50,}\b|\bglpat-[\w-]{20,}"  # GitHub, GitLab
    r"|\bxox[abprs]-[\w-]{20,}"  # Slack
    r"|\b[rs]k_live_[A-Za-z0-9]{16,}\b"  # Stripe
    r"|\bsk-(?:[a-z]+-)*[A-Za-z0-9_-]{32,}"  # OpenAI and others
    r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}"  # a JSON web token
)
_NAMED = re.compile(
    r"(?i)\b(?:(?:password|passwd|pwd|secret|api[ _-]?key|access[ _-]?key|auth[ _-]?token|access[ _-]?token)"
    r"[\"'`]?\s*(?:[:=]|is\b)|bearer)\s*[\"'`]?([A-Za-z0-9+/_.~!@#$%^&*-]{12,})"
)
_PLACEHOLDER = re.compile(r"(?i)example|sample|placeholder|your|test|dummy|xxx|\.\.\.|12345|<|\$\{|abcdef|changeme")
_LEAST_BITS = 3.3  # of information a character: words have less, keys have more


def likely_secrets(text: str) -> list[str]:
    """Return what looks like a secret, each once."""
    return list(dict.fromkeys(_found(text)))


def _found(text: str) -> Iterator[str]:
    for key in _KEYS.finditer(text):
        if not _PLACEHOLDER.search(key[0]):
            yield key[0]
    for named in _NAMED.finditer(text):
        value = named[1]
        if _is_random(value) and not _PLACEHOLDER.search(value) and not _KEYS.search(value):
            yield value


def _is_random(value: str) -> bool:
    kinds = (str.isupper, str.islower, str.isdigit)
    counts = Counter(value).values()
    bits = -sum(count / len(value) * math.log2(count / len(value)) for count in counts)
    return sum(any(map(kind, value)) for kind in kinds) >= 2 and any(map(str.isdigit, value)) and bits >= _LEAST_BITS
