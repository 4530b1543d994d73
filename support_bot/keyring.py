"""Turn the commands about sites and keys into what they print."""

import argparse
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from knowledge.audience import AUDIENCES
from knowledge.settings import KnowledgeSettings
from support_bot.access.errors import RegistryError
from support_bot.access.keys import foreign_key, new_key, new_proof_key, public_key_of
from support_bot.access.registry import Key, KeyKind, ProofMode, Registry, Site
from support_bot.access.secrets import MasterSecret
from support_bot.settings import SupportBotSettings

OVERLAP_HOURS = 24


def site_fields(site: Site, *, registry: Registry) -> dict[str, Any]:
    """Return what there is to know of a site, its key for pages included."""
    key = registry.site_key(site.name)
    return {**site.model_dump(mode="json"), "site_key": key.kept if key else None}


def key_fields(key: Key, *, text: str = "") -> dict[str, Any]:
    """Return what may be known of a key; its text only where it has just been made, or every page shows it."""
    fields = key.model_dump(mode="json", exclude={"kept"})
    state = "active" if key.is_active(datetime.now(UTC)) else "ended"
    shown = text or (key.kept if key.kind == "site" else "")
    return {**fields, "state": state, **({"key": shown} if shown else {})}


def added_site(site: Site, *, registry: Registry) -> Site:
    """Set a site up, with its first key for pages. Raises RegistryError when it is set up already."""
    if registry.site(site.name) is not None:
        raise RegistryError(f"Site {site.name!r} is set up already. `sites change {site.name}` changes it.")
    registry.put_site(site)
    registry.add_key(new_key("site", site=site.name, name="pages")[0])
    return site


def changed_site(name: str, changes: dict[str, Any], *, registry: Registry) -> Site:
    """Change a site, and give it a key for pages if it has none. A site for trying out becomes one for others."""
    site = registry.site(name)
    if site is None:
        raise RegistryError(f"Site {name!r} is not set up. `python -m support_bot sites add {name}` sets it up.")
    changed = Site.model_validate({**site.model_dump(), "local": False, **changes})
    registry.put_site(changed)
    if registry.site_key(name) is None:
        registry.add_key(new_key("site", site=name, name="pages")[0])
    return changed


def added_key(
    kind: KeyKind,
    *,
    site: str,
    name: str,
    audience: Any = "public",
    public_key: bytes = b"",
    made_elsewhere: str = "",
    registry: Registry,
    secret: MasterSecret,
) -> tuple[Key, str]:
    """Add a key and return it with its text, which is shown this once; what others made has none to show.

    Zendesk has the secret half of an app's key, and makes the public one; Front makes the secret of its plugin.
    """
    if kind != "service" and audience != "public":
        raise RegistryError("Only a service key has an audience: a customer's, an agent's and an admin's are given.")
    if kind not in ("proof", "zendesk") and public_key:
        raise RegistryError("Only a proof key and Zendesk's can be made of a public key.")
    if (kind == "zendesk") > bool(public_key):
        raise RegistryError("Zendesk's key is the public key of your app, as a PEM file: --public-key FILE.")
    if (kind == "front") != bool(made_elsewhere):
        raise RegistryError("Front's key, and no other, is the secret of your plugin, in a file: --secret-file FILE.")
    if public_key:
        key, text = public_key_of(public_key, kind, site=site, name=name), ""
    elif made_elsewhere:
        key, text = foreign_key(made_elsewhere, kind, site=site, name=name), ""
    elif kind == "proof":
        key, text = new_proof_key(site=site, name=name, secret=secret)
    else:
        key, text = new_key(kind, site=site, name=name, audience=audience)
    registry.add_key(key)
    return key, text


def rotated_key(key_id: str, *, overlap_hours: float, registry: Registry, secret: MasterSecret) -> tuple[Key, str]:
    """Add a key like another one, which ends after the overlap; until then both are good."""
    old = registry.contents().keys.get(key_id)
    if old is not None and not old.is_active(datetime.now(UTC)):
        raise RegistryError(f"Key {key_id!r} has ended. `python -m support_bot keys add {old.kind}` makes a new one.")
    if old is not None and old.kind in ("proof", "zendesk") and old.algorithm != "HS256":
        raise RegistryError(f"Key {key_id!r} is a public key: add the new one with --public-key, then revoke this one.")
    if old is not None and old.kind == "front":
        raise RegistryError(f"Front has made key {key_id!r}: add the new one with --secret-file, then revoke this one.")
    old = registry.end_key(key_id, after=timedelta(hours=overlap_hours))
    return added_key(old.kind, site=old.site, name=old.name, audience=old.audience, registry=registry, secret=secret)


