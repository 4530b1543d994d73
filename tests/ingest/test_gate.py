from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ingest.gate import Gate, Miss
from ingest.parser import Parser
from ingest.report import IngestReport
from knowledge.embedding_cache import EmbeddingCache
from knowledge.embeddings import BundledEmbeddings, Matrix, SentenceTransformersEmbeddings, Vector
from knowledge.errors import GenerationUnwritable, ModelUnusable
from knowledge.golden import GoldenQuestion
from tests.ingest.site import Site

pytestmark = pytest.mark.slow  # it parses and embeds

_SUBJECTS = ("parcels", "refunds", "invoices", "passwords", "gift cards", "warranties")
_QUESTIONS = tuple(
    GoldenQuestion(question=f"What about {subject}?", articles=(f"kb/{number}.md",))
    for number, subject in enumerate(_SUBJECTS)
)
_GATE = Gate(questions=_QUESTIONS)


@pytest.fixture
def site(tmp_path: Path, cache: EmbeddingCache, parser: Parser) -> Site:
    made = Site(tmp_path, cache, parser)
    for number in range(len(_SUBJECTS)):
        _write(made, number)
    return made


def _write(site: Site, number: int, *, audience: str = "public") -> None:
    subject = _SUBJECTS[number]
    site.write(f"{number}.md", f"---\naudience: {audience}\n---\n# On {subject}\n\nAll there is to know of {subject}.")


def _recall(report: IngestReport) -> tuple[float | None, float | None]:
    assert report.gate is not None
    return report.gate.recall, report.gate.recall_before


def test_what_finds_all_that_was_found_serves(site: Site) -> None:
    assert _recall(site.run(gate=_GATE)) == (1.0, None)
    site.write("new.md", "# Vouchers\n\nThey never expire.")
    report = site.run(gate=_GATE)
    assert (_recall(report), report.promoted) == ((1.0, 1.0), True)
    assert report.gate is not None and (report.gate.questions, report.gate.plan) == (6, None)


def test_what_loses_articles_is_refused_with_the_question_that_lost_each(site: Site) -> None:
    site.run(gate=_GATE)
    before = site.texts()
    _write(site, 1, audience="internal")
    report = site.run(gate=_GATE)
    assert (report.promoted, report.generation, _recall(report)) == (False, 1, (0.8333, 1.0))
    assert report.gate is not None
    (miss,) = report.gate.missed
    assert miss == Miss("What about refunds?", "kb/1.md", lost=True, finds=miss.finds)
    assert miss.finds.startswith("kb/") and miss.finds != "kb/1.md"
    assert report.gate.refused == ("Golden questions find 83% of their articles, and 100% in what serves.",)
    assert site.texts() == before
    assert not list(site.catalog.folder.glob("*.building"))


def test_a_fall_that_is_allowed_is_told_and_serves(site: Site) -> None:
    site.run(gate=_GATE)
    _write(site, 1, audience="internal")
    report = site.run(gate=Gate(questions=_QUESTIONS, recall_fall=0.2))
    assert report.promoted
    assert report.gate is not None and [miss.article for miss in report.gate.missed] == ["kb/1.md"]


def test_a_refused_generation_serves_when_somebody_accepts_just_what_it_lacks(site: Site) -> None:
    site.run(gate=_GATE)
    _write(site, 1, audience="internal")
    first = site.run(gate=_GATE).gate
    assert first is not None

    _write(site, 2, audience="internal")  # since then, one more is lost
    second = site.run(gate=_GATE, promote_anyway=first.plan)
    assert second.gate is not None
    assert (second.promoted, second.gate.accepted, second.gate.plan != first.plan) == (False, False, True)

    _write(site, 2)  # less than what was accepted is accepted
    third = site.run(gate=_GATE, promote_anyway=second.gate.plan)
    assert third.gate is not None
    assert (third.promoted, third.gate.accepted, third.generation) == (True, True, 2)
    assert not (site.catalog.folder / "refused.json").exists()


def test_documents_that_lose_their_text_are_refused_without_golden_questions_too(site: Site) -> None:
    for number in range(20):
        site.write(f"more-{number}.md", f"# More\n\nArticle {number}, on what only it is about.")
    site.run()
    for number in range(11):
        site.write(f"more-{number}.md", "# Sign in")
    report = site.run()
    assert (report.promoted, report.generation) == (False, 1)
    assert report.gate is not None
    assert len(report.gate.gone) == 11
    assert report.gate.refused[0].startswith("Of 26 documents that serve, 11 are missing or have lost more than half")
    assert site.run(promote_anyway=report.gate.plan).promoted


def test_a_few_documents_may_lose_their_text(site: Site) -> None:
    site.run()
    for number in range(5):
        site.write(f"{number}.md", "# Sign in")
    assert site.run().promoted


