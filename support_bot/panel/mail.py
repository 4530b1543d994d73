"""Turn a mail's text into what its writer wrote in it: without quoted mails, signature, disclaimers and banners.

Line by line, and by expressions that look at one short line each: a mail is whatever somebody sends, and the work for
it must not grow faster than its length.
"""

import re
from collections.abc import Sequence

_LONGEST_LINE = 300  # code points of a line that a mail program has written; what is longer is somebody's text
_WRAPPED = 3  # lines over which `On …, … wrote:` may be broken
_HEADER_LINES = 6  # in which those of a quoted mail's head stand together
_SIGNATURE_LINES = 12
_SIGNATURE_LINE = 90  # code points

_WROTE = re.compile(
    r"(?:on|am|le|el|il|em|no dia|op|den|d\.|w dniu|dne|pe|kl)\b.*"
    r"\b(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|napisał(?:\(a\))?|napsal(?:\(a\))?"
    r"|kirjoitti)\b"
    r".*[:：]"
    r"|.*(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef)\s*[:：]"
    r"|.*(?:寫道|写道|書きました|のメール|님이 작성)\s*[:：]?",
    re.IGNORECASE,
)
_DATED = re.compile(r"\d")
_ADDRESSED = re.compile(r"@|<|\d[:.]\d\d|[上下]午|午前|午後")
_SEPARATOR = re.compile(
    r"[-_—]{2,} ?(?:original message|original-nachricht|ursprüngliche nachricht|message d['’]origine|mensaje original"
    r"|messaggio originale|mensagem original|oorspronkelijk bericht|original appointment|原始郵件|原始邮件|原郵件"
    r"|原邮件"
    r"|forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado|轉寄郵件|转发邮件) ?[-_—]*"
    r"|_{20,}|-{30,}",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"[*_ ]*(?:from|von|de|da|van|från|fra|od|lähettäjä|寄件者|寄件人|发件人|發件人|差出人|보낸 사람)[*_ ]*[:：]",
    re.I,
)
_SENT = re.compile(
    r"[*_ ]*(?:sent|date|gesendet|datum|envoyé|enviado(?: el)?|fecha|inviato|data|verzonden|skickat|sendt|to|an|à"
    r"|para|a"
    r"|aan|till|subject|betreff|objet|asunto|oggetto|onderwerp|寄件日期|日期|收件者|收件人|主旨|主題|主题|发送时间"
    r"|發送時間"
    r"|送信日時|宛先|件名|보낸 날짜|받는 사람|제목)[*_ ]*[:：]",
    re.I,
)
_REPLY_ABOVE = re.compile(r"##-.*-##|[-—=]{3,} ?(?:reply above|please type your reply above).*", re.IGNORECASE)
_SENT_FROM = re.compile(
    r"(?:sent (?:from|via|with)\b|get outlook for\b|gesendet (?:mit|von)\b|von meinem .{1,20} gesendet|envoyé (?:de"
    r"|depuis"
    r"|à partir)\b|enviado desde\b|inviato da\b|verzonden (?:vanaf|met)\b|enviado do\b|從我的 ?\S+ ?傳送"
    r"|[从從]我的 ?\S+ ?[发發]送"
    r"|iPhoneから送信|傳送自我的|发自我的).{0,60}",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?:with |many |my |very )?(?:kind(?:est)?|best|warm(?:est)?) (?:regards|wishes)|regards|best|all the best"
    r"|cheers"
    r"|(?:yours )?sincerely(?: yours)?|yours (?:truly|faithfully)|(?:many |with )?thanks(?: (?:so much|a lot|again"
    r"|and .{1,20}))?"
    r"|thank you(?: (?:so much|very much|again|in advance|for your (?:help|time)))?"
    r"|mit (?:freundlichen|besten|herzlichen|lieben) grü(?:ß|ss)en|(?:viele|liebe|beste|herzliche|freundliche|schöne) "
    r"grü(?:ß|ss)e|grü(?:ß|ss)e|mfg|lg|vg|(?:vielen|besten|herzlichen) dank(?: (?:und|im voraus).{0,40})?|danke"
    r"|(?:bien )?cordialement|(?:meilleures|sincères) salutations|bien à vous|merci(?: (?:beaucoup|d['’]avance))?"
    r"|(?:un )?(?:cordial saludo|saludos(?: cordiales)?)|atentamente|(?:muchas )?gracias(?: de antemano)?"
    r"|cordiali saluti|distinti saluti|grazie(?: mille)?|met vriendelijke groet(?:en)?"
    r"|(?:com os melhores )?cumprimentos"
    r"|obrigad[oa]|敬祝.{0,12}|順頌.{0,8}|顺颂.{0,8}|祝好|此致|敬禮|敬礼|謝謝(?:您|你)?|谢谢(?:您|你)?|感謝(?:您|你)?"
    r"|感谢(?:您|你)?"
    r"|よろしくお願いいたします|敬具)[ ,.!，。！~～:)\-–—]*",
    re.IGNORECASE,
)
_MARKS = re.compile(  # of what lawyers have added; one of them alone is somebody's own word
    r"\b(?:confidential\w*|privileged|intended (?:only |solely )?for|intended recipient|unauthori[sz]ed|disclos\w+"
    r"|received (?:this|it) .{0,20}in error|vertraulich\w*|unbefugt\w*|irrtümlich\w*|adressat\w*"
    r"|confidentiel\w*|destinataire\w*|erreur|destinatari[oa]s?|confidencial\w*|riservat[eoi]|viruses|printing this)\b"
    r"|機密|保密|非指定|誤收|机密|误收|未經授權|未经授权",
    re.IGNORECASE,
)
_OF_A_MAIL = re.compile(
    r"\b(?:e-?mails?|message|communication|mail|nachricht|courriel|correo|mensaje|messaggio|transmission)\b|郵件|邮件"
    r"|訊息|信件",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"\W*(?:caution|warning|external(?: e-?mail)?|achtung|vorsicht|attention|extern)\b.{0,40}"
    r"(?:external|originated|outside|extern|externe|expéditeur)",
    re.IGNORECASE,
)
_AUTOMATIC = re.compile(
    r"\W*(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|abwesenheitsnotiz"
    r"|automatische (?:antwort"
    r"|abwesenheit)|abwesend|réponse automatique|absence du bureau|respuesta automática|fuera de la oficina"
    r"|risposta automatica"
    r"|automatisch antwoord|自動回覆|自動回复|自动回复|自動応答|undeliverable|delivery (?:status notification"
    r"|has failed))",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\b(?:i am|i'm|i will be|we are) (?:currently |now |presently )?(?:out of (?:the |my )?office|away from"
    r"|on (?:annual |parental "
    r"|vacation|holiday|leave))"
    r"|\b(?:ich bin|bin ich) (?:\w+ ){0,4}(?:nicht im (?:büro|haus)|außer haus|im urlaub|abwesend)"
    r"|\bje suis (?:\w+ ){0,3}(?:absente?|en congés?|hors du bureau)|\bestoy (?:\w+ ){0,3}(?:fuera de la oficina"
    r"|de vacaciones)"
    r"|不在辦公室|不在办公室|休假中|this is an automat(?:ed|ic) (?:reply|response|message)|dies ist eine automatische",
    re.IGNORECASE,
)
_OPENING = 400  # code points in which an automatic reply says that it is one


def written(text: str) -> str:
    """Return what the writer of a mail wrote."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    lines = [line for line in lines if not _is(_REPLY_ABOVE, line)]
    own = _without_signature(_without_quotes(lines))
    paragraphs = re.split(r"\n{2,}", "\n".join(own))
    return "\n\n".join(part for n, part in enumerate(paragraphs) if not _is_boilerplate(part, is_first=n == 0)).strip()


def is_automatic(text: str, *, subject: str = "") -> bool:
    """Whether nobody wrote a mail: it says that somebody is away, or that another mail has not come."""
    return bool(_AUTOMATIC.match(subject[:_OPENING]) or _AUTOMATIC.match(text) or _AWAY.search(text[:_OPENING]))


def _is(pattern: re.Pattern[str], line: str) -> bool:
    return len(line) <= _LONGEST_LINE and pattern.fullmatch(line.strip()) is not None


def _without_quotes(lines: Sequence[str]) -> list[str]:
    """Return the lines that nobody else wrote before; where nothing would be left of a mail, all of it."""
    kept: list[str] = []
    last_quoted = max((place for place, line in enumerate(lines) if _is_quoted(line)), default=-1)
    place = 0
    while place < len(lines):
        taken = _attribution(lines, place)
        if taken and last_quoted < place + taken:
            break  # what follows is quoted without marks, to the end
        if _is(_SEPARATOR, lines[place]) and _begins_a_head(lines, place + 1):
            break
        if _begins_a_head(lines, place):
            break
        if not taken and not _is_quoted(lines[place]):
            kept.append(lines[place])
        place += taken or 1
    return kept if any(line.strip() for line in kept) else [line.lstrip("> ") for line in lines]


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _attribution(lines: Sequence[str], place: int) -> int:
    """Return over how many lines it is said from here who wrote what follows, 0 when it is not."""
    joined = ""
    for count in range(1, _WRAPPED + 1):
        if place + count > len(lines) or not lines[place + count - 1].strip():
            return 0
        joined = f"{joined} {lines[place + count - 1].strip()}".strip().lstrip("> ")
        if len(joined) > _LONGEST_LINE:
            return 0
        if _WROTE.fullmatch(joined) and _DATED.search(joined):
            following = next((line for line in lines[place + count :] if line.strip()), "")
            return count if _ADDRESSED.search(joined) or _is_quoted(following) else 0
    return 0


def _begins_a_head(lines: Sequence[str], place: int) -> bool:
    """Whether the head of a quoted mail begins here: who it is from, and at least one line more of a head."""
    head = [line for line in lines[place : place + _HEADER_LINES] if line.strip()]
    if not head or len(head[0]) > _LONGEST_LINE or not _FROM.match(head[0]):
        return False
    return any(len(line) <= _LONGEST_LINE and _SENT.match(line) for line in head[1:])


def _without_signature(lines: Sequence[str]) -> list[str]:
    kept = [line for line in lines if not _is(_SENT_FROM, line)]
    for place in _last(kept, count=2 * _SIGNATURE_LINES):
        if kept[place].strip() in ("--", "—"):
            return kept[:place]
    last = _last(kept, count=_SIGNATURE_LINES)
    for n, place in enumerate(last):
        if place > 0 and _is(_CLOSING, kept[place]) and all(_may_be_signed(kept[each]) for each in last[n + 1 :]):
            return kept[:place]
    return kept


def _last(lines: Sequence[str], *, count: int) -> list[int]:
    """Return the places of the last lines that are not empty."""
    found: list[int] = []
    for place in range(len(lines) - 1, -1, -1):
        if lines[place].strip():
            found.append(place)
            if len(found) == count:
                break
    return found[::-1]


def _may_be_signed(line: str) -> bool:
    """Whether a line may stand below a closing: a name, a post, an address, but no question and no long sentence."""
    return (len(line) <= _SIGNATURE_LINE and "?" not in line and "？" not in line) or _is_boilerplate(
        line, is_first=False
    )


def _is_boilerplate(paragraph: str, *, is_first: bool) -> bool:
    if _BANNER.match(paragraph):
        return True
    marks = {found.lower() for found in _MARKS.findall(paragraph)}
    return len(marks) >= (3 if is_first else 2) and bool(_OF_A_MAIL.search(paragraph))
