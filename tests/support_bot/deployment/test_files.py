import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from support_bot.__main__ import main
from support_bot.deployment.files import FILES, NotPlain, Place, file_texts

_PLACE = Place(
    python="/usr/bin/python3",
    user="root",
    home="/srv/support-bot",
    data="/srv/support-bot/data",
    articles=("/srv/help", "/srv/faq.csv"),
    audience="public",
    hour="02",
    minute="30",
    host="help.example.com",
    port="8000",
    listen="80",
    image="registry.example.com/support-bot:1",
)


@pytest.mark.parametrize("kind", FILES)
def test_nothing_is_left_to_fill_in(kind: Any) -> None:
    for text in file_texts(kind, _PLACE).values():
        assert "@{" not in text
        assert text.startswith("# ")


@pytest.mark.parametrize("value", ["/srv/my articles", "/srv/$HOME", "/srv/%i", 'a"b', "a;b", "a\nb", "", "{a}"])
@pytest.mark.parametrize("kind", FILES)
def test_what_systemd_cron_or_nginx_would_read_otherwise_is_refused(kind: Any, value: str) -> None:
    with pytest.raises(NotPlain, match="may hold letters, digits"):
        file_texts(kind, replace(_PLACE, home=value))
    with pytest.raises(NotPlain, match="may hold letters, digits"):
        file_texts(kind, replace(_PLACE, articles=("/srv/help", value)))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_systemd_takes_the_units_and_their_hardening(tmp_path: Path) -> None:
    texts = file_texts("systemd", _PLACE)
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", *(tmp_path / name for name in texts)],
        capture_output=True,
        text=True,
    )
    assert [line for line in verified.stderr.splitlines() if "support-bot" in line] == []
    for name in ("support-bot.service", "support-bot-ingest.service"):
        exposure = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--threshold=40", str(tmp_path / name)],
            capture_output=True,
            text=True,
        )
        assert exposure.returncode == 0, exposure.stdout[-300:] + exposure.stderr


def _documents() -> dict[str, dict[str, Any]]:
    (text,) = file_texts("kubernetes", replace(_PLACE, data="/data")).values()
    return {document["kind"]: document for document in yaml.safe_load_all(text)}


def test_the_manifests_share_one_disk_and_import_at_the_time_in_utc() -> None:
    documents = _documents()
    assert documents.keys() == {"PersistentVolumeClaim", "ConfigMap", "Deployment", "Service", "CronJob"}
    cron = documents["CronJob"]["spec"]
    assert (cron["schedule"], cron["timeZone"], cron["concurrencyPolicy"]) == ("30 02 * * *", "Etc/UTC", "Forbid")
    job = cron["jobTemplate"]["spec"]["template"]["spec"]
    bot = documents["Deployment"]["spec"]["template"]["spec"]
    for pod in (job, bot):
        claims = [volume["persistentVolumeClaim"]["claimName"] for volume in pod["volumes"] if volume["name"] == "data"]
        assert claims == [documents["PersistentVolumeClaim"]["metadata"]["name"]]
        assert pod["securityContext"]["runAsNonRoot"]
        for container in pod["containers"]:
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            mounted = {mount["name"] for mount in container["volumeMounts"]}
            assert mounted <= {volume["name"] for volume in pod["volumes"]}
    assert job["containers"][0]["command"][-2:] == ["/srv/help", "/srv/faq.csv"]
    assert "listen 8080;" in documents["ConfigMap"]["data"]["support-bot.conf"]


@pytest.mark.parametrize("kind", ["systemd", "crontab", "kubernetes"])
def test_without_folders_the_configured_sources_are_read(kind: Any) -> None:
    text = "\n".join(file_texts(kind, replace(_PLACE, articles=())).values())
    assert "--audience" not in text
    assert "ingest run --data /srv/support-bot/data\n" in text.replace("[python, -m, ", "").replace(",", "").replace(
        "]", ""
    )


def test_the_manifests_labels_lead_to_the_bot() -> None:
    documents = _documents()
    labels = documents["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert documents["Service"]["spec"]["selector"] == labels
    ports = [
        port
        for each in documents["Deployment"]["spec"]["template"]["spec"]["containers"]
        for port in each.get("ports", [])
    ]
    assert documents["Service"]["spec"]["ports"][0]["targetPort"] in {port["name"] for port in ports}


def test_the_command_fills_in_where_it_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["deploy", "systemd", "kb", "--at", "04:05", "--user", "bot", "--data", "store"]
    assert main([*arguments, "--output", str(tmp_path / "units")]) == 0
    assert capsys.readouterr().out.split() == [str(tmp_path / "units" / name) for name in FILES["systemd"]]
    unit = (tmp_path / "units" / "support-bot-ingest.service").read_text()
    assert f"--data {Path.cwd() / 'store'} {Path.cwd() / 'kb'}" in unit
    assert "User=bot" in unit
    assert "OnCalendar=*-*-* 04:05:00 UTC" in (tmp_path / "units" / "support-bot-ingest.timer").read_text()

    assert main(["deploy", "crontab", "my articles"]) == 2
    assert "may hold letters, digits" in capsys.readouterr().err
