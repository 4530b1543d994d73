"""Tell what an answer says besides its claims: courtesies and questions back, lead-ins to claims, bare assent."""

import re
from collections.abc import Iterable
from typing import Literal

from knowledge.words import word_count
from support_bot.answering.checking.claims import Piece
from support_bot.answering.checking.evidence import Evidence
from support_bot.answering.checking.facts import facts, is_cjk
from support_bot.answering.support import check

Aside = Literal["courtesy", "lead_in", "assent", "unfounded"]

_LONGEST = 240  # code points; what is longer says something
_COURTESIES = (
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: there| again)?",
    r"(?:many )?thank(?:s| you)(?: so much| very much)?"
    r"(?: for (?:asking|reaching out|contacting us|getting in touch|your (?:question|message|patience|interest)))?",
    r"(?:great|good) question",
    r"(?:i am|i'm|i'd be|i would be|we are|we're)? ?(?:happy|glad) to help(?: you)?(?: with (?:that|this))?",
    r"(?:i )?hope (?:this|that|it) (?:helps|answers your question|is helpful)",
    r"(?:i am|i'm|we're|we are)? ?sorry (?:to hear (?:that|this|about (?:that|this))|about (?:that|this)"
    r"|for the (?:inconvenience|trouble|confusion))",
    r"(?:please )?(?:let (?:me|us) know|feel free to (?:ask|reach out))(?: if (?:this|that) helps)?",
    r"if you (?:have|need) (?:any )?(?:other |more |further )?(?:questions?|help|assistance)",
    r"(?:you are|you're) welcome",
    r"have a (?:great|nice|good) day",
    r"(?:您好|你好|哈囉|嗨|早安|午安|晚安)",
    r"(?:非常)?(?:感謝|感谢|謝謝|谢谢)(?:您|你)?(?:的)?(?:來信|来信|詢問|询问|提問|提问|耐心等候|耐心|支持|聯繫|联系)?",
    r"(?:不客氣|不客气)",
    r"(?:希望|以上)?(?:這|这|以上)?(?:資訊|信息|些資訊|些信息|說明|说明)?(?:對|对)(?:您|你)有(?:所)?(?:幫助|帮助)",
    r"(?:很抱歉|抱歉|不好意思)(?:造成(?:您|你)的(?:不便|困擾|困扰))?",
    r"(?:如|若|如果)?(?:您|你)?(?:還|还)?有(?:任何|其他|其它)?(?:問題|问题|疑問|疑问)(?:歡迎|欢迎|請|请)?(?:隨時|随时)?"
    r"(?:告訴我|告诉我|提出|詢問|询问|與我們聯繫|与我们联系)?",
    r"(?:歡迎|欢迎|請|请)?(?:隨時|随时)(?:告訴我|告诉我|提出|詢問|询问|與我們聯繫|与我们联系)",
)
_COURTESY = re.compile(rf"(?:(?:{'|'.join(_COURTESIES)})(?:[\s,.!，。！~～😊🙂👋🙏—-]+|$))+", re.IGNORECASE)
_ASSENT = re.compile(  # an answer that nothing supports: the claim after it says the same with a source
    r"(?:yes|no|yep|sure|okay|ok|certainly|of course|absolutely|definitely|correct|exactly|no problem"
    r"|是的?|不是|對|对|好的?|可以|不可以|可以的|當然(?:可以)?|当然(?:可以)?|沒問題|没问题)[\s,.!，。！]*",
    re.IGNORECASE,
)
_QUESTION_BACK = re.compile(  # what it asks about follows
    r"(?:would|do) you (?:like|want|need|prefer)(?: (?:me|us))?(?: to)?(?: help(?: with)?)?"
    r"(?: (?:know|learn|hear|see) more)?(?: about)?\b"
    r"|(?:how )?(?:can|may|could|shall) (?:i|we) help(?: you)?(?: with)?\b"
    r"|(?:is there )?anything else(?: (?:i|we) can help(?: you)? with)?\b|(?:do|did|does) (?:this|that|it) help\b"
    r"|(?:which|what)\b(?=[\w ]* (?:do|are|did|were) you\b)|are you (?:using|on|looking for|trying to)\b"
    r"|do you (?:see|have|use)\b"
    r"|(?:請問|请问)?(?:您|你)?(?:是否)?(?:想要|想|需要|希望)(?:了解|知道)?|(?:請問|请问)?(?:您|你)(?:使用|用)的?是(?=哪)",
    re.IGNORECASE,
)
_PARTICLES = "嗎吗呢?？ "
_LONGEST_QUESTION = 8  # words
_LONGEST_CJK_QUESTION = 16  # characters
_FAMILIAR = 0.85  # of a lead-in's content terms, in one passage
_LONGEST_LEAD_IN = 12  # content terms
_TOPIC = 2  # content terms: so few name something and say nothing of it
_CJK_TERMS = 2  # for each character of a text: itself and a pair
_LEAD_IN_WORDS = re.compile(
    r"\b(?:steps?|follow(?:s|ing)?|here(?:'s| is| are)?|below|instructions?|options?|overview|summary|notes?|details?"
    r"|features?|descriptions?|types?|topics?|questions?|answers?|know)\b"
    r"|以下|如下|下列|步驟|步骤|[請请]?(?:依照|按照|依|按)|操作|[說说]明|進行|进行|方法|方式|[請请]注意|注意|重點|重点",
    re.IGNORECASE,
)


