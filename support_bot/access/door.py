"""Turn what a request carries into the principal whom it is made for, or refuse it. Nothing else decides who asks."""

from dataclasses import replace

from knowledge.audience import Audience
from support_bot.access.agents import SIGN_IN_KINDS, Badge, Badges, Entry, badge_of, is_badge, zendesk_entry
from support_bot.access.errors import (
    KeyRefused,
    KindRefused,
    NotSetUp,
    OriginRefused,
    ProofRefused,
    Refused,
    TokenRefused,
    Unproved,
)
from support_bot.access.keys import PREFIXES, found_key, found_secret
from support_bot.access.principal import Principal
from support_bot.access.registry import Registry, Site
from support_bot.access.secrets import MasterSecret
from support_bot.access.tokens import RENEWABLE, Holder, Proofs, Tokens, new_visitor

_LONGEST_USER = 100  # characters
_STAFF: dict[str, Audience] = {"agent": "internal", "admin": "internal"}


class Door:
    """The one way into a site."""

    def __init__(
        self, *, site: str, registry: Registry, secret: MasterSecret, origins: tuple[str, ...], is_private: bool
    ) -> None:
        self.site = site
        self.registry = registry
        self._tokens = Tokens(site=site, secret=secret)
        self._badges = Badges(site=site, secret=secret)
        self._proofs = Proofs(site=site, registry=registry, secret=secret)
        self._origins = frozenset(origins)  # that may ask while the site is not set up
        self._is_private = is_private  # the server can be reached from this machine alone

    def check_set_up(self) -> None:
        """Raise NotSetUp for a server that others could reach though nobody has said who they are."""
        site = self.registry.site(self.site)
        if not self._is_private and (site is None or site.local):
            raise NotSetUp(
                f"Others could reach this server, and site {self.site!r} is not set up for them. Run `python -m "
                f"support_bot sites {'change' if site else 'add'} {self.site} --origin https://www.example.com`, with "
                "your website's address, or listen on 127.0.0.1 and leave SUPPORT_BOT_PUBLIC_URL empty."
            )

    def may_ask(self, origin: str) -> bool:
        """Whether pages of this origin, exactly as a browser sends it, may ask."""
        site = self.registry.site(self.site)
        return origin in (self._origins if site is None else site.origins)

    def principal(self, *, authorization: str, origin: str, own_origins: tuple[str, ...], user: str = "") -> Principal:
        """Return for whom a request is made: of a service, for this one of its own users. Raises Refused."""
        self._check_origin(origin, own_origins)
        asker = self._named(authorization, origin=origin)
        if not user:
            return asker
        if asker.kind != "service":
            raise KindRefused("Only a service, by its key, says for which of its users it asks.")
        if len(user) > _LONGEST_USER:
            raise KindRefused(f"The name of a service's user has at most {_LONGEST_USER} characters.")
        return replace(asker, owner=f"{asker.owner}:{user}", user=user)

    def _named(self, authorization: str, *, origin: str) -> Principal:
        site = self.registry.site(self.site)
        scheme, _, token = authorization.partition(" ")
        if self._is_local(site) and not _is_ours(token):
            return Principal("visitor", self.site, owner="local", audience="public", is_local=True)
        if not token or scheme.lower() != "bearer":
            raise Unproved("Send Authorization: Bearer with a visitor's token or a key.")
        if site is None:
            raise TokenRefused("The site of this token is not set up.")
        if is_badge(token):
            return self._agent(self._badges.read(token))
        return self._visitor(token, site=site, origin=origin) if _is_token(token) else self._keyholder(token)

    def anybody(self) -> Principal:
        """Return who opens a page of ours in a browser, which sends no token: they read what is public."""
        return Principal("visitor", self.site, owner="nobody", audience="public")

    def session(
        self, *, site_key: str, proof: str, authorization: str, origin: str, own_origins: tuple[str, ...]
    ) -> tuple[str, Holder]:
        """Return a token, and for whom it is: for a customer with a proof, else for the visitor of the token before."""
        if not origin:
            raise OriginRefused("A token is for a page in a browser, which sends Origin. A server sends a service key.")
        self._check_origin(origin, own_origins)
        key = found_key(site_key, registry=self.registry, site=self.site)
        site = self.registry.site(self.site)
        if key.kind != "site" or site is None:
            raise KeyRefused("That is no site key: it begins with pk_ and is made for pages.")
        if proof:
            if site.proof == "off":
                raise ProofRefused(f"Site {site.name!r} takes no proofs: `sites change {site.name} --proof optional`.")
            owner, proof_key = self._proofs.customer(proof)
            before = self._visitor_before(authorization)
            holder = Holder("customer", owner, origin=origin, site_key=key.id, proof_key=proof_key, before=before)
        elif site.proof == "required":
            raise Unproved("This site answers its customers alone: send a proof that its website's backend has signed.")
        else:
            before = self._visitor_before(authorization)
            holder = Holder("visitor", before or new_visitor(), origin=origin, site_key=key.id, is_new=not before)
        return self._tokens.issued(holder), holder

    def agent_session(
        self, *, key: str, auth_secret: str, agent: str, authorization: str, origin: str, own_origins: tuple[str, ...]
    ) -> tuple[str, Badge]:
        """Return an agent's token, and who they are: by their key, by Front's secret, else by the token before.

        `agent` is who Front says its user is: they are counted by it, and nothing else rests on it.
        """
        self._check_origin(origin, own_origins)
        if key:
            found = found_key(key, registry=self.registry, site=self.site)
            if found.kind not in ("agent", "admin"):
                raise KeyRefused("That is no agent's key: it begins with agent_, and `keys add agent` makes it.")
            badge = badge_of(found)
        elif auth_secret:
            front = badge_of(found_secret(auth_secret, "front", registry=self.registry, site=self.site))
            badge = replace(front, owner=f"{front.owner}:{agent}" if agent else front.owner, name=agent)
        else:
            badge = self._badges.read(authorization.partition(" ")[2], is_renewed=True)
            self._agent(badge)  # raises Refused where the key behind it has ended
        return self._badges.issued(badge), badge

    def panel_hosts(self) -> tuple[str, ...]:
        """Return the helpdesks that may show agents the side panel."""
        site = self.registry.site(self.site)
        return site.panel_hosts if site else ()

    def zendesk_entry(self, token: str) -> Entry:
        """Return who opens the panel in Zendesk, which may be let in once. Raises ProofRefused."""
        keys = self.registry.active_keys("zendesk", site=self.site)
        if not keys:
            raise ProofRefused("Zendesk's key is missing: `keys add zendesk --public-key FILE` takes it in.")
        return zendesk_entry(token, keys, hosts=self.panel_hosts())

    def let_in(self, badge: Badge) -> str:
        """Return a token for whoever has shown who they are."""
        return self._badges.issued(badge)

    def _check_origin(self, origin: str, own_origins: tuple[str, ...]) -> None:
        if origin and origin not in own_origins and not self.may_ask(origin):
            raise OriginRefused(f"Origin {origin[:200]!r} is not one of this site's. `sites change` adds origins.")

    def _is_local(self, site: Site | None) -> bool:
        return self._is_private and (site is None or site.local)

    def _visitor(self, token: str, *, site: Site, origin: str) -> Principal:
        holder = self._tokens.holder(token)
        keys = filter(None, (holder.site_key, holder.proof_key))
        if not all(self.registry.active_key(key, site=site.name) for key in keys):
            raise TokenRefused("The key behind this token has ended.")
        if origin and origin != holder.origin:
            raise TokenRefused("The token was issued to another website.")
        if holder.kind == "customer":
            if site.proof == "off":
                raise TokenRefused("This site no longer takes proofs.")
            return Principal("customer", site.name, owner=holder.owner, audience="customer")
        if site.proof == "required":
            raise Unproved("This site answers its customers alone.")
        return Principal("visitor", site.name, owner=holder.owner, audience=site.audience)

    def _agent(self, badge: Badge) -> Principal:
        key = self.registry.active_key(badge.key, site=self.site)
        if key is None or key.kind not in SIGN_IN_KINDS:
            raise TokenRefused("The key behind this token has ended. Sign in anew.")
        return Principal("agent", self.site, owner=badge.owner, audience="internal", name=badge.name)

    def _keyholder(self, text: str) -> Principal:
        key = found_key(text, registry=self.registry, site=self.site)
        if key.kind not in ("service", "agent", "admin"):
            raise KeyRefused("A site key only gets tokens: send it to /api/v1/sessions.")
        audience = _STAFF.get(key.kind, key.audience)
        return Principal(key.kind, self.site, owner=f"{key.kind}:{key.id}", audience=audience, name=key.name)

    def _visitor_before(self, authorization: str) -> str:
        """Return whose token this was, until long after it expired: the same visitor goes on with another one."""
        try:
            holder = self._tokens.holder(authorization.partition(" ")[2], expired_for=RENEWABLE)
        except Refused:
            return ""  # whoever cannot be recognised is somebody new
        return holder.owner if holder.kind == "visitor" else ""


def _is_ours(token: str) -> bool:
    """Whether it claims to be of ours; OpenAI's clients send any word where no key is needed."""
    return _is_token(token) or token.partition("_")[0] in PREFIXES.values()


def _is_token(token: str) -> bool:
    return token.count(".") == 2
