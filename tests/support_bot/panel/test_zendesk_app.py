"""The package of the Zendesk app, by what Zendesk's validator asks for."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support_bot.__main__ import main
from support_bot.panel.zendesk_app import faults, package
from tests.support_bot.access.site import set_up

_APP = package(
    address="https://help.example.com/", site_key="pk_1&2", author="Ada", email="ada@example.com", version="0.1.0"
)

Change = Callable[[dict[str, Any]], object]


def _files(app: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(app)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _with(**files: bytes | None) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in {**_files(_APP), **files}.items():
            if content is not None:
                archive.writestr(name, content)
    return written.getvalue()


def _changed(change: Change) -> bytes:
    manifest = json.loads(_files(_APP)["manifest.json"])
    change(manifest)
    return _with(**{"manifest.json": json.dumps(manifest).encode()})


def test_the_app_holds_what_zendesk_asks_for_and_the_same_bytes_each_time() -> None:
    assert not faults(_APP)
    files = _files(_APP)
    assert set(files) == {"manifest.json", "translations/en.json", "assets/logo.png", "assets/logo-small.png"}
    manifest = json.loads(files["manifest.json"])
    assert manifest["location"]["support"]["ticket_sidebar"]["url"] == (
        "https://help.example.com/panel?host=zendesk&site=pk_1%262"
    )
    assert (manifest["frameworkVersion"], manifest["signedUrls"], manifest["private"]) == ("2.0", True, True)
    again = package(
        address="https://help.example.com", site_key="pk_1&2", author="Ada", email="ada@example.com", version="0.1.0"
    )
    assert again == _APP


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda manifest: manifest.pop("author"), "author.email"),
        (lambda manifest: manifest.update(frameworkVersion="1.0"), "frameworkVersion"),
        (lambda manifest: manifest.pop("defaultLocale"), "defaultLocale"),
        (lambda manifest: manifest.update(defaultLocale="de"), "translations/de.json"),
        (lambda manifest: manifest.pop("location"), "location is missing"),
        (lambda manifest: manifest["location"].update(support={"ticket_sidebr": "assets/x.html"}), "ticket_sidebr"),
        (
            lambda manifest: manifest["location"]["support"]["ticket_sidebar"].update(url="http://help.example.com"),
            "https://",
        ),
        (lambda manifest: manifest.update(parameters=[{"name": "a", "type": "colour"}]), "'colour'"),
        (lambda manifest: manifest.update(parameters=[{"name": "a", "type": "text"}]), "app.parameters.a"),
        (lambda manifest: manifest.update(parameters=[{"name": "a", "type": "hidden", "secure": True}]), "secure"),
    ],
)
def test_what_zendesk_would_refuse_is_named(change: Change, fault: str) -> None:
    assert any(fault in each for each in faults(_changed(change)))


@pytest.mark.parametrize(
    ("file", "content", "fault"),
    [
        ("manifest.json", b"{", "manifest.json"),
        ("translations/en.json", None, "translations/en.json is missing"),
        ("translations/en.json", b'{"app": {"name": "x"}}', "short_description"),
        ("assets/logo.png", None, "logo.png"),
        ("assets/logo-small.png", b"GIF", "logo-small.png"),
    ],
)
def test_a_file_that_is_missing_or_wrong_is_named(file: str, content: bytes | None, fault: str) -> None:
    assert any(fault in each for each in faults(_with(**{file: content})))


def test_the_command_writes_the_app_of_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app, data = tmp_path / "app.zip", ["--data", str(tmp_path)]
    command = ["zendesk-app", str(app), "--email", "ada@example.com", *data]
    assert main(command) == 2
    assert "sites add default" in capsys.readouterr().err
    site = set_up(tmp_path)
    assert main(command) == 2
    assert "SUPPORT_BOT_PUBLIC_URL" in capsys.readouterr().err
    assert not app.exists()
    monkeypatch.setenv("SUPPORT_BOT_PUBLIC_URL", "https://help.example.com")
    assert main(command) == 0
    assert site.texts["site"] in _files(app.read_bytes())["manifest.json"].decode()
