"""Tell a message whose writer wants a person from one that asks something, in every language that the widget speaks.

Of the words alone: a person must be reached when nothing else works, and no model may talk anybody out of it.
"""

import re

_PERSON = (
    r"(?:an? |the |some |your )?(?:(?:real|live|actual|human) (?:person|human|agent|being|operator|representative)"
    r"|person|human(?: being)?|operator|representative|someone|somebody)\b(?!['-])"
)
_ENDS = (  # `a person, please`, but not `a person field` or `someone access`
    r"(?=\W*$|[.,;:!?]| (?:please|pls|now|instead|here|today|about|regarding|from|at|by|in|on the (?:phone|line)"
    r"|(?:to|who can|can) (?:talk|speak|chat|help|assist))\b)"
)
_ENGLISH = (
    rf"\b(?:talk|speak|chat)\b[\w' ]{{0,30}}?\b{_PERSON}(?! else\b)",
    rf"\b(?:connect|transfer|put|get|give|hand|pass|send|let|find|switch) (?:me|us)\b[\w' ]{{0,30}}?\b{_PERSON}{_ENDS}",
    r"\b(?:connect|transfer|hand|pass|escalate|switch)(?: (?:me|us|this|it))?(?: (?:over|on|through))? "
    rf"(?:to|with) {_PERSON}{_ENDS}",
    rf"(?<!do )\b(?:i|we)\b[\w' ]{{0,12}}? ?\b(?:want|need|like|prefer) {_PERSON}{_ENDS}",
    r"(?:^|\b(?:i|we|me|to|please|just) )(?:get|reach|see|have|want|need) (?:to |through to |hold of )?"
    rf"{_PERSON}{_ENDS}",
    rf"\b(?:is|are) there (?:any )?{_PERSON}[\w' ]{{0,20}} (?:talk|speak|chat|reach|help)\b",
    r"\b(?:talk|speak|chat|connect me|transfer me|put me through)\b[\w' ]{0,20}? (?:to|with) [\w' ]{0,20}?"
    rf"\b(?:agent|support|service|advisor|adviser|staff|your team|employee|manager)\b{_ENDS}",
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
    r"\bechten? (?:mensch(?:en)?|mitarbeiter|person)\b",
    r"\b(?:verbinde|verbinden sie|leite)\b[\w ]{0,40}\b(?:mensch(?:en)?|mitarbeiter|person|berater)\b",
)
_FRENCH = (
    r"\b(?:parler|discuter|joindre|contacter|(?:me|nous) (?:passer|mettre|transf[eé]r\w*)"
    r"|(?:passe|mets|transf[eè]re|passez|mettez|transf[eé]rez)-(?:moi|nous))\b[\w' -]{0,30}"
    r"\b(?:humain|personne|conseill\w+|agent|quelqu'un|op[eé]rateur)\b",
)
_SPANISH = (
    r"\b(?:hablar|contactar|(?:me|nos) (?:\w+ )?(?:conect|comuni[cq]|pas|transf)\w*"
    r"|(?:con[eé]ct|comun[ií][cq]|p[aá]s|transf)\w*(?:me|nos))\b[\w ]{0,30}"
    r"\b(?:persona|humano|agente|alguien|operador\w*|representante)\b",
)
_CHINESE = (
    r"[转轉接找要]\S{0,3}人工(?![智])|人工客服|真人(?!真事)|[转轉]接?\S{0,4}(?:客服|专员|專員)(?!系[统統]|工具|[机機]器)",
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
