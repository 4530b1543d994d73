"""Why somebody is not let in.

Refused
├── Unproved        nothing says who asks, and this site does not answer just anybody
├── TokenExpired    a token of ours, too old: a new one is to be had
├── TokenRefused    a token that is not ours, or no longer
├── KeyRefused      no such key, or one that has ended
├── ProofRefused    what a website's backend signed does not prove a customer
├── OriginRefused   the page that asks lies on a website that is not listed
└── KindRefused     known, but this is for others

RegistryError       what was asked of the sites and keys cannot be done
├── RegistryUnreadable
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


class RegistryError(Exception):
    """What was asked of the sites and keys cannot be done: its text names the value and the remedy."""


class RegistryUnreadable(RegistryError):
    """Nobody knows which sites and keys there are."""


class NotSetUp(RegistryError):
    """The server would be open to others, and nobody has said who they are."""