def test_deletions_that_somebody_approved_are_not_refused_again(site: Site) -> None:
    for number in range(20):
        site.write(f"more-{number}.md", f"# More\n\nArticle {number}.")
    site.run(gate=_GATE)
    for number in range(20):
        (site.articles / f"more-{number}.md").unlink()
    plan = site.run(gate=_GATE).plan
    report = site.run(gate=_GATE, approved_plan=plan)
    assert (report.promoted, report.deleted) == (True, 20)
    assert report.gate is not None and report.gate.gone == ()


def test_a_plan_of_deletions_outlives_a_refusal(site: Site) -> None:
    for number in range(20):
        site.write(f"more-{number}.md", f"# More\n\nArticle {number}.")
    site.run(gate=_GATE)
    for number in range(20):
        (site.articles / f"more-{number}.md").unlink()
    plan = site.run(gate=_GATE).plan
    _write(site, 1, audience="internal")
    refused = site.run(gate=_GATE, approved_plan=plan)
    assert refused.gate is not None and not refused.promoted
    both = site.run(gate=_GATE, approved_plan=plan, promote_anyway=refused.gate.plan)
    assert (both.promoted, both.deleted) == (True, 20)


def test_moved_documents_are_not_missed(site: Site) -> None:
    site.run()
    (site.articles / "moved").mkdir()
    for number in range(len(_SUBJECTS)):
        (site.articles / f"{number}.md").rename(site.articles / "moved" / f"{number}.md")
    report = site.run()
    assert report.gate is not None and (report.promoted, report.gate.gone) == (True, ())


def test_a_sudden_rise_is_refused_where_that_is_set(site: Site) -> None:
    site.run(gate=Gate(documents_rise=1))
    for number in range(11):
        site.write(f"copy-{number}.md", f"# Copy\n\nCopy {number}.")
    report = site.run(gate=Gate(documents_rise=1))
    assert report.gate is not None and not report.promoted
    assert report.gate.refused == ("There are 17 documents where 6 serve: more than INGEST_GATE_RISE allows.",)
    assert site.run(gate=Gate(documents_rise=1), promote_anyway=report.gate.plan).promoted


def test_a_first_generation_below_the_floor_never_serves(site: Site) -> None:
    wrong = GoldenQuestion(question="What about refunds?", articles=("kb/gone.md",))
    report = site.run(gate=Gate(questions=[*_QUESTIONS[:1], wrong], recall_floor=0.6))
    assert (report.promoted, report.generation, _recall(report)) == (False, None, (0.5, None))
    assert report.gate is not None and [(miss.article, miss.lost) for miss in report.gate.missed] == [
        ("kb/gone.md", False)
    ]
    assert site.catalog.current() is None


class _OtherModel(SentenceTransformersEmbeddings):
    """The bundled model under another name."""

    def __init__(self, name: str) -> None:
        super().__init__(name, multilingual=False, threads=1)
        self._bundled = BundledEmbeddings(threads=1)

    def passage_vectors(self, texts: list[str]) -> Matrix:
        return self._bundled.passage_vectors(texts)

    def question_vector(self, text: str) -> Vector:
        return self._bundled.question_vector(text)


class _Broken(_OtherModel):
    """A model that embeds passages and no question."""

    def question_vector(self, text: str) -> Vector:
        raise RuntimeError("it is broken")


def test_what_cannot_be_searched_never_serves_and_leaves_nothing_on_the_disk(tmp_path: Path, site: Site) -> None:
    site.run()
    before = site.texts()
    with closing(EmbeddingCache(tmp_path / "vectors", embeddings=_Broken("all-MiniLM-L6-v2"))) as broken:
        site.cache = broken
        _write(site, 1, audience="internal")
        with pytest.raises(GenerationUnwritable, match=r"2.building cannot be searched: it is broken"):
            site.run()
    assert site.texts() == before
    assert not list(site.catalog.folder.glob("*.building"))


def _no_model(name: str) -> SentenceTransformersEmbeddings:
    raise ModelUnusable(f"{name} is gone.")


@pytest.mark.parametrize(("model_named", "before"), [(_OtherModel, 1.0), (_no_model, None)])
def test_a_change_of_the_model_is_judged_by_the_model_before_while_that_can_be_had(
    tmp_path: Path,
    parser: Parser,
    site: Site,
    model_named: Callable[[str], SentenceTransformersEmbeddings],
    before: float | None,
) -> None:
    gate = Gate(questions=_QUESTIONS, model_named=model_named)
    with closing(EmbeddingCache(tmp_path / "vectors", embeddings=_OtherModel("old"))) as old:
        site.cache = old
        site.run(gate=gate, recipe="old")
    with closing(EmbeddingCache(tmp_path / "vectors", embeddings=_OtherModel("new"))) as new:
        site.cache = new
        report = site.run(gate=gate, recipe="new")
    assert (report.promoted, _recall(report)) == (True, (1.0, before))
