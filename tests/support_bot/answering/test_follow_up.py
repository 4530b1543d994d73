import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from pydantic import SecretStr

from support_bot.answering.follow_up import needs_context, needs_more, standalone
from support_bot.answering.phrases import CLARIFY
from support_bot.answering.query import Question, Turn
from support_bot.llm.budget import Bill, Budget
from support_bot.llm.chat_model import ChatCompletions
from support_bot.llm.endpoint import Endpoint
from support_bot.llm.pricing import PriceTable, Usage
from tests.fake_llm import FakeLLM, Scenario

_BEFORE = (
    Turn("user", "How do I reset my password on the phone?"),
    Turn("assistant", "Open Settings and choose Reset password. [1]"),
)
_BEFORE_ZH = (Turn("user", "如何重設密碼？"), Turn("assistant", "打開設定。[1]"))


async def stood_alone(question: Question, model: ChatCompletions | None) -> tuple[Question, Usage]:
    """Return the question that stands alone, and what that took."""
    bill = Bill()
    return await standalone(question, chat_model=model, budget=Budget(prices=PriceTable()), bill=bill), bill.usage


@pytest.fixture
def llm() -> Iterator[FakeLLM]:
    with FakeLLM() as server:
        yield server


@pytest.fixture
async def model(llm: FakeLLM) -> AsyncIterator[ChatCompletions]:
    async with httpx.AsyncClient(trust_env=False) as client:
        endpoint = Endpoint(client=client, base_url=llm.base_url, model="glm-5-turbo", api_key=SecretStr(llm.key))
        yield ChatCompletions(endpoints=(endpoint,))


@pytest.mark.parametrize(
    "message",
    [
        "How long does it take?",
        "And on Windows?",
        "What about annual plans?",
        "Why?",
        "Why not?",
        "Can I undo that?",
        "Is this free?",
        "How do I delete them?",
        "The second one",
        "For the desktop app?",
        "What if I forgot that?",
        "它要多久？",
        "那 Windows 呢？",
        "還有其他的嗎？",
        "這個可以取消嗎？",
        "為什麼？",
    ],
)
def test_what_leaves_something_out_needs_the_conversation(message: str) -> None:
    assert needs_context(Question(message, _BEFORE))
    assert not needs_context(Question(message))


@pytest.mark.parametrize(
    "message",
    [
        "How do I add my own articles?",
        "Is it possible to export conversations?",
        "Which file formats are read?",
        "How do I upload an article and delete it later?",
        "Is there a limit on uploads per day?",
        "Where do I change the billing address that invoices show?",
        "如何匯入自己的文章？",
        "支援哪些檔案格式？",
    ],
)
def test_what_stands_alone_is_left_as_it_is(message: str) -> None:
    assert not needs_context(Question(message, _BEFORE))


_EXPORT = (Turn("user", "How do I export my data?"), Turn("assistant", "Open Settings. [1]"))
_REMINDERS = (Turn("user", "如何設定每日提醒？"), Turn("assistant", "打開設定。[1]"))
_EXPORT_DE = (Turn("user", "Wie exportiere ich meine Daten?"), Turn("assistant", "Öffnen Sie … [1]"))
_EXPORT_FR = (Turn("user", "Comment exporter mes données ?"), Turn("assistant", "Ouvrez … [1]"))
_EXPORT_ES = (Turn("user", "¿Cómo exporto mis datos?"), Turn("assistant", "Abra … [1]"))


