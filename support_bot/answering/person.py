"""Tell a message whose writer wants a person from one that asks something, in every language that the widget speaks.

Of the words alone: a person must be reached when nothing else works, and no model may talk anybody out of it.
"""

import re

_ENGLISH = (
    r"(?:talk|speak|chat|connect\w*|transfer\w*|put|get|reach|want|need|give|let|hand)\b[\w' ]{0,30}?"
    r"\b(?:(?:real|live|actual|human) (?:person|human|agent|being|operator|representative)|person|human(?: being)?"
    r"|operator|representative|someone|somebody)\b(?!-| (?:who|that|else)\b)",
    r"(?:talk|speak|chat|connect me|transfer me|put me through)\b[\w' ]{0,20}? (?:to|with) [\w' ]{0,20}?"
    r"\b(?:agent|support|service|advisor|adviser|staff|your team|employee|manager)\b",
)
_ALONE = (
    r"(?:an? |the )?(?:real |live |actual |human )?(?:person|human|agent|operator|representative)(?: being)?"
    r"(?:,? (?:please|pls|now|instead))*",
    r"(?:ein(?:en|em)? |echte[rn]? )*(?:mensch(?:en)?|mitarbeiter(?:in)?|person|berater(?:in)?)(?:,? bitte)?",
    r"(?:un |une |le )?(?:vrai |vraie )?(?:humain|personne|conseiller|conseillère)(?:,? (?:svp|s'il vous pla[iî]t))?",
    r"(?:una? |el |la )?(?:persona|humano|agente|operador)(?: real)?(?:,? por favor)?",
    r"(?:请|請)?(?:人工|真人|客服)(?:服务|服務|客服)?(?:谢谢|謝謝)?",
    r"(?:شخص|إنسان|موظف)(?: حقيقي)?(?:،? (?:من فضلك|لو سمحت))?",
)
_GERMAN = (
    r"(?:\bmit|\ban)\b[\w ]{0,30}\b(?:mensch(?:en)?|mitarbeiter(?:in)?|person|agenten|kundendienst|kundenservice"
    r"|berater(?:in)?|jemande?[mn]?)\b[\w ]{0,20}"
    r"\b(?:sprechen|reden|verbinden|verbunden|chatten|wenden|telefonieren|weiterleiten)\b",
    r"\b(?:echten?|richtigen?) (?:mensch(?:en)?|mitarbeiter|person)\b",
    r"\b(?:verbinde|verbinden sie|leite)\b[\w ]{0,40}\b(?:mensch(?:en)?|mitarbeiter|person|berater)\b",
)
_FRENCH = (
    r"\b(?:parler|discuter|joindre|passer|mettre|transf[eé]r\w*|contacter)\b[\w' -]{0,30}"
    r"\b(?:humain|personne|conseill\w+|agent|quelqu'un|op[eé]rateur)\b",
)
_SPANISH = (
    r"\b(?:hablar|conect\w*|comunic\w*|pas\w*|transf[ie]\w*|contactar)\b[\w ]{0,30}"
    r"\b(?:persona|humano|agente|alguien|operador\w*|representante)\b",
)
_CHINESE = (
    r"[转轉接找要]\S{0,3}人工(?![智])|人工客服|真人(?!真事)|[转轉]接?\S{0,4}(?:客服|专员|專員)",
    r"(?:找|跟|和|與|与|同|联系|聯絡|聯繫)\S{0,6}(?:客服|专员|專員|服務人員|服务人员|工作人员|工作人員)\S{0,4}(?:说|說|谈|談|聊|讲|講|联系|聯絡|$)",
)
_ARABIC = (
    r"(?:التحدث|أتحدث|اتحدث|تحدث|أكلم|اكلم|التواصل|أتواصل|تحويلي|حولني|أريد|اريد).{0,25}"
    r"(?:شخص|إنسان|انسان|موظف|ممثل|بشري)",
)
_WANTED = re.compile("|".join((*_ENGLISH, *_GERMAN, *_FRENCH, *_SPANISH, *_CHINESE, *_ARABIC)), re.IGNORECASE)
_WANTED_ALONE = re.compile(rf"\W*(?:{'|'.join(_ALONE)})\W*", re.IGNORECASE)


def wants_person(text: str) -> bool:
    """Whether this asks for a person."""
    plain = " ".join(text.replace("’", "'").split())
    return bool(_WANTED_ALONE.fullmatch(plain) or _WANTED.search(plain))
