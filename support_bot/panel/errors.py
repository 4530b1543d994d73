"""Why a ticket cannot be read from its helpdesk, or nothing be written there."""


class HelpdeskMissing(Exception):
    """The server knows no helpdesk of this kind, or another account of it."""


class HelpdeskFailed(Exception):
    """The helpdesk does not answer as it should: the text says how, without what it said."""
