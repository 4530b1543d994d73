"""Keep the sites and their keys: a small file, read anew whenever it changed, so that a key revoked is dead at once.

<data>/access/registry.json    sites and keys; of keys that are secret, digests
<data>/access/secret           what seals and signs (unless SUPPORT_BOT_SECRET is set)
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from knowledge.audience import Audience
from knowledge.disk import sync_one, write_whole
from support_bot.access.errors import RegistryError, RegistryUnreadable
from support_bot.access.origins import checked_origin

KeyKind = Literal["site", "proof", "service", "agent", "admin", "zendesk", "front"]
ProofMode = Literal["off", "optional", "required"]
Algorithm = Literal["HS256", "RS256", "ES256"]


class Site(BaseModel):
    """A website, or several, that one site's knowledge answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    origins: tuple[Annotated[str, AfterValidator(checked_origin)], ...] = ()  # none: no page may ask
    audience: Literal["public", "customer"] = "public"  # what a visitor may read without proof
    panel_hosts: tuple[Annotated[str, AfterValidator(checked_origin)], ...] = ()  # helpdesks that show agents the panel
    proof: ProofMode = "off"  # whether visitors can, or must, prove to be customers
    local: bool = False  # made for trying out: at this machine itself no token is asked for


class Key(BaseModel):
    """A key of a site, or its proof key: what its website's backend signs with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: KeyKind
    site: str
    name: str
    kept: str  # a site key as it is; a digest; a sealed secret; a public key
    algorithm: Algorithm | None = None  # of a proof key, the one that it is for
    audience: Audience = "public"  # of a service key, what it may read
    created: datetime
    ends: datetime | None = None  # None: never

    def is_active(self, now: datetime) -> bool:
        """Whether it lets anybody in."""
        return self.ends is None or now < self.ends


class Contents(BaseModel):
    """What the registry holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sites: dict[str, Site] = {}
    keys: dict[str, Key] = {}


class Registry:
    """The sites and keys of one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / "access" / "registry.json"
        self._read: tuple[tuple[int, int, int], Contents] | None = None

    def contents(self) -> Contents:
        """Return what it holds now."""
        try:
            found = self._file.stat()
            version = (found.st_ino, found.st_mtime_ns, found.st_size)
            if self._read is None or self._read[0] != version:
                self._read = version, Contents.model_validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return Contents()
        except ValidationError as error:  # never taken for an empty one: nobody would be refused
            raise RegistryUnreadable(f"{self._file} cannot be read. Bring it back from a backup.") from error
        return self._read[1]

    def site(self, name: str) -> Site | None:
        """Return a site, None when it is not set up."""
        return self.contents().sites.get(name)

    def active_key(self, key_id: str, *, site: str) -> Key | None:
        """Return a site's key of this id, None when there is none that lets anybody in."""
        key = self.contents().keys.get(key_id)
        return key if key and key.site == site and key.is_active(datetime.now(UTC)) else None

    def site_key(self, site: str) -> Key | None:
        """Return the newest key that a page of this site can carry, None when there is none."""
        return max(self.active_keys("site", site=site), key=lambda key: key.created, default=None)

    def active_keys(self, kind: KeyKind, *, site: str) -> list[Key]:
        """Return a site's keys of a kind that let anybody in."""
        now, keys = datetime.now(UTC), self.contents().keys.values()
        return [key for key in keys if key.site == site and key.kind == kind and key.is_active(now)]

    def put_site(self, site: Site) -> None:
        """Add a site, or change it."""
        with self._changing() as (sites, _):
            sites[site.name] = site

    def remove_site(self, name: str) -> None:
        """Remove a site and all its keys."""
        with self._changing() as (sites, keys):
            if sites.pop(name, None) is None:
                raise RegistryError(_no_site(name, sites))
            for key in [key for key in keys.values() if key.site == name]:
                del keys[key.id]

    def add_key(self, key: Key) -> None:
        """Add a key to a site that is set up."""
        with self._changing() as (sites, keys):
            if key.site not in sites:
                raise RegistryError(_no_site(key.site, sites))
            keys[key.id] = key

    def end_key(self, key_id: str, *, after: timedelta = timedelta(0)) -> Key:
        """Let a key end after this time, and return it; one that ends earlier anyhow still does."""
        with self._changing() as (_, keys):
            if key_id not in keys:
                raise RegistryError(f"There is no key {key_id!r}. `python -m support_bot keys list` shows them all.")
            key, ends = keys[key_id], datetime.now(UTC) + after
            keys[key_id] = key.model_copy(update={"ends": min(ends, key.ends or ends)})
            return keys[key_id]

    @contextmanager
    def _changing(self) -> Iterator[tuple[dict[str, Site], dict[str, Key]]]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            before = self.contents()
            sites, keys = dict(before.sites), dict(before.keys)
            yield sites, keys
            # A new file, so that every reader notices.
            write_whole(self._file, Contents(sites=sites, keys=keys).model_dump_json(indent=1), mode=0o600)
            sync_one(self._file.parent)


def _no_site(name: str, sites: dict[str, Site]) -> str:
    known = ", ".join(sorted(sites)) or "none"
    return f"Site {name!r} is not set up; set up are: {known}. `python -m support_bot sites add {name}` sets it up."
