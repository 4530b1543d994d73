"""Say what is wrong with where conversations are kept, and what to do about it."""


class StoreError(Exception):
    """Conversations cannot be kept or read."""


class StoreUnavailable(StoreError):
    """The database does not answer at the moment: locked, full, read-only or gone."""


class StoreDamaged(StoreError):
    """The database's file is not whole."""


class StoreNewer(StoreError):
    """A newer version of Support Bot has written the database."""


class CapReached(Exception):
    """What the site may spend in a day or a month is spent, or held back for answers that are being given."""


class NotKept(StoreError):
    """There is no conversation of this name."""


class KeyReused(Exception):
    """An idempotency key was sent before, with another question."""
