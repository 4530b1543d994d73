"""Take from Markdown what programs add to it: MDX's code and components, Jekyll's and kramdown's tags."""

import re
from collections.abc import Iterator

_FENCE = re.compile(r"^\s*(```+|~~~+)")
_TAG_OVER_LINES = re.compile(r"^[ \t]*<[A-Z][\w.]*\s[^<>]*>", re.MULTILINE)
_TAG = re.compile(r"</?(?:[A-Z][\w.]*(?:\s[^<>]*)?)?/?>")
_TITLE = re.compile(r"""\b(?:title|label|header|summary)=\{?["'`]([^"'`]+)["'`]""")
_CODE_LINE = re.compile(r"^(?:import\s.*\bfrom\b.*|import\s+['\"].*|export\s+(?:const|let|default|function)\b.*)$")
_COMMENT = re.compile(r"\{/\*.*?\*/\}", re.DOTALL)
_LIQUID = re.compile(r"\{%.*?%\}")
_ATTRIBUTES = re.compile(r"\{:[^}\n]*\}")  # kramdown's: {: .class}
_CODE_SPAN = re.compile(r"(`+[^`\n]*`+)")


def without_tags(text: str) -> str:
    """Return Markdown without the tags of Jekyll and kramdown. Those in code are its text."""
    return "\n".join(line if is_code else _outside_spans(line) for line, is_code in _lines(text))


def without_components(text: str) -> str:
    """Return the Markdown in an MDX file: what its components hold, under their titles."""
    text = _TAG_OVER_LINES.sub(lambda tag: " ".join(tag[0].split()), _COMMENT.sub("", text))
    written: list[str] = []
    margin: int | None = 0  # by which a component's inside is set in; None until its first line tells
    for line, is_code in _lines(text):
        if not is_code and _CODE_LINE.match(line):
            continue
        if not is_code and "<" in line and not _TAG.sub("", line).strip():
            title = _TITLE.search(line)
            written += ["", f"**{title[1]}**" if title else "", ""]
            margin = None
            continue
        if margin is None and line.strip():
            margin = len(line) - len(line.lstrip())
        shifted = line[min(margin or 0, len(line) - len(line.lstrip())) :]
        written.append(shifted if is_code else "".join(_without_inline_tags(shifted)))
    return "\n".join(written)


def _without_inline_tags(line: str) -> Iterator[str]:
    for part in _CODE_SPAN.split(line):
        yield part if part.startswith("`") else _TAG.sub("", part)


def _outside_spans(line: str) -> str:
    parts = _CODE_SPAN.split(line)
    return "".join(part if part.startswith("`") else _ATTRIBUTES.sub("", _LIQUID.sub("", part)) for part in parts)


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it belongs to a code listing."""
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            yield line, True
            if mark and mark[1].startswith(fence) and line.strip() == mark[1]:
                fence = ""
        else:
            fence = mark[1] if mark else ""
            yield line, bool(mark)
