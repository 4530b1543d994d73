"""Keep every test on this machine, and build what many tests share once."""

import contextlib
import ipaddress
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from ingest.parser import Limits, Parser
from ingest.pipeline import ingest
from ingest.progress import Progress
from ingest.quarantine import Quarantine
from ingest.sources.folder import sources_below
from knowledge.audience import Audience
from knowledge.catalog import Catalog
from knowledge.embedding_cache import EmbeddingCache
from knowledge.embeddings import SentenceTransformersEmbeddings, embeddings_named
from knowledge.settings import BUNDLED_MODEL

settings.register_profile("default", deadline=None)
settings.register_profile("soak", deadline=None, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))  # noqa: TID251

LIMITS = Limits(seconds=60, megabytes=1000)
ARTICLES = Path(__file__).parent.parent / "knowledge" / "articles"


_left: list[str] = []  # connections that tried to leave this machine


def _stay_on_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or arguments[0].family == socket.AF_UNIX:
        return
    host = str(arguments[1][0])
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        _left.append(host)  # a library may swallow what is raised here
        raise AssertionError(f"a test connects to {host}")


sys.addaudithook(_stay_on_this_machine)

# Before any fixture builds settings: no test sees those of whoever runs it.
for _name in list(os.environ):  # noqa: TID251
    if _name.startswith(("SUPPORT_BOT_", "KNOWLEDGE_", "INGEST_", "RUNAPI_")):
        del os.environ[_name]  # noqa: TID251
# A model that is asked the same twice answers twice: the tests of the cache say that they want one.
os.environ["SUPPORT_BOT_ANSWER_CACHE_SIZE"] = "0"  # noqa: TID251


@pytest.fixture(scope="session", autouse=True)
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Run in an empty folder: a `.env` beside the code is nobody's in a test."""
    with contextlib.chdir(tmp_path_factory.mktemp("elsewhere")):
        yield


@pytest.fixture(autouse=True)
def on_this_machine() -> Iterator[None]:
    """No test tries to leave this machine, not even where nobody notices."""
    yield
    assert _left == []


@pytest.fixture(scope="session")
def embeddings() -> SentenceTransformersEmbeddings:
    """The bundled model."""
    return embeddings_named(BUNDLED_MODEL, multilingual=False, threads=2)


@pytest.fixture(scope="session")
def vector_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where vectors are kept between tests, so that each text is embedded once in a session."""
    return tmp_path_factory.mktemp("vectors")


@pytest.fixture(scope="session")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parser]:
    """The session's parser: its child takes seconds to start."""
    with Parser(limits=LIMITS, quarantine=Quarantine(tmp_path_factory.mktemp("quarantine"))) as parser:
        yield parser


@pytest.fixture
def cache(vector_folder: Path, embeddings: SentenceTransformersEmbeddings) -> Iterator[EmbeddingCache]:
    """The session's embedding cache."""
    kept = EmbeddingCache(vector_folder, embeddings=embeddings)
    yield kept
    kept.close()


def index_articles(
    articles: Path,
    *,
    data_dir: Path,
    vector_folder: Path,
    embeddings: SentenceTransformersEmbeddings,
    audience: Audience = "public",
) -> Catalog:
    """Return the catalog of a site whose knowledge is these articles."""
    catalog = Catalog(data_dir, "default")
    sources, unfit = sources_below([articles], audience=audience, max_megabytes=1)
    with (
        contextlib.closing(EmbeddingCache(vector_folder, embeddings=embeddings)) as kept,
        Parser(limits=LIMITS, quarantine=Quarantine(data_dir / "quarantine")) as parser,
    ):
        ingest(
            sources,
            unfit,
            catalog=catalog,
            cache=kept,
            parser=parser,
            refuse_secrets=False,
            recipe="test",
            passage_words=160,
            dry_run=False,
            progress=Progress(quiet=True),
        )
    return catalog


@pytest.fixture(scope="session")
def sample_data(
    tmp_path_factory: pytest.TempPathFactory, vector_folder: Path, embeddings: SentenceTransformersEmbeddings
) -> Iterator[Path]:
    """A data directory in which the sample help centre is indexed; tests only read it."""
    data_dir = tmp_path_factory.mktemp("sample")
    index_articles(ARTICLES, data_dir=data_dir, vector_folder=vector_folder, embeddings=embeddings)
    yield data_dir
    assert not any(data_dir.glob("conversations.*")), "a test serves `sample_data`, which others copy: `served_data`"


@pytest.fixture(scope="session")
def served_data(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, for servers, which keep conversations there: whoever copied those files would unlock the database."""
    return shutil.copytree(sample_data, tmp_path_factory.mktemp("served") / "data")