def site_lines(site: dict[str, Any]) -> list[str]:
    """Return a site as lines for a terminal."""
    origins = ", ".join(site["origins"]) or "none, so no page may ask"
    lines = [f"{site['name']}: origins {origins}; visitors read {site['audience']}; proof of customers {site['proof']}"]
    if site["panel_hosts"]:
        lines.append(f"    agents have the side panel in {', '.join(site['panel_hosts'])}")
    if site["local"]:
        lines.append("    for trying out: at this machine no token is asked for, and others are not served")
    return [*lines, f'    in its pages: data-site-key="{site["site_key"]}"']


def key_lines(key: dict[str, Any]) -> list[str]:
    """Return a key as lines for a terminal."""
    ends = f", ends {key['ends']}" if key["ends"] else ""
    about = f", {key['algorithm']}" if key["algorithm"] else ""
    lines = [f"{key['id']}  {key['kind']} {key['name']!r} of {key['site']}{about}: {key['state']}{ends}"]
    return [*lines, f"    {key['key']}"] if key.get("key") else lines


def printed(found: dict[str, Any] | list[dict[str, Any]], *, as_json: bool, kind: str) -> str:
    """Return one site or key, or a list of them, as JSON or as lines."""
    if as_json:
        return json.dumps(found, indent=2)
    lines = site_lines if kind == "site" else key_lines
    return "\n".join(line for each in (found if isinstance(found, list) else [found]) for line in lines(each))


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> list[argparse.ArgumentParser]:
    """Add `sites` and `keys` to the command line, and return the parsers that take --data."""
    sites = commands.add_parser("sites", help="which websites may ask").add_subparsers(required=True, metavar="WHAT")
    add = sites.add_parser("add", help="set a site up")
    change = sites.add_parser("change", help="change what is given")
    remove = sites.add_parser("remove", help="remove a site and its keys")
    listed = sites.add_parser("list", help="show every site")
    for parser in (add, change, remove):
        parser.add_argument("name", help="the site whose knowledge answers, as SUPPORT_BOT_SITE names it")
    for parser in (add, change):
        parser.add_argument(
            "--origin",
            action="append",
            dest="origins",
            metavar="URL",
            help="a website that may ask, exactly; repeatable",
        )
        parser.add_argument(
            "--panel-host",
            action="append",
            dest="panel_hosts",
            metavar="URL",
            help="a helpdesk that may show agents the side panel, exactly; repeatable",
        )
        parser.add_argument("--audience", choices=AUDIENCES[:2], help="what visitors read without proof")
        parser.add_argument("--proof", choices=get_args(ProofMode), help="whether visitors prove to be customers")
    for parser, command in ((add, _add_site), (change, _change_site), (remove, _remove_site), (listed, _list_sites)):
        parser.set_defaults(command=command)
    return [add, change, remove, listed, *_add_key_commands(commands)]


def _add_key_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> list[argparse.ArgumentParser]:
    keys = commands.add_parser("keys", help="what lets programs, agents and customers in").add_subparsers(
        required=True, metavar="WHAT"
    )
    add = keys.add_parser("add", help="make a key; a secret one is shown this once")
    add.add_argument("kind", choices=get_args(KeyKind))
    add.add_argument("--name", required=True, help="what or whom it is for")
    add.add_argument("--audience", choices=AUDIENCES, default="public", help="what a service key may read")
    add.add_argument("--public-key", type=Path, metavar="FILE", help="a proof key's public half, or Zendesk's, as PEM")
    add.add_argument("--secret-file", type=Path, metavar="FILE", help="Front's secret, alone in a file")
    listed = keys.add_parser("list", help="show every key, without what is secret")
    rotate = keys.add_parser("rotate", help="make a key like another, which goes on for a while")
    rotate.add_argument(
        "--overlap-hours",
        type=float,
        default=OVERLAP_HOURS,
        metavar="HOURS",
        help="how long both are good (default: 24)",
    )
    revoke = keys.add_parser("revoke", help="let a key in no more, from now on")
    for parser in (rotate, revoke):
        parser.add_argument("id", help="as `keys list` shows it")
    for parser in (add, listed):
        parser.add_argument("--site", help="the site that it is for (default: SUPPORT_BOT_SITE)")
    for parser, command in ((add, _add_key), (listed, _list_keys), (rotate, _rotate_key), (revoke, _revoke_key)):
        parser.set_defaults(command=command)
    return [add, listed, rotate, revoke]


