"""Tell a sentence of a mail that asks from one that says what is wrong, and from one that is only polite."""

import re

_PREFIX = re.compile(  # of a subject
    r"\s*(?:(?:re|fwd?|aw|wg|sv|tr|rv|antw|回覆|回复|答复|轉寄|转发)\s*[:：]"
    r"|\[[^\]]{0,40}\]|\(?(?:ticket|case|fall)? ?#\d+\)?)",
    re.IGNORECASE,
)
_NOTHING_SAID = "|".join(
    (
        "urgent|hi|hello|help|question|problem|support|request|issue|ticket|inquiry|contact(?: form)?",
        "dringend|hilfe|frage|anfrage|kontakt(?:formular)?",
        "demande|aide|pregunta|ayuda",
        "請問|問題|求助|问题",
    )
)
_EMPTY_SUBJECT = re.compile(
    rf"(?:(?:{_NOTHING_SAID})\W*){{0,4}}(?:(?:conversation with |new message).*)?", re.IGNORECASE
)

_GREETS = "|".join(
    (
        "hi|hello|hey|dear|good (?:morning|afternoon|evening|day)",
        r"hallo|guten (?:tag|morgen|abend)|sehr geehrte|liebe[rs]?\b",
        "bonjour|hola|buenos d[ií]as|buenas|ciao|buongiorno",
        "您好|你好|哈囉|嗨",
    )
)
_THANKS = "hope (?:you|this|all)|thanks?(?: you)?|appreciate|vielen dank|danke|merci|gracias|grazie"
_POLITE = re.compile(
    rf"(?:{_GREETS})\b.{{0,40}}|.{{0,30}}\b(?:{_THANKS})\b.{{0,60}}|.{{0,12}}(?:[謝谢]{{2}}|感[謝谢]|麻[煩烦]了).{{0,12}}",
    re.IGNORECASE,
)

_ASKING_WORDS = "|".join(
    (
        "how (?:do|can|to|should|would|long|much|many)|what (?:do|is|are|happens|should)|where (?:do|can|is|are)",
        "is it possible|is there (?:a|any)|can (?:i|you|we)|could you|would you|wondering (?:if|how|whether)",
        "please (?:tell|explain|advise|let me know|help)|tell me|let me know",
        "i(?:'d| would) like to (?:know|ask)|i (?:want|need|wish|was wondering|wonder)",
        "wie (?:kann|muss|lange|viel|geht|soll|ändere|bekomme)|kann (?:ich|man)|gibt es|ich möchte",
        "können sie|könnten sie",
        "comment|est-ce que|pouvez-vous|pourriez-vous|je (?:voudrais|souhaite)|puis-je",
        "cómo|puedo|podría[ns]?|quisiera|quiero saber",
        "come (?:posso|faccio)|vorrei|como (?:posso|faço)|gostaria|hoe (?:kan|moet)",
    )
)
_ASKS = re.compile(
    rf"[?？]\W*$|\b(?:{_ASKING_WORDS})\b"
    "|如何|怎[麼么樣样]|[請请][問问]|是否|能不能|可不可以|可以.{0,20}[嗎吗]|想(?:知道|了解|請教|问|問)|哪[裡里個个]|多[久少]",
    re.IGNORECASE,
)

_TROUBLE = "|".join(
    (
        "cannot|can't|can not|couldn't|doesn't|does not|didn't|did not|don't|isn't|is not|won't|wouldn't|unable",
        r"fail(?:s|ed|ing|ure)?|error|problem|issue|wrong|broken|missing|stuck|refus(?:es|ed)|lost|expired|crash\w*",
        "never|no longer|not work(?:ing)?",
        r"nicht|fehler\w*|kein\w*|leider|kaputt",
        "défaut|erreur|impossible|ne (?:fonctionne|marche|peut)|n'arrive",
        r"no (?:puedo|funciona|me deja|consigo)|fall[ao]\w*",
        "non (?:funziona|riesco)|errore|não (?:consigo|funciona)|erro|werkt niet|lukt niet|fout(?:melding)?",
    )
)
_COMPLAINS = re.compile(
    rf"\b(?:{_TROUBLE})\b|[無无]法|不能|[錯错][誤误]|失[敗败]|[沒没]有|不[見见]|[壞坏]|[問问][題题]|[沒没][辦办]法",
    re.I,
)


def asks(sentence: str) -> bool:
    """Whether a sentence asks something."""
    return _ASKS.search(sentence) is not None


def complains(sentence: str) -> bool:
    """Whether a sentence says that something is wrong."""
    return _COMPLAINS.search(sentence) is not None


def is_polite(sentence: str) -> bool:
    """Whether a sentence is polite and nothing else."""
    return not asks(sentence) and _POLITE.fullmatch(sentence.rstrip(" .,!:;，。！：")) is not None


def said_by(subject: str) -> str:
    """Return what a mail's subject says, "" for one that says nothing."""
    text = " ".join(subject.split())
    while found := _PREFIX.match(text):
        text = text[found.end() :]
    return "" if _EMPTY_SUBJECT.fullmatch(text.strip()) else text.strip()
