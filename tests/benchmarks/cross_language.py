"""Turn questions and a help centre in two languages into how many find, in the other language, the article they need.

    python -m tests.benchmarks.cross_language HELP_CENTRE --data DIR

HELP_CENTRE holds each article in a file of its own for each language, as that of login.gov does: NAME._en.md and
NAME._zh.md. The questions are those of cross_language.jsonl beside this file. Each is asked of a knowledge base without
articles in its own language, so that only meaning, or a name that both share, can find anything. The model is the one
that KNOWLEDGE_EMBEDDING_MODEL names.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings, embeddings_named
from knowledge.settings import KnowledgeSettings
from support_bot.evaluation.metrics import METRICS, estimate
from support_bot.retrieval.knowledge_base import KnowledgeBase

_QUESTIONS = Path(__file__).with_suffix(".jsonl")
_FOLDER = "help"  # which a source's name begins with
_DEPTH = 100  # passages that are asked for, to rank their articles
_DIRECTIONS = {"zh": "en", "en": "zh"}  # of a question, to its article


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the article in the other language that answers it."""

    language: str
    text: str
    article: str


def questions() -> list[Question]:
    """Return the questions; an id begins with the question's language."""
    rows = map(json.loads, _QUESTIONS.read_text(encoding="utf-8").splitlines())
    return [Question(row["id"].partition("-")[0], row["text"], row["article"]) for row in rows]


def index(help_centre: Path, *, language: str, data_dir: Path) -> None:
    """Bring a site that holds this language's articles alone up to date, by the pipeline of production."""
    with tempfile.TemporaryDirectory() as folder:
        for file in help_centre.rglob(f"*._{language}.md"):
            copy = Path(folder, _FOLDER) / file.relative_to(help_centre)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        command = [sys.executable, "-m", "ingest", "run", str(Path(folder, _FOLDER)), "--audience", "public"]
        place = ["--site", language, "--data", str(data_dir), "--json"]
        subprocess.run([*command, *place], stdout=subprocess.DEVNULL, check=True)


def ranked(
    asked: list[Question], *, language: str, data_dir: Path, embeddings: SentenceTransformersEmbeddings
) -> Iterator[tuple[Question, tuple[str, ...]]]:
    """Yield each question with the articles of this language found for it, best first."""
    with closing(KnowledgeBase(catalog=Catalog(data_dir, language), embeddings=embeddings)) as knowledge_base:
        for question in asked:
            hits = knowledge_base.search(question.text, scope="public", count=_DEPTH)
            yield question, tuple(dict.fromkeys(hit.passage.source.removeprefix(f"{_FOLDER}/") for hit in hits))


def lines(found: list[tuple[Question, tuple[str, ...]]]) -> Iterator[str]:
    """Yield each metric with its interval, for each direction and for all."""
    for label, chosen in {
        **{
            f"{one} asked of {other}": [pair for pair in found if pair[0].language == one]
            for one, other in _DIRECTIONS.items()
        },
        "both": found,
    }.items():
        figures = []
        for name in ("Recall@5", "P@1", "nDCG@10"):
            told = estimate([METRICS[name](articles, {question.article: 1}) for question, articles in chosen])
            figures.append(f"{name} {told.mean:.3f} [{told.low:.3f} to {told.high:.3f}]")
        yield f"{label} ({len(chosen)} questions): {', '.join(figures)}"
    for question, articles in found:
        if question.article not in articles[:5]:
            yield f"  not among the first five: {question.text}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure questions in one language of articles in another.")
    parser.add_argument("help_centre", type=Path, metavar="HELP_CENTRE")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data directory to index below")
    options = parser.parse_args()
    settings = KnowledgeSettings()
    embeddings = embeddings_named(
        settings.embedding_model,
        multilingual=settings.embedding_multilingual,
        threads=settings.embedding_threads,
    )
    print(f"model: {embeddings.name}")
    found: list[tuple[Question, tuple[str, ...]]] = []
    for asked, answering in _DIRECTIONS.items():
        index(options.help_centre, language=answering, data_dir=options.data)
        chosen = [question for question in questions() if question.language == asked]
        found += ranked(chosen, language=answering, data_dir=options.data, embeddings=embeddings)
    print("\n".join(lines(found)))


if __name__ == "__main__":
    main()
