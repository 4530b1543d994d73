"""Whatever is sent, the API answers as its description says, and never with an error of its own."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from support_bot.settings import SupportBotSettings
from tests.running import running
from tests.support_bot.access.site import ORIGIN, set_up

pytestmark = pytest.mark.slow  # it serves an index

_EXAMPLES = 2_000 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 10  # noqa: TID251
_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


_DESCRIPTION = Path(__file__).parents[3] / "web" / "openapi.json"
_OPERATIONS = [
    (method, path) for path, methods in json.loads(_DESCRIPTION.read_text())["paths"].items() for method in methods
]


_STAFFS = ("/api/v1/admin", "/api/v1/drafts")


class Served(NamedTuple):
    """A server whose site is set up, its description, and the headers of a customer and of an administrator."""

    url: str
    schema: Any
    customer: dict[str, str]
    admin: dict[str, str]


@pytest.fixture(scope="module")
def served(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = shutil.copytree(
        sample_data, tmp_path_factory.mktemp("schema") / "data", ignore=shutil.ignore_patterns("conversations.*")
    )
    site = set_up(data)
    often = dict.fromkeys(
        ("limit_visitor", "limit_address", "limit_site", "limit_everybody", "limit_newcomers"), "999999/minute"
    )
    with running(SupportBotSettings.model_validate(often), data) as url:
        customer = {"Authorization": f"Bearer {site.token(proof=site.proof())}", "Origin": ORIGIN}
        admin = {"Authorization": f"Bearer {site.texts['admin']}"}
        yield Served(url, schemathesis.openapi.from_url(f"{url}/openapi.json"), customer, admin)


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "nobody"])
@pytest.mark.parametrize(("method", "path"), _OPERATIONS)
def test_every_request_is_answered_as_described(served: Served, method: str, path: str, is_known: bool) -> None:
    known = served.admin if path.startswith(_STAFFS) else served.customer

    @settings(
        max_examples=_EXAMPLES if is_known else 3,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
        derandomize=_EXAMPLES == 10,
    )
    @given(case=served.schema[path][method].as_strategy())
    def check(case: Case[Any]) -> None:
        case.call_and_validate(base_url=served.url, headers=known if is_known else {}, checks=_CHECKS, timeout=60)

    check()
