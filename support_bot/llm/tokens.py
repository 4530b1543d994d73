"""Turn a text into about how many tokens a model makes of it."""


def token_estimate(text: str) -> int:
    """Return about how many tokens a text has: of ASCII four characters make one, any other character is one."""
    ascii_characters = len(text.encode("ascii", "ignore"))
    return len(text) - ascii_characters + (ascii_characters + 3) // 4


def most_tokens(text: str) -> int:
    """Return how many tokens a text has at most, in any language: two bytes make one, even of what is no language."""
    return (len(text.encode(errors="replace")) + 1) // 2
