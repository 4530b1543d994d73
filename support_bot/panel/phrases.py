"""Name what mail programs, lawyers and absent people write, a language a line, as expressions over one short line."""

import re
from collections.abc import Sequence


def _any_of(*phrases: str) -> str:
    return "|".join(phrases)


def _compiled(*phrases: str) -> re.Pattern[str]:
    return re.compile(_any_of(*phrases), re.IGNORECASE)


def _heads(*names: Sequence[str]) -> re.Pattern[str]:
    """Return what finds a line of a mail's head: one of these names, in bold or not, with a colon."""
    return re.compile(rf"[*_ ]*(?:{_any_of(*(name for line in names for name in line))})[*_ ]*[:：]", re.IGNORECASE)


_WRITES = _any_of(
    "wrote",
    "schrieb",
    "a écrit",
    "escribió",
    "ha scritto",
    "escreveu",
    "schreef",
    "skrev",
    r"napisał(?:\(a\))?",
    r"napsal(?:\(a\))?",
    "kirjoitti",
)

WROTE = _compiled(  # `On 3 May 2026, Ada <ada@example.com> wrote:`
    rf"(?:on|am|le|el|il|em|no dia|op|den|d\.|w dniu|dne|pe|kl)\b.*\b(?:{_WRITES})\b.*[:：]",
    rf".*(?:{_WRITES})\s*[:：]",
    r".*(?:寫道|写道|書きました|のメール|님이 작성)\s*[:：]?",
)
DATED = re.compile(r"\d")
ADDRESSED = re.compile(r"@|<|\d[:.]\d\d|[上下]午|午前|午後")

_ORIGINAL = _any_of(
    "original message",
    "original appointment",
    "forwarded message",
    "original-nachricht",
    "ursprüngliche nachricht",
    "weitergeleitete nachricht",
    "message d['’]origine",
    "message transféré",
    "mensaje original",
    "mensaje reenviado",
    "messaggio originale",
    "mensagem original",
    "oorspronkelijk bericht",
    "原始郵件|原郵件|轉寄郵件",
    "原始邮件|原邮件|转发邮件",
)
SEPARATOR = _compiled(rf"[-_—]{{2,}} ?(?:{_ORIGINAL}) ?[-_—]*", "_{20,}|-{30,}")

FROM = _heads(
    ("from", "von", "de", "da", "van", "från", "fra", "od", "lähettäjä"),
    ("寄件者", "寄件人", "發件人", "发件人", "差出人", "보낸 사람"),
)
OTHER_HEAD = _heads(
    ("sent", "date", "to", "subject"),
    ("gesendet", "datum", "an", "betreff"),
    ("envoyé", "à", "objet"),
    ("enviado(?: el)?", "fecha", "para", "a", "asunto"),
    ("inviato", "data", "oggetto"),
    ("verzonden", "aan", "onderwerp", "skickat", "till", "sendt"),
    ("寄件日期", "發送時間", "日期", "收件者", "收件人", "主旨", "主題"),
    ("发送时间", "主题"),
    ("送信日時", "宛先", "件名", "보낸 날짜", "받는 사람", "제목"),
)

REPLY_ABOVE = _compiled("##-.*-##", "[-—=]{3,} ?(?:reply above|please type your reply above).*")

SENT_FROM = _compiled(
    r"(?:sent (?:from|via|with)|get outlook for)\b.{0,60}",
    r"(?:gesendet (?:mit|von)\b|von meinem .{1,20} gesendet).{0,60}",
    r"envoyé (?:de|depuis|à partir)\b.{0,60}",
    r"enviado (?:desde|do)\b.{0,60}",
    r"inviato da\b.{0,60}",
    r"verzonden (?:vanaf|met)\b.{0,60}",
    r"(?:[从從]我的 ?\S+ ?(?:傳送|[发發]送)|傳送自我的|发自我的|iPhoneから送信).{0,60}",
)

