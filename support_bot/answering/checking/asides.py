"""Tell what an answer says besides its claims: courtesies and questions back, lead-ins to claims, bare assent."""

import re
from collections.abc import Iterable
from typing import Literal

from knowledge.words import word_count
from support_bot.answering.checking.claims import Piece
from support_bot.answering.checking.evidence import Evidence
from support_bot.answering.checking.facts import Facts, facts, is_cjk
from support_bot.answering.support import check

Aside = Literal["courtesy", "lead_in", "assent"]

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
    r"(?:would|do) you (?:like|want|need|prefer)(?: (?:me|us))?(?: to)?(?: (?:know|learn|hear|see) more)?(?: about)?\b"
    r"|(?:how )?(?:can|may|could|shall) (?:i|we) help(?: you)?(?: with)?\b"
    r"|(?:is there )?anything else(?: (?:i|we) can help(?: you)? with)?\b|(?:do|did|does) (?:this|that|it) help\b"
    r"|(?:which|what)\b(?=[\w ]* (?:do|are|did|were) you\b)|are you (?:using|on|looking for|trying to)\b"
    r"|(?:請問|请问)?(?:您|你)?(?:是否)?(?:想|需要|想要|希望)(?=.*[嗎吗呢]?)|(?:請問|请问)?(?:您|你)(?:使用|用)的?是(?=哪)"
    r"|(?:這樣|这样)?有(?:幫助|帮助|幫到您|帮到您)(?:嗎|吗)",
    re.IGNORECASE,
)
_LONGEST_QUESTION = 8  # words
_LONGEST_CJK_QUESTION = 16  # characters
_FAMILIAR = 0.85  # of a lead-in's content terms, in one passage
_LONGEST_LEAD_IN = 12  # content terms
_CJK_TERMS = 2  # for each character of a text: itself and a pair
_LEAD_IN_WORDS = re.compile(
    r"\b(?:steps?|follow(?:s|ing)?|here(?:'s| is| are)?|below|instructions?|options?|overview|summary|notes?)\b"
    r"|以下|如下|下列|步驟|步骤|[請请]?(?:依照|按照|依|按)|操作|[說说]明|進行|进行|方法|方式|[請请]注意|注意|重點|重点",
    re.IGNORECASE,
)


def aside(piece: Piece, evidence: Iterable[Evidence]) -> Aside | None:
    """Return what a piece is when it is no claim, None for a claim.

    A courtesy goes with anything that is shown, a lead-in with the claim after it, assent with nothing. A denial, and
    whatever uses words of its own, is a claim, however it is dressed.
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
        return "lead_in" if _announces(plain, evidence) else None
    if plain.endswith(("?", "？")):
        return "courtesy" if _asks_back(plain, evidence) else None
    return None


def _asks_back(question: str, evidence: Iterable[Evidence]) -> bool:
    """Whether a question is a short one of a known kind, about what stands in a passage: others may assert anything."""
    opening = _QUESTION_BACK.match(question)
    longest = _LONGEST_CJK_QUESTION if is_cjk(question) else _LONGEST_QUESTION
    if not opening or word_count(question) > longest:
        return False
    about = facts(question[opening.end() :])
    return not _denies(about) and any(
        passage.mentions(about) and all(map(passage.knows, about.terms)) for passage in evidence
    )


def _announces(lead_in: str, evidence: Iterable[Evidence]) -> bool:
    """Whether a heading or lead-in is short, and nearly all its words stand in one passage that does not deny it."""
    about = facts(_LEAD_IN_WORDS.sub(" ", lead_in))
    wanted = len(about.terms)
    if _denies(about) or wanted > _LONGEST_LEAD_IN * (_CJK_TERMS if about.is_cjk else 1):
        return False
    familiar = [
        passage
        for passage in evidence
        if passage.mentions(about) and sum(map(passage.knows, about.terms)) >= _FAMILIAR * wanted
    ]
    return bool(familiar) and not any(check(lead_in, passage).failure == "negated" for passage in familiar)


def _denies(said: Facts) -> bool:
    return any(clause.negated for clause in said.clauses)
