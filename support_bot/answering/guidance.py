"""Turn what a site has set about its answers into lines for the model, and into what is not answered at all."""

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.words import terms

MAX_CHARACTERS = 200  # of one setting: each answer pays for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """How a site wants to be spoken for."""

    tone: str = ""
    forbidden_topics: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # to be written exactly so
    own_names: tuple[str, ...] = ()  # the site's own, which an answer may say where an article does not
    allowed_hosts: tuple[str, ...] = ()  # to whose addresses an answer may send, besides those of the articles

    def lines(self) -> Iterator[str]:
        """Yield the guidance as instructions."""
        if self.tone:
            yield f"Tone: {self.tone}"
        if self.names:
            yield f"Write these names exactly so, in every language: {', '.join(self.names)}"
        if self.forbidden_topics:
            yield f"Say nothing about: {', '.join(self.forbidden_topics)}"

    def forbids(self, question: str) -> bool:
        """Whether a question names a forbidden topic: all words of one, in whatever order."""
        asked = frozenset(terms(question))
        return any(asked.issuperset(terms(topic)) for topic in self.forbidden_topics)


NO_GUIDANCE = Guidance()


def checked(value: str) -> str:
    """Return a line of guidance. Raises ValueError for one that a prompt should not hold."""
    if not value.isprintable() or not terms(value):
        raise ValueError(f"guidance is one line of words, without invisible characters; it was {value!r}")
    if len(value) > MAX_CHARACTERS:
        raise ValueError(f"guidance has at most {MAX_CHARACTERS} characters, since each answer pays for them")
    if "<" in value or "://" in value:
        raise ValueError(f"guidance has no tags and no addresses, which the model never sees; it was {value!r}")
    return value
