"""The sample help centre, served with and without a chat model."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_llm import FakeLLM
from tests.running import running, settings_for


@pytest.fixture(scope="session")
def extractive_url(served_data: Path) -> Iterator[str]:
    """The address of a server without a chat model."""
    with running(settings_for(), served_data) as url:
        yield url


@pytest.fixture(scope="session")
def _session_llm() -> Iterator[FakeLLM]:
    with FakeLLM() as llm:
        yield llm


@pytest.fixture(scope="session")
def _session_url(served_data: Path, _session_llm: FakeLLM) -> Iterator[str]:
    with running(settings_for(_session_llm), served_data) as url:
        yield url


@pytest.fixture
def llm(_session_llm: FakeLLM) -> FakeLLM:
    """The chat model behind `generated_url`, as new."""
    _session_llm.reset()
    return _session_llm


@pytest.fixture
def generated_url(_session_url: str, llm: FakeLLM) -> str:
    """The address of a server that writes with `llm`."""
    return _session_url
