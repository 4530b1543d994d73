"""The unit of search and citation: a run of a document's text under its headings."""

from dataclasses import dataclass

from knowledge.audience import Audience


@dataclass(frozen=True, slots=True)
class Passage:
    """Some consecutive blocks of a document. Offsets are Unicode code points of the stored document text."""

    id: str
    document_id: str
    source: str  # where the document came from: a path below its folder
    title: str
    headings: tuple[str, ...]  # below the title, outermost first
    text: str  # the stored document text from start to end
    start: int
    end: int
    locale: str  # a BCP 47 tag, "" when unknown
    product: str  # that it is about, as its team calls it; "" when it is about none in particular
    audience: Audience
    updated: str  # an ISO date, "" when unknown
    url: str  # the document's own address, "" when it has none
    anchor: str  # the heading's fragment in that address, "" when it has none
    page: int  # on which it begins, from 1; 0 when its format has no pages
    stale_since: str = ""  # when its source was first found to fail, ISO 8601, UTC; "" while it can be read

    @property
    def section(self) -> str:
        """The heading path as a reader sees it: `Install > On a server`."""
        return " > ".join(self.headings) or self.title


def primary_language(locale: str) -> str:
    """Return the language of a BCP 47 tag without script and region: `pt` of `pt-BR`, and of `pt_BR` too."""
    return locale.replace("_", "-").partition("-")[0].lower()
