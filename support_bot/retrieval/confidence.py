"""Turn the scores of a question's passages into the probability that they suffice to answer it.

Each passage is judged by itself and the best one speaks for all: near in meaning here and the question's words there do
not add up to an answer. A passage's cosine and its coverage mean the same whether a site has a hundred passages or a
hundred thousand, which BM25 and normalised scores do not.

The default threshold, `SUPPORT_BOT_MIN_CONFIDENCE` = .33, follows from two costs. An answer withheld sends the asker to
a person; one beside the point is quoted, linked and soon dismissed, and costs half as much. Answering is then worth its
risk above a probability of 1/3. Of the sets named below it lets .97 of the answerable questions of small knowledge
bases pass (by words alone .98), .63 of those of the same subject whose articles are absent (.47) and .03 of far ones
(.06); in whole knowledge bases 1.00 (1.00) of the answerable and .19 (.37) of far ones.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.documents import Document


@dataclass(frozen=True, slots=True)
class Coefficients:
    """A logistic regression over a passage's scores."""

    cosine: float
    coverage: float
    constant: float

    def log_odds(self, *, cosine: float, coverage: float) -> float:
        """Return the logarithm of the odds that such a passage answers the question."""
        return self.cosine * cosine + self.coverage * coverage + self.constant


BY_MEANING = Coefficients(cosine=5.44, coverage=3.19, constant=-3.39)
"""For questions whose language the bundled embedding model speaks.

Fitted with `python -m tests.benchmarks.fit_confidence` on the questions of four public sets: Anthropic's documentation
QA, FeedbackQA (validation), the Zoomcamp FAQ and RGB's English facts; out-of-scope questions of CLINC150 were the far
ones. Each set left out in turn, the area under the ROC curve is .85 to .97 in small knowledge bases (40 articles)
against questions of the same subject whose articles were absent, .98 to 1.00 against far ones; in whole ones .59 to .86
with the right articles taken out (where what is left often answers too), .99 to 1.00 against far ones. Probabilities
are for traffic of which four questions in five have an answer. Another model's cosines need another fit.
"""

BY_WORDS = Coefficients(cosine=0.0, coverage=8.08, constant=-1.84)
"""For questions in a script that the embedding model does not speak, found by their words alone.

Fitted likewise on E.SUN Bank's FAQ and RGB in Chinese, CMRC 2018 being far: .92 and .97 in small knowledge bases with
the article absent, 1.00 against far ones; .76 and .63 in whole ones with the right articles taken out.
"""


def confidence(documents: Sequence[Document]) -> float | None:
    """Return the probability that the best of these passages answers the question they were found for, 0 for none.

    None when the retriever gives no scores: `cosine` and `coverage` of `knowledge.search.Hit`, in the metadata.
    """
    if not documents:
        return 0.0
    evidence = [_log_odds(document) for document in documents if "coverage" in document.metadata]
    return 1 / (1 + math.exp(-max(evidence))) if evidence else None


def _log_odds(document: Document) -> float:
    cosine, coverage = document.metadata["cosine"], document.metadata["coverage"]
    if cosine is None:  # the embedding model does not speak the question's language
        return BY_WORDS.log_odds(cosine=0.0, coverage=coverage)
    return BY_MEANING.log_odds(cosine=cosine, coverage=coverage)
