"""Say that no person can be reached."""


class NobodyToReach(Exception):
    """The site has not set where handoffs are delivered."""
