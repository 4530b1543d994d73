"""Turn the scores of a question's passages into the probability that they suffice to answer it.

Each passage is judged by itself and the best one speaks for all: near in meaning here and the question's words there do
not add up to an answer. Its cosine, its coverage and how much of its title the question says mean the same whether a
site has a hundred passages or a hundred thousand, which normalised scores do not; its lifts tell how far it stands
above what the question finds anyway, its lead how far above the next article.

The default threshold, `SUPPORT_BOT_MIN_CONFIDENCE` = .3, is for a precision: on traffic of which four questions in
five have an answer, 90 % of those that pass have one above .33 by meaning and above .11 by words, each set left out
of the fit in turn; this lies between. It lets .98 of the answerable questions of small knowledge bases pass (by words
.98), .65 of those of the same subject whose articles are absent (.37), .06 of far ones (.08). `python -m support_bot
eval abstention` measures a team's own questions, names their threshold for a precision, and fits the coefficients to
them.
"""

import dataclasses
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from langchain_core.documents import Document
from pydantic import TypeAdapter, ValidationError

from knowledge.search import Hit
from knowledge.settings import MULTILINGUAL_MODEL


class Evidence(NamedTuple):
    """What one passage's scores say about it."""

    cosine: float  # 0 where the embedding model does not speak the question's language
    coverage: float
    cosine_lift: float  # above the background
    bm25_lift: float  # of the logarithm
    titled: float
    bm25_lead: float  # of the logarithm, above the best passage of another article


@dataclass(frozen=True, slots=True)
class Coefficients:
    """A logistic regression over a passage's evidence."""

    cosine: float
    coverage: float
    cosine_lift: float
    bm25_lift: float
    constant: float
    titled: float = 0.0
    bm25_lead: float = 0.0

    def log_odds(self, evidence: Evidence) -> float:
        """Return the logarithm of the odds that such a passage answers the question."""
        slopes = (self.cosine, self.coverage, self.cosine_lift, self.bm25_lift, self.titled, self.bm25_lead)
        return sum(slope * value for slope, value in zip(slopes, evidence, strict=True)) + self.constant


@dataclass(frozen=True, slots=True)
class Calibration:
    """Coefficients for questions whose language the embedding model speaks, and for those found by words alone.

    A model that finds one language by another has others for passages in a script that the question is not in.
    """

    by_meaning: Coefficients
    by_words: Coefficients
    across: Coefficients | None = None

    def log_odds(self, hit: Hit) -> float:
        """Return the logarithm of the odds that a hit answers the question it was found for."""
        coefficients = self.by_words if hit.cosine is None else self.by_meaning
        if hit.is_across and hit.cosine is not None:
            coefficients = self.across or coefficients
        return coefficients.log_odds(evidence_of(hit))

    def write(self, file: Path) -> None:
        """Keep it in a file that `read_calibration` reads."""
        file.write_text(json.dumps(dataclasses.asdict(self), indent=2) + "\n", encoding="utf-8")


class CalibrationUnusable(ValueError):
    """The file is not one that `eval abstention --fit` wrote: the text says so."""


SHIPPED = Calibration(
    by_meaning=Coefficients(
        cosine=6.46, coverage=1.84, cosine_lift=1.26, bm25_lift=0.83, titled=0.85, bm25_lead=0.95, constant=-4.86
    ),
    by_words=Coefficients(
        cosine=0.0, coverage=8.98, cosine_lift=0.0, bm25_lift=1.20, titled=4.08, bm25_lead=1.72, constant=-5.25
    ),
)
"""Fitted by `python -m tests.benchmarks.fit_confidence` to public sets: Anthropic's documentation QA, FeedbackQA
(validation), the Zoomcamp FAQ, RGB's English facts and SciFact; E.SUN Bank's FAQ and CMRC 2018 for words alone. Far
questions are CLINC150's out-of-scope ones and RGB's Chinese ones. Another model's cosines need another fit.

Each set left out in turn, the area under the ROC curve is .86 to .99 in small knowledge bases (40 articles) against
questions of the same subject whose articles are absent, .98 to 1.00 against far ones; in whole ones against the same
questions with their right articles taken out, where what is left often answers too: claude-docs .84, feedbackqa-valid
.71, zoomcamp-faq .88, scifact .79, rgb-en-fact .53, esun-faq-zh .79, cmrc2018-dev .98; .98 to 1.00 against far ones.
The calibration error is .017 by meaning and .024 by words.

Without the lifts: feedbackqa-valid .63, zoomcamp-faq .85, scifact .77, esun-faq-zh .74. Without title and lead:
claude-docs .82, feedbackqa-valid .69, zoomcamp-faq .88, scifact .78, esun-faq-zh .78, cmrc2018-dev .96. What did not
win on several of these sets beside the lifts: the share of the question in the best sentence, in forty words in a row
or in word pairs (+.002 to -.008), the rarest word not found (esun-faq-zh -.028), the share of words that no article has
(rgb-en-fact -.011), the number of the question's words (esun-faq-zh -.026), the lead in cosines (.000 to -.003), lifts
as deviations of the background (feedbackqa-valid -.012), how the question covers the headings (esun-faq-zh -.046), the
ranks by meaning and by words (+.011 to -.003; beside the title's share +.010 to -.004), the lead in coverage
(esun-faq-zh +.026, but rgb-en-fact -.008 and zoomcamp-faq -.002). With the fused score feedbackqa-valid gained .014,
but small knowledge bases lost .015 on claude-docs, and where several articles answer (rgb-en-fact) it points the wrong
way (.52).
"""

