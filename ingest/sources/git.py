"""Turn a git repository into sources: the files of the newest state of one branch, fetched into the data directory.

Nothing of the repository is run: no hook, no filter, no submodule; and git asks nobody for a password.
"""

import base64
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from ingest.errors import SourceError
from ingest.sources.folder import folder_sources
from ingest.sources.kinds import GitSource
from ingest.sources.source import FailedSource, Source, Terms

_SECONDS = 600
_CREDENTIALS = re.compile(r"//[^/\s@]+@")
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.symlinks": "false",
    "core.fsmonitor": "false",
    "credential.helper": "",
    "submodule.recurse": "false",
    "protocol.allow": "never",
    "protocol.https.allow": "always",
    "protocol.ssh.allow": "always",
    "protocol.file.allow": "always",
    "http.followRedirects": "false",
    "transfer.fsckObjects": "true",
}


def git_sources(
    source: GitSource, *, token: str, folder: Path, terms: Callable[[str], Terms], max_bytes: int
) -> Iterator[Source | FailedSource]:
    """Yield the files, as `<name>/<path>`. Raises SourceError when the newest state cannot be had."""
    git = _Git(folder, settings=_SETTINGS | _credentials(token) | _pinned(source))
    if not (folder / ".git").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        git.run("init", "--quiet")
    git.run("fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--", source.url, source.branch)
    git.run("checkout", "--quiet", "--force", "--detach", "FETCH_HEAD")
    git.run("clean", "--quiet", "-ffdx")
    root = (folder / source.folder).resolve()
    if not root.is_dir() or not root.is_relative_to(folder.resolve()):
        raise SourceError("unreadable", f"the repository has no folder {source.folder!r}; mend folder")
    yield from folder_sources(root, name=source.name, terms=terms, max_bytes=max_bytes)


class _Git:
    def __init__(self, folder: Path, *, settings: dict[str, str]) -> None:
        self._folder = folder
        # By the environment, where no other user of this machine reads a token as on a command line.
        numbered = list(enumerate(settings.items()))
        self._environment = {
            "PATH": os.defpath,
            "HOME": str(folder),
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_COUNT": str(len(numbered)),
            **{f"GIT_CONFIG_KEY_{number}": name for number, (name, _) in numbered},
            **{f"GIT_CONFIG_VALUE_{number}": value for number, (_, value) in numbered},
            "LC_ALL": "C",
        }

    def run(self, *arguments: str) -> None:
        """Run git in the folder. Raises SourceError with what it complains of, without any credentials."""
        try:
            subprocess.run(  # noqa: S603 - no shell, and what follows -- is no option
                ["git", *arguments],  # noqa: S607 - wherever the system has it
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_SECONDS,
                check=True,
            )
        except FileNotFoundError as error:
            raise SourceError("unreachable", "git is not installed; install it with the system's packages") from error
        except subprocess.TimeoutExpired as error:
            raise SourceError("timeout", f"git {arguments[0]} took more than {_SECONDS} s; try again later") from error
        except subprocess.CalledProcessError as error:
            said = _CREDENTIALS.sub("//", " ".join(str(error.stderr).split()))[:300]
            raise SourceError("unreachable", f"git {arguments[0]}: {said}; check url, branch and token_env") from error


def _credentials(token: str) -> dict[str, str]:
    if not token:
        return {}
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return {"http.extraHeader": f"Authorization: Basic {basic}"}


def _pinned(source: GitSource) -> dict[str, str]:
    """Return the setting by which git connects to the very address that was checked."""
    parts = urlsplit(source.url)
    if parts.scheme != "https":
        return {}
    from ingest.fetching.connection import allowed_address  # only who fetches something pays for it

    port = parts.port or 443
    address = allowed_address(parts.hostname or "", port, allow_private=source.allow_private)
    return {"http.curloptResolve": f"{parts.hostname}:{port}:{address}", "http.proxy": ""}
