import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from support_bot.__main__ import main

_ORIGIN = "https://www.example.com"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command and return what it prints as JSON, or its complaint."""

    def ran(*arguments: str, code: int = 0) -> Any:
        assert main([*arguments, "--data", str(tmp_path), "--json"]) == code
        printed = capsys.readouterr()
        return printed.err if code else json.loads(printed.out)

    return ran


def test_a_site_is_set_up_with_a_key_for_its_pages(run: Any) -> None:
    site = run("sites", "add", "acme", "--origin", _ORIGIN, "--origin", "http://localhost:3000", "--proof", "optional")
    assert site["origins"] == [_ORIGIN, "http://localhost:3000"]
    assert (site["audience"], site["proof"], site["local"]) == ("public", "optional", False)
    assert site["site_key"].startswith("pk_")
    assert run("sites", "list") == [site]
    assert [key["key"] for key in run("keys", "list")] == [site["site_key"]]


def test_a_site_is_changed_in_what_is_given(run: Any) -> None:
    run("sites", "add", "acme", "--origin", _ORIGIN)
    changed = run("sites", "change", "acme", "--proof", "required")
    assert (changed["origins"], changed["proof"]) == ([_ORIGIN], "required")
    run("sites", "remove", "acme")
    assert (run("sites", "list"), run("keys", "list")) == ([], [])


@pytest.mark.parametrize("kind", ["site", "proof", "service", "agent", "admin"])
def test_a_key_is_shown_once(run: Any, kind: str) -> None:
    run("sites", "add", "acme")
    made = run("keys", "add", kind, "--name", "mine", "--site", "acme")
    assert len(made["key"]) >= 43
    listed = {key["id"]: key for key in run("keys", "list", "--site", "acme")}[made["id"]]
    assert (listed["kind"], listed["name"], listed["state"], listed["ends"]) == (kind, "mine", "active", None)
    assert ("key" in listed) == (kind == "site")
    assert "kept" not in listed


def test_rotating_makes_another_and_lets_the_old_one_go_on_for_a_while(run: Any) -> None:
    run("sites", "add", "acme")
    old = run("keys", "add", "service", "--name", "helpdesk", "--audience", "customer", "--site", "acme")
    new = run("keys", "rotate", old["id"])
    assert (new["name"], new["audience"], new["id"] == old["id"]) == ("helpdesk", "customer", False)
    states = {key["id"]: (key["state"], key["ends"] is None) for key in run("keys", "list")}
    assert (states[old["id"]], states[new["id"]]) == (("active", False), ("active", True))
    assert run("keys", "revoke", old["id"])["state"] == "ended"
    assert "has ended" in run("keys", "rotate", old["id"], code=2)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("sites", "add", "acme"), "set up already"),
        (("sites", "change", "other"), "Site 'other' is not set up"),
        (("sites", "remove", "other"), "set up are: acme"),
        (("sites", "add", "UP"), "String should match pattern"),
        (("sites", "add", "b", "--origin", "https://*.example.com"), "'https://*.example.com' is no origin"),
        (("keys", "add", "agent", "--name", "x", "--site", "other"), "Site 'other' is not set up"),
        (("keys", "add", "agent", "--name", "x", "--audience", "internal", "--site", "acme"), "Only a service key"),
        (("keys", "rotate", "00000000"), "There is no key '00000000'"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(run: Any, arguments: tuple[str, ...], complaint: str) -> None:
    run("sites", "add", "acme")
    assert complaint in run(*arguments, code=2)


def test_a_public_key_is_added_from_its_file(run: Any, tmp_path: Path) -> None:
    run("sites", "add", "acme")
    file = tmp_path / "key.pem"
    file.write_text("no key", encoding="ascii")
    arguments = ("keys", "add", "proof", "--name", "backend", "--site", "acme", "--public-key", str(file))
    assert "PEM" in run(*arguments, code=2)
    file.write_text(_PUBLIC, encoding="ascii")
    made = run(*arguments)
    assert (made["algorithm"], "key" in made) == ("ES256", False)
    assert "--public-key" in run("keys", "rotate", made["id"], code=2)


def test_without_json_a_person_reads_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sites", "add", "acme", "--data", str(tmp_path)]) == 0
    assert "none, so no page may ask" in capsys.readouterr().out
    assert main(["keys", "list", "--data", str(tmp_path)]) == 0
    assert "site 'pages' of acme: active" in capsys.readouterr().out


_PUBLIC = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9
q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==
-----END PUBLIC KEY-----
"""


def test_helpdesks_that_may_show_the_panel_are_named_exactly(run: Any) -> None:
    run("sites", "add", "acme", "--origin", _ORIGIN)
    changed = run("sites", "change", "acme", "--panel-host", "https://acme.zendesk.com")
    assert (changed["panel_hosts"], changed["origins"]) == (["https://acme.zendesk.com"], [_ORIGIN])
    complaint = run("sites", "change", "acme", "--panel-host", "https://*.zendesk.com", code=2)
    assert "https://*.zendesk.com" in complaint


def test_what_helpdesks_have_made_is_taken_in_and_never_shown(run: Any, tmp_path: Path) -> None:
    run("sites", "add", "default", "--origin", _ORIGIN)
    public, private = tmp_path / "public.pem", generate_private_key(public_exponent=65537, key_size=2048)
    public.write_bytes(private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    secret = tmp_path / "front.txt"
    secret.write_text("a-secret-that-front-has-made\n")
    zendesk = run("keys", "add", "zendesk", "--name", "zendesk", "--public-key", str(public))
    front = run("keys", "add", "front", "--name", "front", "--secret-file", str(secret))
    assert "key" not in zendesk
    assert "key" not in front
    assert "a-secret-that-front" not in (tmp_path / "access" / "registry.json").read_text()
    for key in (zendesk, front):
        assert "revoke this one" in run("keys", "rotate", key["id"], code=2)
        assert run("keys", "revoke", key["id"])["state"] == "ended"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("zendesk",), "--public-key FILE"),
        (("front",), "--secret-file FILE"),
        (("agent", "--secret-file", "FILE"), "no other"),
        (("front", "--secret-file", "SHORT"), "16 characters"),
        (("zendesk", "--public-key", "FILE"), "no public key"),
    ],
)
def test_a_helpdesks_key_that_is_none_is_refused(
    run: Any, tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    run("sites", "add", "default", "--origin", _ORIGIN)
    files = {"FILE": "a-secret-that-front-has-made", "SHORT": "short"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    given = [str(tmp_path / each) if each in files else each for each in arguments]
    assert complaint in run("keys", "add", *given, "--name", "x", code=2)
