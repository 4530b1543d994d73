"""What is installed from a wheel, without Node and without this tree, serves everything."""

import re
import shutil
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from tests.support_bot.api.events import ask

pytestmark = pytest.mark.slow  # it serves an index

PROJECT = Path(__file__).parent.parent
_PARTS = ("knowledge", "ingest", "support_bot", "pyproject.toml", "README.md", "LICENSE")
_BUILD = "import sys; from setuptools.build_meta import build_wheel; print(build_wheel(sys.argv[1]))"
_READY_SECONDS = 60


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this tree, built where the tree is not."""
    tree, target = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for part in _PARTS:
        if (PROJECT / part).is_dir():
            shutil.copytree(PROJECT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(PROJECT / part, tree)
    subprocess.run([sys.executable, "-c", _BUILD, target], cwd=tree, check=True, capture_output=True)
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel and its dependencies, and nothing else of ours."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(home, symlinks=True)
    site = next(home.glob("lib/python*/site-packages"))
    with ZipFile(wheel) as archive:
        archive.extractall(site)
    # A path alone: what this tree's own editable installation adds to Python's search is not read.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return home / "bin" / "python"


@pytest.fixture(scope="module")
def address(installed: Path, sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that runs from the wheel."""
    home = tmp_path_factory.mktemp("served")
    data = shutil.copytree(sample_data, home / "data")
    command = [str(installed), "-m", "support_bot", "serve", "--port", "0", "--data", str(data)]
    environment = {"PATH": str(installed.parent), "HOME": str(home), "HF_HUB_OFFLINE": "1"}
    with subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        printed = next((line for line in server.stdout if "http://" in line), "")
        found = re.search(r"http://[\w.]+:\d+", printed)
        assert found
        yield ready(found[0])
        server.terminate()


def ready(address: str) -> str:
    """Return the address once its server answers."""
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if httpx.get(f"{address}/readyz").is_success:
                return address
        time.sleep(0.1)
    raise AssertionError(f"{address} is not ready after {_READY_SECONDS} seconds")


def test_the_wheel_holds_the_front_end_and_the_sample_articles(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        held = set(archive.namelist())
    for folder in ("support_bot/static", "support_bot/deployment/templates", "knowledge/articles"):
        files = {file.relative_to(PROJECT).as_posix() for file in (PROJECT / folder).rglob("*") if file.is_file()}
        assert files <= held
    assert not [name for name in held if name.startswith(("tests", "web"))]


def test_it_runs_from_what_is_installed(installed: Path) -> None:
    where = "import ingest, knowledge, support_bot; print(*(m.__file__ for m in (ingest, knowledge, support_bot)))"
    said = subprocess.run([installed, "-c", where], cwd=installed.parent, check=True, capture_output=True, text=True)
    assert all(Path(file).is_relative_to(installed.parents[1]) for file in said.stdout.split())


def test_the_front_end_is_served_as_it_was_built(address: str) -> None:
    for file in (PROJECT / "support_bot" / "static").rglob("*.*"):
        path = file.relative_to(PROJECT / "support_bot").as_posix()
        assert httpx.get(f"{address}/{path}").content == file.read_bytes()


def test_its_pages_and_answers_are_there(address: str) -> None:
    answer = ask(address, "How do I add my own articles?")
    assert answer["outcome"] == "answered"
    for page in ("/", "/design", answer["citations"][0]["url"].removeprefix(address), "/openapi.json", "/readyz"):
        assert httpx.get(f"{address}{page}").status_code == 200
    assert httpx.get(f"{address}/v1/models").json()["data"][0]["id"] == "support-bot"
