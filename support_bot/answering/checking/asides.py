"""Tell what an answer says besides its claims: courtesies and questions back, lead-ins to claims, bare assent."""

import re
from collections.abc import Iterable
from typing import Literal

from support_bot.answering.checking.claims import Piece
from support_bot.answering.checking.evidence import Evidence
from support_bot.answering.checking.facts import facts

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
_FAMILIAR = 0.5  # of a lead-in's content terms, in one passage
_LEAD_IN_WORDS = re.compile(
    r"\b(?:steps?|follow(?:s|ing)?|here(?:'s| is| are)|below|instructions?|options?)\b|以下|如下|步驟|步骤",
    re.IGNORECASE,
)


def aside(piece: Piece, evidence: Iterable[Evidence]) -> Aside | None:
    """Return what a piece is when it is no claim, None for a claim.

    A courtesy goes with anything that is shown, a lead-in with the claim after it, assent with nothing. A denial, and
    anything with a number, name, address or code that no passage has, is a claim, however it is dressed.
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
    asks = plain.endswith(("?", "？"))
    leads = piece.kind in ("heading", "header") or plain.endswith((":", "："))
    if not asks and not leads:
        return None
    said = facts(piece.text)
    if not asks and any(clause.negated for clause in said.clauses):
        return None
    familiar = [passage for passage in evidence if passage.mentions(said)]
    if not familiar:
        return None
    if piece.kind in ("heading", "header"):
        return "lead_in"
    if asks:
        return "courtesy"
    about = max(sum(map(passage.knows, said.terms)) for passage in familiar)
    return "lead_in" if _LEAD_IN_WORDS.search(plain) or about >= _FAMILIAR * len(said.terms) else None
