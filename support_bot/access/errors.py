"""Why somebody is not let in.

Refused
├── Unproved        nothing says who asks, and this site does not answer just anybody
├── TokenExpired    a token of ours, too old: a new one is to be had
├── TokenRefused    a token that is not ours, or no longer
├── KeyRefused      no such key, or one that has ended
├── ProofRefused    what a website's backend signed does not prove a customer
├── OriginRefused   the page that asks lies on a website that is not listed
├── KindRefused     known, but this is for others
└── Later           not now
    ├── TooOften    whoever asks has asked enough for a while
    └── Overloaded  everybody together has

RegistryError       what was asked of the sites and keys cannot be done
├── RegistryUnreadable
├── LimitsUnavailable    nobody can be counted
└── NotSetUp        the server would be open to others, and nobody has said who they are
"""


class Refused(Exception):
    """Base of all refusals: its text is for whoever made the request, and tells no secret."""


class Unproved(Refused):
    """Nothing says who asks."""


class TokenExpired(Refused):
    """A token of ours, too old."""


class TokenRefused(Refused):
    """A token that is not ours, or no longer."""


class KeyRefused(Refused):
    """There is no such key, or it has ended."""


class ProofRefused(Refused):
    """What was signed does not prove a customer."""


class OriginRefused(Refused):
    """The website is not listed."""


class KindRefused(Refused):
    """This is for others."""


class Later(Refused):
    """Not now; `retry_after` says in how many seconds another try makes sense."""

    def __init__(self, text: str, *, retry_after: int) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class TooOften(Later):
    """Whoever asks has asked enough for a while."""


class Overloaded(Later):
    """Everybody together has asked more than can be answered."""


class RegistryError(Exception):
    """What was asked of the sites and keys cannot be done: its text names the value and the remedy."""


class RegistryUnreadable(RegistryError):
    """Nobody knows which sites and keys there are."""


class LimitsUnavailable(RegistryError):
    """Nobody can be counted."""


class NotSetUp(RegistryError):
    """The server would be open to others, and nobody has said who they are."""
