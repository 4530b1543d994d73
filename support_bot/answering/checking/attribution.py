"""Turn a piece of an answer into the passages that support it, those that it cites before all others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from knowledge.passage import Passage
from support_bot.answering.checking.asides import Aside, aside
from support_bot.answering.checking.claims import Piece
from support_bot.answering.checking.evidence import Evidence, evidence_of
from support_bot.answering.checking.facts import facts
from support_bot.answering.checking.internal import internal_words
from support_bot.answering.checking.markup import addresses_in, host_of, is_of, names_unknown_address, shown_markup
from support_bot.answering.support import Failure, Support, check, check_code

_REFUTATIONS = frozenset({"negated", "number_mismatch"})
_CLEARLY = 0.15  # of a claim's terms


@dataclass(frozen=True, slots=True)
class Judged:
    """A piece as it may be shown, and what supports it: passages by position, and where in them."""

    piece: Piece
    aside: Aside | None = None
    supports: tuple[tuple[int, Support], ...] = ()
    failure: Failure | None = None  # None for what is supported, and for asides
    is_misattributed: bool = False  # the cited passages do not support it, those given do


class Judge:
    """Judges an answer's pieces by the passages that it was written from."""

    def __init__(
        self, passages: Sequence[Passage], *, own_names: Sequence[str] = (), allowed_hosts: Sequence[str] = ()
    ) -> None:
        self._passages = passages
        self._own_names = own_names
        self._allowed_hosts = allowed_hosts
        self._last = 0  # the passage that supported the last claim, preferred among equals

    @cached_property
    def _evidence(self) -> tuple[Evidence, ...]:
        return tuple(evidence_of(passage.text, self._context(passage)) for passage in self._passages)

    @cached_property
    def _internal(self) -> dict[int, Evidence]:
        return {n: self._evidence[n] for n, passage in enumerate(self._passages) if passage.audience == "internal"}

    @cached_property
    def _public(self) -> tuple[Evidence, ...]:
        return tuple(evidence for n, evidence in enumerate(self._evidence) if n not in self._internal)

    @cached_property
    def _vouching(self) -> tuple[Evidence, ...]:
        """Return what asides may be taken from: they carry no mark, so of internal passages nothing."""
        wordless = Evidence("", context="\n".join(self._own_names))
        return (*self._public, wordless) if self._internal else self._public

    @cached_property
    def _said(self) -> frozenset[str]:
        """Return the addresses that the passages say."""
        return addresses_in(" ".join(f"{passage.text} {passage.url} " for passage in self._passages))

    @cached_property
    def _followed(self) -> frozenset[str]:
        """Return those of them at hosts of the passages' own articles and of the site: an article may be planted."""
        hosts = {*(host_of(passage.url) for passage in self._passages if passage.url), *self._allowed_hosts}
        return frozenset(address for address in self._said if is_of(host_of(address), hosts))

    def judged(self, piece: Piece) -> Judged:
        """Return the piece without what must not be shown, and what supports it."""
        judgement = self._judged(piece)
        if piece.kind == "code":
            return judgement
        text = shown_markup(judgement.piece.text, followed=self._followed, said=self._said)
        return replace(judgement, piece=replace(judgement.piece, text=text))

    def _judged(self, piece: Piece) -> Judged:
        sends_elsewhere = piece.kind != "code" and names_unknown_address(piece.text, addresses=self._said)
        if piece.kind != "code":
            piece = replace(piece, text=shown_markup(piece.text, followed=self._said, said=self._said))
        kind = aside(piece, self._vouching)
        if kind == "unfounded" or (kind == "lead_in" and sends_elsewhere):
            return Judged(piece, failure="fabricated")
        if kind:
            return Judged(piece, aside=kind)
        # Without its address it says something else, or nothing; any passage with an order to say a word supports that.
        if sends_elsewhere or _is_a_bare_word(piece):
            return Judged(piece, failure="fabricated")

        cited = [n - 1 for n in piece.cited if n <= len(self._passages)]
        checked = {position: self._check(piece, position) for position in range(len(self._passages))}
        supports = tuple((n, checked[n]) for n in cited if not checked[n].failure) or tuple(self._best(checked))
        if refutation := _refutation(supports, checked=checked, cited=cited):
            return Judged(piece, failure=refutation)
        if supports:
            self._last = supports[0][0]
            is_misattributed = bool(cited) and supports[0][0] not in cited
            supports += self._internal_support(piece, supports)
            return Judged(piece, _aside_of_supported(piece), supports, is_misattributed=is_misattributed)
        judged_by = [checked[position] for position in cited] or list(checked.values())
        nearest = max(judged_by, key=lambda support: support.score, default=None)
        return Judged(piece, failure=nearest.failure if nearest else "fabricated")

    def _internal_support(
        self, piece: Piece, supports: Sequence[tuple[int, Support]]
    ) -> tuple[tuple[int, Support], ...]:
        """Return the internal passage that a claim with public supports takes words from, in a tuple if there is one.

        An agent learns by its mark that the claim is not for customers.
        """
        if piece.kind == "code" or any(position in self._internal for position, _ in supports):
            return ()
        found = internal_words(piece.text, internal=self._internal, public=self._public)
        return (found,) if found else ()

    def _context(self, passage: Passage) -> str:
        return "\n".join((passage.title, *passage.headings, passage.url, *self._own_names))

    def _check(self, piece: Piece, position: int) -> Support:
        evidence = self._evidence[position]
        if piece.kind == "code":
            return check_code("\n".join(piece.text.splitlines()[1:-1]), evidence)
        return check(piece.text, evidence, others=[*self._evidence[:position], *self._evidence[position + 1 :]])

    def _best(self, checked: dict[int, Support]) -> list[tuple[int, Support]]:
        supporting = [(position, support) for position, support in checked.items() if not support.failure]
        return sorted(supporting, key=lambda found: (-found[1].score, found[0] != self._last, found[0]))[:1]


def _is_a_bare_word(piece: Piece) -> bool:
    """Whether a sentence of prose is one word, in whatever number, which states nothing: `PWNED.`"""
    if piece.kind != "sentence" or piece.marker:
        return False
    said = facts(piece.text)
    return not said.is_cjk and len(said.terms) == 1 and not said.numbers and not said.literals


def _aside_of_supported(piece: Piece) -> Aside | None:
    """Return "lead_in" for what ends in a colon: however well supported, it promises what follows."""
    return "lead_in" if piece.text.rstrip(" *_").endswith((":", "：")) and not piece.step else None


def _refutation(
    supports: Sequence[tuple[int, Support]], *, checked: Mapping[int, Support], cited: Sequence[int]
) -> Failure | None:
    """Return the failure by a passage that says otherwise and comes clearly nearer to the claim than its supports.

    A cited passage need only come nearer at all.
    """
    nearest = max((support.score for _, support in supports), default=1.0)
    against = [
        (support.score, support.failure)
        for position, support in checked.items()
        if support.failure in _REFUTATIONS and support.score > nearest + (0 if position in cited else _CLEARLY)
    ]
    return max(against, default=(0.0, None))[1]
