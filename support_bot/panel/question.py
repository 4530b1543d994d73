"""Turn a customer's mail into the question that the articles are searched for.

A mail tells a story around what it asks. The sentences that ask and those that say what goes wrong are searched for,
with the subject before them; a mail that has neither is searched for by its beginning.
"""

import re
from collections.abc import Iterator, Sequence

from knowledge.words import sentences, terms, word_count
from support_bot.answering.substance import amount
from support_bot.panel.thread import Problem, Ticket, customers_own

_MOST_WORDS = 60
_MOST_CHARACTERS = 1_500
_SENTENCES_READ = 200
_LITTLE = 3  # words of substance: a message that has no more goes on with the one before it
_LONGEST_SENTENCE = 400  # code points

_PREFIX = re.compile(
    r"\s*(?:(?:re|fwd?|aw|wg|sv|tr|rv|antw|回覆|回复|答复|轉寄|转发)\s*[:：]|\[[^\]]{0,40}\]|\(?(?:ticket|case"
    r"|fall)? ?#\d+\)?)",
    re.IGNORECASE,
)
_EMPTY_SUBJECT = re.compile(
    r"(?:(?:urgent|dringend|hi|hello|help|hilfe|question|frage|problem|support|request|anfrage|issue|ticket|inquiry"
    r"|pregunta"
    r"|ayuda|demande|aide|contact(?: form)?|請問|问题|問題|求助|kontakt(?:formular)?|conversation with .*"
    r"|new message.*)\W*){1,4}",
    re.IGNORECASE,
)
_PLEASANT = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)|sehr geehrte"
    r"|liebe[rs]?\b"
    r"|bonjour|hola|buenos d[ií]as|buenas|ciao|buongiorno|您好|你好|哈囉|嗨)\b.{0,40}"
    r"|.{0,30}\b(?:hope (?:you|this|all)|thanks?(?: you)?|appreciate|vielen dank|danke|merci|gracias|grazie)\b.{0,60}"
    r"|.{0,12}(?:謝謝|谢谢|感謝|感谢|麻煩了|麻烦了).{0,12}",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？]\W*$"
    r"|\b(?:how (?:do|can|to|should|would|long|much|many)|what (?:do|is|are|happens|should)|where (?:do|can|is|are)"
    r"|is it possible|is there (?:a|any)|can (?:i|you|we)|could you|would you|please (?:tell|explain|advise"
    r"|let me know|help)"
    r"|tell me|let me know|i(?:'d| would) like to (?:know|ask)|i (?:want|need|wish|was wondering|wonder)"
    r"|wondering (?:if|how|whether)"
    r"|wie (?:kann|muss|lange|viel|geht|soll|ändere|bekomme)|kann (?:ich|man)|können sie|könnten sie|ich möchte|gibt es"
    r"|comment|est-ce que|pouvez-vous|pourriez-vous|je (?:voudrais|souhaite)|puis-je|cómo|puedo|podría[ns]?|quisiera"
    r"|quiero saber"
    r"|come (?:posso|faccio)|vorrei|como (?:posso|faço)|gostaria|hoe (?:kan|moet))\b"
    r"|如何|怎[麼么樣样]|請問|请问|是否|能不能|可不可以|可以.{0,20}嗎|可以.{0,20}吗|想(?:知道|了解|請教|问|問)"
    r"|哪[裡里個个]|多久|多少",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"\b(?:cannot|can't|can not|couldn't|doesn't|does not|didn't|did not|don't|isn't|is not|won't|wouldn't|unable"
    r"|fail(?:s|ed|ing|ure)?"
    r"|error|problem|issue|wrong|broken|missing|stuck|refus(?:es|ed)|never|no longer|not work(?:ing)?|lost|expired"
    r"|crash\w*"
    r"|geht nicht|nicht|fehler\w*|kein\w*|leider|kaputt|défaut|erreur|impossible|ne (?:fonctionne|marche|peut)|n'arrive"
    r"|no (?:puedo|funciona|me deja|consigo)|fall[ao]\w*|non (?:funziona|riesco)|errore|não (?:consigo|funciona)|erro"
    r"|werkt niet|lukt niet|fout(?:melding)?)\b"
    r"|無法|无法|不能|錯誤|错误|失敗|失败|沒有|没有|不見|不见|壞|坏|問題|问题|沒辦法|没办法",
    re.IGNORECASE,
)


def question_of(problem: Problem, ticket: Ticket) -> str:
    """Return what is searched for, "" where nobody asks anything."""
    said = list(substantial(problem.text))
    if amount(" ".join(said)) <= _LITTLE:
        earlier = [message.text for message in customers_own(ticket.messages) if message.id not in problem.message_ids]
        said = [sentence for text in earlier[-1:] for sentence in _chosen(list(substantial(text)))] + said
    chosen = _chosen(said)
    subject = _subject(ticket.subject)
    if subject and not set(terms(" ".join(chosen))).issuperset(terms(subject)):
        chosen.insert(0, subject)
    return "\n".join(chosen)[:_MOST_CHARACTERS]


def asked_alone(question: str) -> str:
    """Return those sentences of a mail's question that ask, "" where they are all or none of it.

    A story around a question takes from how well a passage fits it: of 29 mails whose question an article answers, 25
    were found to fit by all that is searched for, and 27 by that or by what asks alone; by the plain questions 28.
    """
    said = question.split("\n")
    asks = [sentence for sentence in said if _rank(sentence) == 0]
    return "\n".join(asks) if len(asks) < len(said) else ""


def substantial(text: str) -> Iterator[str]:
    """Yield the sentences of a mail that are more than polite."""
    for start, end in sentences(text)[:_SENTENCES_READ]:
        sentence = text[start:end][:_LONGEST_SENTENCE]
        if not _PLEASANT.fullmatch(sentence.rstrip(" .,!:;，。！：")) or _ASKS.search(sentence):
            yield sentence


def _chosen(said: Sequence[str]) -> list[str]:
    """Return the sentences that ask, then those that say what is wrong, then the first others, as far as they fit."""
    ranked = sorted(range(len(said)), key=lambda place: (_rank(said[place]), place))
    chosen: list[int] = []
    room = _MOST_WORDS
    for place in ranked:
        words = word_count(said[place])
        if chosen and words > room:
            break
        chosen.append(place)
        room -= words
    return [said[place] for place in sorted(chosen)]


def _rank(sentence: str) -> int:
    if _ASKS.search(sentence):
        return 0
    return 1 if _WRONG.search(sentence) else 2


def _subject(subject: str) -> str:
    """Return what a subject says, "" for one that says nothing."""
    text = subject.strip()
    while found := _PREFIX.match(text):
        text = text[found.end() :]
    return "" if _EMPTY_SUBJECT.fullmatch(text.strip()) else text.strip()[:200]
