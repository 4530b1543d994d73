"""Run the import in this process, on a folder of articles of the test's own."""

from pathlib import Path

from ingest.gate import Gate
from ingest.parser import Parser
from ingest.pipeline import ingest
from ingest.progress import Progress
from ingest.report import IngestReport
from ingest.sources.folder import sources_below
from ingest.sources.source import FailedSource, Source
from knowledge.catalog import Catalog
from knowledge.documents import Documents
from knowledge.embedding_cache import EmbeddingCache


class Site:
    """A folder of articles and the knowledge made of it."""

    def __init__(self, folder: Path, cache: EmbeddingCache, parser: Parser) -> None:
        self.articles = folder / "kb"
        self.articles.mkdir()
        self.catalog = Catalog(folder / "data", "default")
        self.cache = cache
        self._parser = parser

    def write(self, name: str, text: str) -> None:
        (self.articles / name).write_text(text)

    def run(
        self,
        *,
        recipe: str = "recipe",
        dry_run: bool = False,
        refuse_secrets: bool = False,
        approved_plan: str | None = None,
        gate: Gate = Gate(),  # noqa: B008 - it is frozen
        promote_anyway: str | None = None,
        found: tuple[list[Source], list[FailedSource]] | None = None,
    ) -> IngestReport:
        sources, unfit = found or sources_below([self.articles], audience="public", max_megabytes=1)
        return ingest(
            sources,
            unfit,
            catalog=self.catalog,
            cache=self.cache,
            parser=self._parser,
            refuse_secrets=refuse_secrets,
            recipe=recipe,
            passage_words=160,
            approved_plan=approved_plan,
            gate=gate,
            promote_anyway=promote_anyway,
            dry_run=dry_run,
            progress=Progress(quiet=True),
        )

    def texts(self) -> dict[str, str]:
        stored = Documents.open(self.catalog.serving() / "public" / "documents.sqlite3")
        found = {str(document.metadata["source"]): document.page_content for document in stored.all()}
        stored.close()
        return found
