"""Turn a question into the passages of one scope that match it best by meaning and by words.

Vectors and terms each propose candidates; each candidate is then scored by both, the two score columns are brought to
one scale by their mean and deviation over the candidates, and added. Adding scores keeps what ranks throw away: a
passage that the vectors barely prefer cannot outvote one that the words find by far.

A question in a script that the model does not speak is ranked by words alone; one whose words are hardly found, as of
articles in another language, by meaning: where the passages found cover a share c of it, below .4, words count (c/.4)²
as much. So across languages, with the multilingual model, Recall@5 of thirty English questions about Chinese articles
rose from .57 to .73 (of thirty Chinese ones about English articles it is .83 with and without), nDCG@10 on esun-faq-zh
from .922 to .933; with the bundled model four sets changed by -.000 to +.003.

Then too, some passages, such as an overview, are near to any question: three tenths of how near a passage is to the
mean of a few questions about anything is taken off, the more so the less words count. nDCG@10 of eighty questions
between English and Chinese rose from .829 to .869 (95 % interval of the gain .009 to .073), Recall@5 from .925 to .938;
two or four tenths do about as well. Five sets in one language changed by -.002 to .000; taken off always, it cost
scifact .003 and esun-faq-zh .016. What did not help there, by Recall@5 of sixty such questions against .87: titles as a
second vector .80 to .85, less the nearness to the corpus's mean .77 to .87 or to a passage's neighbours .67 to .78, the
question moved towards its first passages .77 to .87, an article's second passage counted too .83 to .87, meaning alone
.85.

A passage in the asker's language counts two deviations more, so that a good one in another language can still lead; one
in their Chinese script one more; one about their product, or about none in particular, two. Of the three articles
nearest to 150 English questions that have no answer, in a help centre of four languages, .91 are English with the two,
.71 without; with 4, .97, but an article that exists in Spanish alone is then among an English question's eight passages
for 1 title of 29 (8 with 2, 13 without).

One list is made after the other: of 11 to 13 ms of the processor that a question takes in indexes of 1,000 to 3,000
passages, its embedding takes 5 to 7 and the list by words .2, so that side by side they would save a fiftieth.

What did not win on several sets, by nDCG@10 over claude-docs, feedbackqa-valid and zoomcamp-faq against this sum: words
weighed 1.4 times the meaning (+.009, -.004, +.003) or .7 times (-.011, +.005, -.004); scores brought to 0 to 1 instead
(-.003, -.002, +.002); articles with several candidates preferred (+.001, -.004, .000); vectors with the corpus's mean
taken out (-.004, -, -.001) or less their nearness to their neighbours (-.014, -, -.002); the question moved towards its
first passages (+.002, -, -.002); its content words embedded as well (+.001, -.006, +.003).
"""

import itertools
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from knowledge.embeddings import SentenceTransformersEmbeddings
from knowledge.generation import Index
from knowledge.lexical import Lexical
from knowledge.passage import Passage, primary_language
from knowledge.stop_words import content_terms
from knowledge.words import chinese_script, cjk_share, terms

