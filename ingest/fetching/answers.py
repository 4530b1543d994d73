"""Turn the JSON that a server answers into what it is documented to be, or into a failure."""

from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from ingest.errors import SourceError
from ingest.fetching.fetcher import Fetcher, Gone

_T = TypeVar("_T")
_JSON = {"application/json"}


def answer_as(shape: TypeAdapter[_T], address: str, *, fetcher: Fetcher) -> _T:
    """Return an answer in its documented shape. Raises SourceError when it is anything else."""
    try:
        content = fetcher.page(address, media_types=_JSON).content
    except Gone as error:
        detail = f"{error.detail}; check the source's address and credentials"
        raise SourceError("unreachable", detail) from error
    try:
        return shape.validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "it"
        detail = f"{address} does not answer as documented: {where}: {first['msg']}; try again later"
        raise SourceError("damaged", detail) from error