_CLOSINGS = _any_of(
    "(?:with |many |my |very )?(?:kind(?:est)?|best|warm(?:est)?) (?:regards|wishes)",
    "regards|best|all the best|cheers|(?:yours )?sincerely(?: yours)?|yours (?:truly|faithfully)",
    "(?:many |with )?thanks(?: (?:so much|a lot|again|and .{1,20}))?",
    "thank you(?: (?:so much|very much|again|in advance|for your (?:help|time)))?",
    "mit (?:freundlichen|besten|herzlichen|lieben) grü(?:ß|ss)en",
    "(?:(?:viele|liebe|beste|herzliche|freundliche|schöne) )?grü(?:ß|ss)e|mfg|lg|vg",
    "(?:vielen|besten|herzlichen) dank(?: (?:und|im voraus).{0,40})?|danke",
    "(?:bien )?cordialement|(?:meilleures|sincères) salutations|bien à vous|merci(?: (?:beaucoup|d['’]avance))?",
    "(?:un )?(?:cordial saludo|saludos(?: cordiales)?)|atentamente|(?:muchas )?gracias(?: de antemano)?",
    "cordiali saluti|distinti saluti|grazie(?: mille)?",
    "(?:com os melhores )?cumprimentos|obrigad[oa]",
    "met vriendelijke groet(?:en)?",
    "敬祝.{0,12}|順頌.{0,8}|顺颂.{0,8}|祝好|此致|敬[禮礼]|[謝谢]{2}(?:您|你)?|感[謝谢](?:您|你)?",
    "よろしくお願いいたします|敬具",
)
CLOSING = _compiled(rf"(?:{_CLOSINGS})[ ,.!，。！~～:)\-–—]*")

# Of what lawyers have added; one of them alone is somebody's own word.
BOILERPLATE = _compiled(
    r"\b(?:confidential\w*|privileged|intended (?:only |solely )?for|intended recipient|unauthori[sz]ed|disclos\w+)\b",
    r"\b(?:received (?:this|it) .{0,20}in error|viruses|printing this)\b",
    r"\b(?:vertraulich|unbefugt|irrtümlich|adressat)\w*",
    r"\b(?:confidentiel\w*|destinataire\w*|erreur)\b",
    r"\b(?:destinatari[oa]s?|confidencial\w*|riservat[eoi])\b",
    "機密|保密|非指定|誤收|未經授權",
    "机密|误收|未经授权",
)
OF_A_MAIL = _compiled(
    r"\b(?:e-?mails?|message|communication|mail|transmission|nachricht|courriel|correo|mensaje|messaggio)\b",
    "郵件|邮件|訊息|信件",
)
BANNER = _compiled(
    r"\W*(?:caution|warning|external(?: e-?mail)?|achtung|vorsicht|attention|extern)\b.{0,40}"
    "(?:external|originated|outside|extern|externe|expéditeur)",
)

_AUTOMATIC = _any_of(
    "automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office",
    "undeliverable|delivery (?:status notification|has failed)",
    "abwesenheitsnotiz|automatische (?:antwort|abwesenheit)|abwesend",
    "réponse automatique|absence du bureau",
    "respuesta automática|fuera de la oficina",
    "risposta automatica",
    "automatisch antwoord",
    "自[動动]回[覆复]|自動応答",
)
AUTOMATIC = _compiled(rf"\W*(?:{_AUTOMATIC})")
AWAY = _compiled(
    r"\b(?:i am|i'm|i will be|we are) (?:currently |now |presently )?"
    r"(?:out of (?:the |my )?office|away from|on (?:annual|parental|vacation|holiday|leave))",
    "this is an automat(?:ed|ic) (?:reply|response|message)",
    r"\b(?:ich bin|bin ich) (?:\w+ ){0,4}(?:nicht im (?:büro|haus)|außer haus|im urlaub|abwesend)",
    "dies ist eine automatische",
    r"\bje suis (?:\w+ ){0,3}(?:absente?|en congés?|hors du bureau)",
    r"\bestoy (?:\w+ ){0,3}(?:fuera de la oficina|de vacaciones)",
    "不在辦公室|不在办公室|休假中",
)
