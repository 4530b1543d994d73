"""Say for whom a request is made and what they may read."""

from dataclasses import dataclass
from typing import Literal

from knowledge.audience import Audience

Kind = Literal["visitor", "customer", "service", "agent", "admin"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, as `access.door` has found out: nothing else decides it."""

    kind: Kind
    site: str
    owner: str  # whose conversations are theirs, unlike every other owner's of the site
    audience: Audience  # the scope that they may read
    name: str = ""  # an agent's, as their helpdesk or their key calls them
    user: str = ""  # of a service's own users, the one for whom it asks
    is_local: bool = False  # whoever sits at this machine, while nothing is set up for others

    @property
    def is_one_of_many(self) -> bool:
        """Whether they are held to what one visitor may do: not this machine, nor staff, nor a program for itself."""
        return not self.is_local and (self.kind in ("visitor", "customer") or bool(self.user))