def aside(piece: Piece, evidence: Iterable[Evidence]) -> Aside | None:
    """Return what a piece is when it is no claim, None for a claim.

    A courtesy goes with anything that is shown, a lead-in with the claim after it, assent with nothing. Any other
    question or heading is unfounded: it suggests what it does not say. In a step it is checked as a claim is.
    """
    if not any(map(str.isalnum, piece.text)):
        return "assent"
    if piece.kind in ("row", "code") or len(piece.text) > _LONGEST:
        return None
    plain = piece.text.replace("’", "'").strip(" *_")
    if piece.kind == "sentence" and _COURTESY.fullmatch(plain):
        return "courtesy"
    if _ASSENT.fullmatch(plain):
        return "assent"
    if piece.kind in ("heading", "header") or plain.endswith((":", "：")):
        if _announces(plain, evidence):
            return "lead_in"
        return "unfounded" if piece.kind == "heading" and not piece.step else None
    if plain.endswith(("?", "？")):
        if _asks_back(plain, evidence):
            return "courtesy"
        return None if piece.step else "unfounded"
    return None


def _asks_back(question: str, evidence: Iterable[Evidence]) -> bool:
    """Whether a question is a short one of a known kind, about what stands in a passage: others may assert anything."""
    opening = _QUESTION_BACK.match(question)
    longest = _LONGEST_CJK_QUESTION if is_cjk(question) else _LONGEST_QUESTION
    if not opening or word_count(question) > longest:
        return False
    return _stands_in_one(question[opening.end() :].rstrip(_PARTICLES), evidence, share=1.0)


def _announces(lead_in: str, evidence: Iterable[Evidence]) -> bool:
    said = _LEAD_IN_WORDS.sub(" ", lead_in)
    longest = _LONGEST_LEAD_IN * (_CJK_TERMS if is_cjk(said) else 1)
    return len(facts(said).terms) <= longest and _stands_in_one(said, evidence, share=_FAMILIAR)


def _stands_in_one(said: str, evidence: Iterable[Evidence], *, share: float) -> bool:
    """Whether a passage has a share of a text's terms, and its names and numbers, and no such passage denies it."""
    about = facts(said)
    if any(clause.negated for clause in about.clauses):
        return False
    wanted = len(about.terms)
    familiar = [e for e in evidence if e.mentions(about) and sum(map(e.knows, about.terms)) >= share * wanted]
    is_topic = wanted <= _TOPIC * (_CJK_TERMS if about.is_cjk else 1)
    return bool(familiar) and (is_topic or not any(check(said, e).failure == "negated" for e in familiar))
