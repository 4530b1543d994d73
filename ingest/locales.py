"""Turn a source's location into the language that its name or a folder says it is in."""

import re

_LANGUAGES = frozenset(
    "af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu he hi hr hu hy id is it ja ka kk km "
    "kn ko ky lo lt lv mk ml mn mr ms my nb ne nl nn no pa pl ps pt ro ru si sk sl so sq sr sv sw ta te th tl tr uk "
    "ur uz vi zh zu".split()
)
_ALSO_WORDS = frozenset("am id is it my no so".split())  # a folder called `it` need not be Italian
_TAG = r"([a-z]{2,3})(?:[-_]([A-Z][a-z]{3}))?(?:[-_]([A-Z]{2}|[a-z]{2}|\d{3}))?"
_FOLDER = re.compile(_TAG)
_SUFFIX = re.compile(rf"\._?{_TAG}$")  # guide.es.md, guide._es.md
_REGIONAL_SUFFIX = re.compile(
    r"[-_]([a-z]{2,3})[-_](?:([A-Z][a-z]{3})|([A-Z]{2}))$"
)  # guide_pt-BR.md; guide_in.md is not


def locale_in(location: str) -> str:
    """Return the BCP 47 tag in a location, the file's name before its folders; "" when there is none."""
    *folders, name = location.partition("#")[0].split("/")
    stem = name.rsplit(".", 1)[0]
    found = [match for match in (_SUFFIX.search(stem), _REGIONAL_SUFFIX.search(stem)) if match]
    found += [match for folder in reversed(folders) if (match := _FOLDER.fullmatch(folder))]
    return next(filter(None, map(_tag, found)), "")


def _tag(found: re.Match[str]) -> str:
    language, script, region = found.groups()
    is_word = language in _ALSO_WORDS and not (script or region or found[0].startswith("."))
    if language not in _LANGUAGES or is_word:
        return ""
    return "-".join(part for part in (language, script, region.upper() if region else "") if part)