_MULTILINGUAL = Calibration(
    by_meaning=Coefficients(cosine=38.79, coverage=4.47, cosine_lift=5.70, bm25_lift=1.23, constant=-37.03),
    by_words=SHIPPED.by_words,
    across=Coefficients(cosine=131.28, coverage=0.0, cosine_lift=0.0, bm25_lift=0.0, constant=-106.87),
)
"""Fitted in the same way to E.SUN Bank's FAQ and the shorter articles of Anthropic's documentation QA, with either set
left out in turn: .85 on both against the same questions with their right articles taken out, .97 and .87 in small
knowledge bases against questions of the same subject, .99 to 1.00 against far ones; the calibration error is .021.

Across languages no word is shared and the cosines are lower than those of far questions in one language: by the same
coefficients six of sixty such questions have a confidence above .3. There the cosine alone decides, fitted to sixty
questions of `tests.benchmarks.cross_language` and as many far ones (CLINC150's in English of Chinese articles, RGB's
and E.SUN Bank's of English ones): 58 of the sixty pass. Its area against far questions is .97 in either direction,
against the same questions with their right articles taken out .55 (English) and .66 (Chinese): it tells the subject,
hardly the article. With one direction fitted and the other measured, .82 and 1.00 of the answerable pass .3, and .05
and .27 of the far ones.
"""


def shipped(embedding_model: str) -> Calibration:
    """Return the calibration for a model's cosines: one that was not measured is taken to be like the bundled one."""
    return _MULTILINGUAL if embedding_model == MULTILINGUAL_MODEL else SHIPPED


def evidence_of(hit: Hit) -> Evidence:
    """Return what a hit's scores say about it."""
    return Evidence(
        cosine=hit.cosine or 0.0,
        coverage=hit.coverage,
        cosine_lift=0.0 if hit.cosine is None else hit.cosine - hit.background.cosine,
        bm25_lift=math.log1p(hit.bm25) - math.log1p(hit.background.bm25),
        titled=hit.titled,
        bm25_lead=math.log1p(hit.bm25) - math.log1p(_rival(hit)),
    )


def _rival(hit: Hit) -> float:
    """Return the BM25 score of the best passage of another article; where one article leads alone, of its last."""
    leaders = hit.background.leaders
    others = (leader.bm25 for leader in leaders if leader.document_id != hit.passage.document_id)
    return next(others, leaders[-1].bm25 if leaders else 0.0)


def confidence(documents: Sequence[Document]) -> float | None:
    """Return the probability that the best of these passages answers the question they were found for, 0 for none.

    None when the retriever does not say: `log_odds` in a document's metadata.
    """
    if not documents:
        return 0.0
    odds = [float(document.metadata["log_odds"]) for document in documents if "log_odds" in document.metadata]
    return probability(max(odds)) if odds else None


def probability(log_odds: float) -> float:
    """Return the probability that has these logarithmic odds."""
    return 1 / (1 + math.exp(-log_odds))


def read_calibration(file: Path) -> Calibration:
    """Return the calibration in a file. Raises CalibrationUnusable."""
    try:
        return TypeAdapter(Calibration).validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise CalibrationUnusable(
            f"{file} cannot be read as a calibration. Write one with `eval abstention --fit`, or leave "
            "SUPPORT_BOT_CALIBRATION empty."
        ) from error
