"""Turn a folder of articles, questions and judgements in BEIR's layout into typed questions with their right answers.

corpus.jsonl     one article a line: {"id", "title", "text"[, "url"]}
queries.jsonl    one question a line: {"id", "text"[, "answer"]}
qrels.tsv        a heading, then one judgement a line: query-id, corpus-id, score (0 for not relevant)
claims.jsonl     if it is there, one judged sentence a line: {"query-id", "text", "supported"[, "evidence"]}
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from support_bot.evaluation.errors import DatasetError

CORPUS = "corpus.jsonl"
_QUERIES = "queries.jsonl"
_QRELS = "qrels.tsv"
_CLAIMS = "claims.jsonl"
_QRELS_COLUMNS = ["query-id", "corpus-id", "score"]


@dataclass(frozen=True, slots=True)
class Query:
    """A question and what is known to answer it."""

    id: str
    text: str
    relevance: Mapping[str, int]  # of each article that answers it, by id: 1 or more; even of one that is not there
    answer: str = ""  # what somebody wrote as the right answer


class JudgedClaim(BaseModel):
    """A sentence that answers a question, and whether the articles support it, as somebody judged."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    query: str = Field(alias="query-id")
    text: str = Field(min_length=1)
    supported: bool
    evidence: str = ""  # the words of an article that support it


@dataclass(frozen=True, slots=True)
class Dataset:
    """Articles in a file, and the questions that have judgements."""

    name: str
    corpus: Path
    articles: int
    queries: tuple[Query, ...]


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    id: str = Field(pattern=r"^\S+$")  # a run file separates its columns by spaces
    text: str
    answer: object = ""  # a list of spellings, in some datasets, is no answer in sentences


def dataset(folder: Path) -> Dataset:
    """Return the dataset in this folder, without the questions that no article is judged to answer.

    Raises DatasetError for a file that is missing, and for the first line that is not what it should be.
    """
    articles = {line.id for line in _lines(folder / CORPUS)}
    relevance = _relevance(folder / _QRELS)
    queries = tuple(
        Query(
            id=line.id,
            text=line.text,
            relevance=relevance[line.id],
            answer=line.answer if isinstance(line.answer, str) else "",
        )
        for line in _lines(folder / _QUERIES)
        if line.id in relevance
    )
    if not any(articles & query.relevance.keys() for query in queries):
        raise DatasetError(
            f"{folder / _QRELS} ties no id of {_QUERIES} to one of {CORPUS}. Compare the ids of the files."
        )
    return Dataset(name=folder.resolve().name, corpus=folder / CORPUS, articles=len(articles), queries=queries)


def judged_claims(folder: Path) -> list[JudgedClaim] | None:
    """Return the judged sentences beside a dataset, None when nobody judged any. Raises DatasetError for a bad line."""
    file = folder / _CLAIMS
    if not file.exists():
        return None
    claims = []
    for number, line in _numbered(file):
        try:
            claims.append(JudgedClaim.model_validate_json(line))
        except ValidationError as error:
            raise _bad(file, number, 'must be a JSON object with "query-id", "text" and "supported"') from error
    return claims


def _relevance(file: Path) -> dict[str, dict[str, int]]:
    relevance: dict[str, dict[str, int]] = {}
    for number, line in _numbered(file):
        columns = line.split("\t")
        if number == 1:
            if columns != _QRELS_COLUMNS:
                raise _bad(file, number, f"must be the columns {', '.join(_QRELS_COLUMNS)}, separated by tabs")
            continue
        if len(columns) != len(_QRELS_COLUMNS) or not columns[2].strip().lstrip("-").isdecimal():
            raise _bad(file, number, "must be a query's id, an article's id and a whole number, separated by tabs")
        query, article, score = columns[0], columns[1], int(columns[2])
        if score > 0:
            relevance.setdefault(query, {})[article] = score
    return relevance


def _lines(file: Path) -> Iterator[_Line]:
    seen: set[str] = set()
    for number, line in _numbered(file):
        try:
            found = _Line.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = f" at {first['loc'][0]!r}" if first["loc"] else ""
            raise _bad(file, number, f'must be a JSON object with "id" and "text": {first["msg"]}{where}') from error
        if found.id in seen:
            raise _bad(file, number, f"repeats the id {found.id!r}; each must be there once")
        seen.add(found.id)
        yield found


def _numbered(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their numbers from 1."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise DatasetError(
            f"{file} does not exist. Give a folder that holds {CORPUS}, {_QUERIES} and {_QRELS}."
        ) from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"{file} is not UTF-8 at byte {error.start}. Convert the file.") from error
    # Not splitlines: JSON may hold line separators of Unicode as they are.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.rstrip("\r")


def _bad(file: Path, number: int, fault: str) -> DatasetError:
    return DatasetError(f"{file}, line {number}: {fault}.")