def _add_site(options: argparse.Namespace, settings: SupportBotSettings, knowledge: KnowledgeSettings) -> int:
    registry = Registry(knowledge.data_dir)
    return _print(options, site_fields(added_site(_site(options), registry=registry), registry=registry), kind="site")


def _change_site(options: argparse.Namespace, settings: SupportBotSettings, knowledge: KnowledgeSettings) -> int:
    registry = Registry(knowledge.data_dir)
    changes = _site(options).model_dump(include=set(_given(options)))
    return _print(
        options, site_fields(changed_site(options.name, changes, registry=registry), registry=registry), kind="site"
    )


def _remove_site(options: argparse.Namespace, settings: SupportBotSettings, knowledge: KnowledgeSettings) -> int:
    Registry(knowledge.data_dir).remove_site(options.name)
    return _print(options, [], kind="site")


def _list_sites(options: argparse.Namespace, settings: SupportBotSettings, knowledge: KnowledgeSettings) -> int:
    registry = Registry(knowledge.data_dir)
    sites = registry.contents().sites.values()
    return _print(options, [site_fields(site, registry=registry) for site in sites], kind="site")


def _add_key(options: argparse.Namespace, settings: SupportBotSettings, knowledge: KnowledgeSettings) -> int:
    key, text = added_key(
        options.kind,
        site=settings.site,
        name=options.name,
        audience=options.audience,
        public_key=options.public_key.read_bytes() if options.public_key else b"",
        made_elsewhere=options.secret_file.read_text(encoding="utf-8").strip() if options.secret_file else "",
        registry=Registry(knowledge.data_dir),
        secret=MasterSecret(knowledge.data_dir, given=settings.secret.get_secret_value()),
    )
    return _print(options, key_fields(key, text=text), kind="key")


def _list_keys(options: argparse.Namespace, settings: SupportBotSettings, knowledge: KnowledgeSettings) -> int:
    keys = Registry(knowledge.data_dir).contents().keys.values()
    return _print(options, [key_fields(key) for key in keys if options.site in (None, key.site)], kind="key")


def _rotate_key(options: argparse.Namespace, settings: SupportBotSettings, knowledge: KnowledgeSettings) -> int:
    key, text = rotated_key(
        options.id,
        overlap_hours=options.overlap_hours,
        registry=Registry(knowledge.data_dir),
        secret=MasterSecret(knowledge.data_dir, given=settings.secret.get_secret_value()),
    )
    return _print(options, key_fields(key, text=text), kind="key")


def _revoke_key(options: argparse.Namespace, settings: SupportBotSettings, knowledge: KnowledgeSettings) -> int:
    return _print(options, key_fields(Registry(knowledge.data_dir).end_key(options.id)), kind="key")


def _given(options: argparse.Namespace) -> dict[str, Any]:
    fields = {name: getattr(options, name) for name in ("origins", "panel_hosts", "audience", "proof")}
    return {name: value for name, value in fields.items() if value is not None}


def _site(options: argparse.Namespace) -> Site:
    """Return the site as it is given. Raises RegistryError that names what is wrong with it."""
    try:
        return Site.model_validate({"name": options.name, **_given(options)})
    except ValidationError as error:
        raise RegistryError("; ".join(each["msg"].removeprefix("Value error, ") for each in error.errors())) from error


def _print(options: argparse.Namespace, found: dict[str, Any] | list[dict[str, Any]], *, kind: str) -> int:
    if text := printed(found, as_json=options.json, kind=kind):
        print(text)
    return 0
