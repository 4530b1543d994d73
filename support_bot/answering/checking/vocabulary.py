"""The words that a support check treats specially: those without content, those that say the same, the opposites."""

from knowledge.words import stem

# Words that say nothing of a claim's own, besides `knowledge.stop_words`.
FILLERS = frozenset(
    stem(word)
    for word in (
        "according example including information main provided several specific various way "
        "two three four five six seven eight nine ten eleven twelve dozen couple half both twice "
        "hardly rarely seldom barely scarcely longer"
    ).split()
)

# Words that help pages and answers exchange freely; each becomes the first of its line.
SAME = {
    stem(word): stem(line.split()[0])
    for line in (
        "click tap press select choose pick hit",
        "open visit navigate go launch",
        "enter type input fill",
        "delete remove erase",
        "begin start",
        "show display",
        "buy purchase",
        "fix resolve solve troubleshoot",
        "help assist",
        "allow enable let permit",
        "give offer supply",
        "e-mail email mail",
        "sign log",
        "customer client",
        "picture image photo",
        "large big",
        "fast quick rapid",
        "require need",
        "create make build",
        "include contain",
        "get receive obtain",
    )
    for word in line.split()
}

# The second of a pair says the opposite of the first: it becomes the first and turns the clause's polarity.
OPPOSITE = {
    stem(second): stem(first)
    for first, second in (
        pair.split("/")
        for line in (
            "allow/disable allow/prohibit allow/forbid allow/disallow allow/prevent allow/deny able/unable",
            "available/unavailable supported/unsupported valid/invalid correct/incorrect increase/decrease",
            "include/exclude accept/reject accept/refuse accept/decline possible/impossible active/inactive",
            "online/offline connect/disconnect check/uncheck necessary/unnecessary require/optional",
            "encrypted/unencrypted limited/unlimited useful/useless",
        )
        for pair in line.split()
    )
}

NOT_NAMES = frozenset({"i", "i'm", "i'd", "i'll", "i've", "ok", "faq", "note", "tip", "step", "mr", "mrs", "ms", "dr"})