_LONGEST = 4_000  # characters of a question that are read
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_CANDIDATES = 50  # from each side
_FOREMOST = 20  # candidates, among which an answer may be
_TIED = 8  # passages looked at beyond those returned, since their dates may lift them
_FRESHEST = 0.01
_FIRST_BY_WORDS = 5  # passages, of which one covers the question as well as any
_FOUND_WELL = 0.4
_COMMON = 0.3  # of a passage's nearness to any question
_OWN_LANGUAGE = 2.0
_OWN_SCRIPT = 1.0
_OWN_PRODUCT = 2.0
_MOSTLY_CJK = 0.3
_BEGINNING = 200  # characters of a passage, which tell its script


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with the scores that found it."""

    passage: Passage
    score: float  # sum of the normalised scores: comparable within one question only
    cosine: float | None  # None when the model does not speak the question's language
    bm25: float  # 0 when no term matches
    coverage: float  # the share of the question's content that stands in the passage, rare terms weighing more
    titled: float  # the share of its title's content that stands in the question
    is_across: bool  # whether question and passage are in scripts that share no words
    preference: float  # what of the score is for suiting the asker, however well it matches
    background: "Background"  # of the question: the same for all that was found for it


@dataclass(frozen=True, slots=True)
class Background:
    """What a question finds anyway, right or wrong: the same for all that was found for it.

    The scores are the means of its candidates below the foremost.
    """

    cosine: float
    bm25: float
    leaders: tuple["Leader", ...]  # the first by words


class Leader(NamedTuple):
    """A passage that words find before most others."""

    document_id: str
    bm25: float


def search(
    question: str,
    *,
    index: Index,
    embeddings: SentenceTransformersEmbeddings,
    count: int,
    language: str = "",
    product: str = "",
) -> list[Hit]:
    """Return the best passages, best first: at most as many as the two lists of candidates hold together.

    Passages in the asker's language and about the asker's product are preferred where one is given: `pt`, not `pt-BR`;
    Chinese with its script where it is known.
    """
    question = _HALF_CHARACTER.sub(" ", question[:_LONGEST])
    bm25 = index.lexical.best(question, count=_CANDIDATES)
    cosines: dict[str, float] = {}
    if embeddings.speaks(question):
        vector = embeddings.question_vector(question)
        cosines = index.vectors.nearest(vector, count=_CANDIDATES)
        # Each side also scores what only the other has found.
        only_meant = [id_ for id_ in cosines if id_ not in bm25]
        cosines |= index.vectors.similarities(vector, ids=[id_ for id_ in bm25 if id_ not in cosines])
        bm25 |= index.lexical.scores(question, ids=only_meant)

    weights = _weights(question, lexical=index.lexical)
    ids = list(cosines or bm25)
    first = index.documents.passages(list(bm25)[:_FIRST_BY_WORDS])
    scores = normalised([bm25.get(id_, 0.0) for id_ in ids])
    if cosines:
        words = _weight_of_words(weights, first)
        common = index.vectors.similarities(embeddings.any_question, ids=ids) if words < 1 else {}
        meaning = [cosines[id_] - _COMMON * (1 - words) * common.get(id_, 0.0) for id_ in ids]
        scores = scores * words + normalised(meaning)
    score_of = dict(zip(ids, scores.tolist(), strict=True))
    ranked = [ids[row] for row in np.argsort(-scores, kind="stable")]
    behind = background(
        [(cosines.get(id_, 0.0), bm25.get(id_, 0.0)) for id_ in ranked],
        leaders=[Leader(passage.document_id, bm25[passage.id]) for passage in first],
    )
    passages = index.documents.passages(ranked if language or product else ranked[: count + _TIED])
    freshness = _freshness(passages)
    preferences = {passage.id: _preference(passage, language=language, product=product) for passage in passages}
    for passage in passages:
        score_of[passage.id] += freshness[passage.updated] + preferences[passage.id]
    is_cjk = _is_cjk(question)
    return [
        Hit(
            passage=passage,
            score=score_of[passage.id],
            cosine=cosines.get(passage.id),
            bm25=bm25.get(passage.id, 0.0),
            coverage=_coverage(weights, passage),
            titled=_titled(weights, passage),
            is_across=_is_cjk(passage.text[:_BEGINNING]) != is_cjk,
            preference=preferences[passage.id],
            background=behind,
        )
        for passage in sorted(passages, key=lambda passage: score_of[passage.id], reverse=True)[:count]
    ]


def background(scores: Sequence[tuple[float, float]], *, leaders: Iterable[Leader]) -> Background:
    """Return the background of candidates' cosines and BM25 scores, best first; of few candidates it is the last.

    Of the leaders, too best first, as many are kept as tell an article from its rival.
    """
    below = scores[_FOREMOST:] or scores[-1:] or [(0.0, 0.0)]
    cosine, bm25 = np.mean(below, axis=0).tolist()
    return Background(cosine=cosine, bm25=bm25, leaders=tuple(itertools.islice(leaders, _FIRST_BY_WORDS)))


def _preference(passage: Passage, *, language: str, product: str) -> float:
    """Return how much better a passage suits its asker; one that says nothing of language or product suits anybody."""
    wanted, script = primary_language(language), language.partition("-")[2]
    suits = 0.0
    if language and primary_language(passage.locale) in (wanted, ""):
        suits += _OWN_LANGUAGE
    if script and chinese_script(passage.text) in (script, ""):
        suits += _OWN_SCRIPT
    if product and passage.product.casefold() in (product.casefold(), ""):
        suits += _OWN_PRODUCT
    return suits


def _freshness(passages: Sequence[Passage]) -> dict[str, float]:
    """Return what each date adds to a score: the newest of these a hundredth, one without a date nothing.

    It decides between passages that match alike, such as two editions of one article, and nothing else.
    """
    dates = sorted({passage.updated for passage in passages})
    return {date: _FRESHEST * rank / len(dates) if date else 0.0 for rank, date in enumerate(dates, start=1)}


def _weights(question: str, *, lexical: Lexical) -> dict[str, float]:
    """Return the weight of each content term of the question: its inverse document frequency."""
    return {
        term: math.log(1 + (len(lexical) + 0.5) / (lexical.document_frequency(term) + 0.5))
        for term in dict.fromkeys(content_terms(question))
    }


def _coverage(weights: dict[str, float], passage: Passage) -> float:
    if not weights:
        return 0.0
    present = set(terms(" ".join((passage.title, *passage.headings, passage.text))))
    return sum(weight for term, weight in weights.items() if term in present) / sum(weights.values())


def _titled(weights: dict[str, float], passage: Passage) -> float:
    title = set(content_terms(passage.title))
    return len(title & weights.keys()) / len(title) if title else 0.0


def _weight_of_words(weights: dict[str, float], passages: Sequence[Passage]) -> float:
    """Return how much the words found say beside the meaning; passages are the first that they found."""
    best = max((_coverage(weights, passage) for passage in passages), default=0.0) if weights else 1.0
    return min(best / _FOUND_WELL, 1.0) ** 2


def _is_cjk(text: str) -> bool:
    return cjk_share(text) >= _MOSTLY_CJK


def normalised(scores: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return scores on the scale that sums are made on: their mean is 0 and their deviation 1."""
    column = np.array(scores, dtype=np.float64)
    deviation = column.std() if column.size else 0.0
    return (column - column.mean()) / deviation if deviation > 0 else np.zeros_like(column)