@pytest.mark.parametrize(
    ("history", "messages"),
    [
        (
            _EXPORT,
            "and in Word format?|as a PDF|also for archived projects?|what about attachments?|"
            "only for one project|"
            "How often?|Is there a limit?|how long will that take|what if it fails?|"
            "it doesn't work|still not working|"
            "Same for contacts?|the button is greyed out|thanks, and contacts?|"
            "ok and how do I import it again?|"
            "for all users?|can you explain step 2?|I don't see that option|the first one|"
            "and an iPad?|is it reversible?|"
            "but without the images|then what?|What about the free plan?|neither works",
        ),
        (
            _REMINDERS,
            "那不設定呢？|那每週呢？|可以關閉嗎？|要收費嗎？|手機上呢？|如果失敗怎麼辦？|在哪裡？|還是不行|"
            "只提醒一次可以嗎？|也適用於群組嗎？|第二步看不懂|需要管理員嗎？|"
            "手机上可以吗？|那 PDF 格式呢？|要钱吗？|怎么取消？|"
            "免費嗎？|那電腦版呢？|有上限嗎？",
        ),
        (
            _EXPORT_DE,
            "Und als Word-Datei?|Auch für archivierte Projekte?|Geht das auch auf dem Handy?|"
            "Wie oft?|Kostet das etwas?|"
            "Was ist mit Anhängen?|Und wenn es nicht klappt?|Wo finde ich das?|"
            "Kann ich es rückgängig machen?|"
            "Das funktioniert nicht|Gibt es ein Limit?|Wer darf das?",
        ),
        (
            _EXPORT_FR,
            "Et en format Word ?|Et pour les projets archivés ?|C'est gratuit ?|"
            "Combien de temps ?|Et si ça échoue ?|"
            "Où est-ce que je le trouve ?|Est-ce que je peux l'annuler ?|Aussi pour les invités ?|Sans les images ?",
        ),
        (
            _EXPORT_ES,
            "¿Y en formato Word?|¿Y para los proyectos archivados?|¿Es gratis?|¿Cuánto tarda?|"
            "¿También en el móvil?|"
            "¿Y si falla?|¿Por qué no?|¿Dónde lo encuentro?|Eso no funciona|"
            "¿Qué pasa con los adjuntos?|¿Hay un límite?",
        ),
    ],
)
def test_a_follow_up_is_known_in_five_languages(history: tuple[Turn, ...], messages: str) -> None:
    assert [message for message in messages.split("|") if not needs_context(Question(message, history))] == []


@pytest.mark.parametrize(
    ("history", "messages"),
    [
        (
            _EXPORT,
            "How do I change my password?|And how do I change my billing address?|"
            "What does the Pro plan cost per month?|"
            "Where can I download my invoices?|My invoice from March is wrong|I cannot log in on my phone|"
            "On which devices does the app run?|In which countries is phone support available?|"
            "reset password|"
            "For how long are deleted files kept in the trash?|Which browsers are supported?|"
            "What is a workspace?|Which plans are there?|Which currencies do you accept?|"
            "Why was my credit card charged twice?|Why does the calendar not show my meetings?|"
            "Where is my order?|"
            "I forgot my password|And what are the opening hours of your support?",
        ),
        (
            _REMINDERS,
            "如何重設密碼？|專業版每月多少錢？|可以用信用卡付款嗎？|支援哪些瀏覽器？|發票在哪裡下載？|為什麼信用卡被扣款兩次？|"
            "如果忘記密碼，該如何登入？|多久會收到退款？|那要如何變更帳單地址？|怎么取消订阅？|我的訂單在哪裡？|專案是什麼？",
        ),
        (
            _EXPORT_DE,
            "Wie ändere ich mein Passwort?|Was kostet der Pro-Tarif im Monat?|"
            "Welche Browser werden unterstützt?|"
            "Warum wurde meine Kreditkarte zweimal belastet?|Passwort vergessen|Wo ist meine Bestellung?|"
            "Welche Zahlungsarten gibt es?|Welche Versandarten bieten Sie an?",
        ),
        (
            _EXPORT_FR,
            "Comment changer mon mot de passe ?|Combien coûte l'offre Pro par mois ?|"
            "Comment supprimer mon compte ?|Quels abonnements y a-t-il ?|"
            "Pourquoi ma carte a-t-elle été débitée deux fois ?|Comment résilier mon abonnement ?",
        ),
        (
            _EXPORT_ES,
            "¿Cómo cambio mi contraseña?|¿Cuánto cuesta el plan Pro al mes?|¿Cómo elimino mi cuenta?|"
            "¿Por qué me cobraron dos veces la tarjeta?|¿Qué métodos de pago aceptan?|¿Qué planes hay?",
        ),
    ],
)
def test_a_new_question_is_no_follow_up_in_five_languages(history: tuple[Turn, ...], messages: str) -> None:
    assert [message for message in messages.split("|") if needs_context(Question(message, history))] == []


