"""The words that a support check treats specially: empty ones, those that say the same or the opposite, spellings."""

# Words that say nothing of a claim's own, besides `knowledge.stop_words`: fillers, hedges, counts, currencies.
FILLERS = (
    "according additionally all along already always because certain currently different directly easily entire "
    "example everything following generally highly however including information instead likely namely often "
    "otherwise since particular potentially provided really respectively several specific specifically "
    "straightforward together type typically usually various way well two three four five six seven eight nine "
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty "
    "sixty seventy eighty ninety hundred thousand million billion dozen couple half both twice hardly rarely "
    "seldom barely scarcely longer usd eur gbp dollar euro"
).split()

# What bounds a number: compared with it, and not as words.
BOUNDING = "above after before below exceed least limit maximum minimum over restrict under until".split()

# Words that help pages and answers exchange freely; each becomes the first of its line.
SAME = (
    "click tap press select choose pick hit",
    "open visit navigate go launch access",
    "enter type input fill",
    "delete remove erase",
    "begin start commence",
    "show display view see",
    "buy purchase",
    "fix resolve solve troubleshoot",
    "help assist aid support",
    "allow enable let permit",
    "give offer supply provide",
    "email mail",
    "sign log",
    "customer client",
    "picture image photo",
    "large big",
    "fast quick rapid speed",
    "require need",
    "create make build generate produce",
    "include contain comprise consist",
    "get receive obtain retrieve",
    "use utilize usage employ apply",
    "change modify edit alter update adjust",
    "answer reply respond response",
    "error problem fault",
    "end finish complete",
    "stop cancel terminate",
    "send submit transmit",
    "improve enhance",
    "reduce reduction lower decrease lessen minimize",
    "increase raise boost",
    "limit maximum cap",
    "pay payment",
    "cost price fee",
    "subscribe subscription",
    "describe description",
    "decide decision",
    "keep preserve retain maintain",
    "specify set define determine",
    "document documentation docs",
    "company business organization enterprise",
    "month monthly",
    "year yearly annual annually",
    "day daily",
    "week weekly",
    "release publish",
    "premiere debut",
    "win winner victory champion",
    "direct director",
    "tell inform notify",
    "find locate",
    "try attempt",
    "assess evaluate evaluation judge",
    "phone smartphone",
    "expire expiry expiration",
    "accurate accuracy",
    "easy easier ease",
    "key crucial essential",
    "uninstall deinstall",
)

# The second of a pair denies the first: it becomes the first and turns the clause's polarity.
DENIALS = (
    "allow/disable allow/prohibit allow/forbid allow/disallow allow/prevent allow/deny able/unable "
    "available/unavailable supported/unsupported valid/invalid correct/incorrect include/exclude accept/reject "
    "accept/refuse accept/decline possible/impossible active/inactive connect/disconnect check/uncheck "
    "necessary/unnecessary require/optional encrypted/unencrypted limited/unlimited useful/useless"
).split()

# The second of a pair is the contrary of the first: it becomes the first, and turns what the first is said of.
CONTRARIES = "increase/decrease online/offline".split()

# Each is the contrary of the other: beside the same word (`upload files`) they say different things.
ANTONYMS = (
    "upload/download import/export add/remove buy/sell sender/recipient lock/unlock mute/unmute install/uninstall "
    "subscribe/unsubscribe archive/unarchive block/unblock link/unlink assign/unassign public/private "
    "internal/external incoming/outgoing manual/automatic manually/automatically temporary/permanent "
    "temporarily/permanently free/paid input/output ascending/descending before/after above/below "
    "first/last approve/reject encourage/discourage encrypt/decrypt deposit/withdraw "
    "domestic/international outbound/inbound weekday/weekend buyer/seller"
).split()

# Compared as numbers of dates.
MONTHS = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
).split()

NOT_NAMES = frozenset(
    {"ai", "i", "i'm", "i'd", "i'll", "i've", "ok", "faq", "note", "tip", "step", "mr", "mrs", "ms", "dr"}
)

# What Britons spell otherwise, as Americans do.
AMERICAN = (
    (r"\b(behavi|col|fav|flav|harb|hon|hum|lab|neighb|rum|vap)our", r"\1or"),
    (r"(?<=[a-z]{3})is(e|ed|es|ing|ations?)\b", r"iz\1"),
    (r"(?<=[a-z]{3})ys(e|ed|es|ing)\b", r"yz\1"),
    (r"\b(cance|channe|dia|fue|labe|leve|mode|signa|tota|trave)ll(?=ed|ing|er|ation)", r"\1l"),
    (r"\b(cent|fib|lit|met|theat)re(?=s?\b)", r"\1er"),
    (r"\b(defen|licen|offen)ce", r"\1se"),
    (r"\b(catal|dial)ogue", r"\1og"),
    (r"\bprogramme(?=s?\b)", "program"),
    (r"\bgrey", "gray"),
)
# Before a hyphen these make one word with what follows: `pre-fill`, `fine-tuning`.
PREFIXES = "anti co de e fine inter mid multi non over pre re sub un under".split()

# Endings that stems keep: `improvement` says what `improve` says. Longest first.
ENDINGS = "ation ition ement ment ness abl ibl anc enc iti ity ion ifi if iv e i y".split()