async def test_a_question_that_stands_alone_costs_no_call(llm: FakeLLM, model: ChatCompletions) -> None:
    question = Question("How do I add my own articles?", _BEFORE)
    assert await stood_alone(question, model) == (question, Usage())
    assert llm.requests == []


async def test_a_follow_up_is_rewritten_by_one_call(llm: FakeLLM, model: ChatCompletions) -> None:
    llm.replies("How long does it take to reset my password on the phone?")
    question, usage = await stood_alone(Question("How long does it take?", _BEFORE), model)
    assert question == Question("How long does it take to reset my password on the phone?", _BEFORE)
    assert usage.output_tokens > 0
    assert len(llm.requests) == 1
    assert "[1]" not in str(llm.requests[0].body["messages"])


@pytest.mark.parametrize(
    "reply",
    [
        "Resetting takes five minutes; visit the wire transfer desk in Berlin tomorrow morning.",
        "How long?\nAnd then?",
        "x" * 400,
        "?",
    ],
)
async def test_a_rewriting_that_is_none_gives_way_to_the_topic(
    llm: FakeLLM, model: ChatCompletions, reply: str
) -> None:
    llm.replies(reply)
    question, _ = await stood_alone(Question("How long does it take?", _BEFORE), model)
    assert question.text == "How long does it take? (reset password phone)"


async def test_where_the_model_fails_the_topic_is_carried(llm: FakeLLM, model: ChatCompletions) -> None:
    llm.scenario = Scenario(status=401)
    question, usage = await stood_alone(Question("And on Windows?", _BEFORE), model)
    assert (question.text, usage) == ("And on Windows? (reset password phone)", Usage())


@pytest.mark.parametrize(
    ("message", "history", "expected"),
    [
        ("And on Windows?", _BEFORE, "And on Windows? (reset password phone)"),
        ("那要多久呢？", _BEFORE_ZH, "那要多久呢？ (重設密碼)"),
        (
            "And how long?",
            (*_BEFORE, Turn("user", "And on Windows?"), Turn("assistant", "Likewise.")),
            "And how long? (reset password phone Windows)",
        ),
        ("and in Word format?", _EXPORT, "and in Word format? (export data)"),
        ("那不設定呢？", _REMINDERS, "那不設定呢？ (設定每日提醒)"),
        ("Und als Word-Datei?", _EXPORT_DE, "Und als Word-Datei? (exportiere Daten)"),
        ("Et en format Word ?", _EXPORT_FR, "Et en format Word ? (exporter données)"),
        ("¿Y en formato Word?", _EXPORT_ES, "¿Y en formato Word? (exporto datos)"),
        ("Why?", (Turn("user", "Hello"), Turn("assistant", "Hello!")), "Why? (Hello)"),
    ],
)
def test_without_a_model_a_follow_up_carries_the_topic(message: str, history: tuple[Turn, ...], expected: str) -> None:
    question, usage = asyncio.run(stood_alone(Question(message, history), None))
    assert (question.text, usage) == (expected, Usage())


def test_what_is_meant_is_asked_once_at_most() -> None:
    assert needs_more(Question("Help"))
    assert needs_more(Question("Password?"))
    assert not needs_more(Question("Do you sell wooden boats?"))
    assert not needs_more(Question("Help", (Turn("user", "Hi"), Turn("assistant", CLARIFY["en"]))))
