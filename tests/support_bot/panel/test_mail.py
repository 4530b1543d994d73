"""What somebody wrote in a mail, and what their mail program and their lawyers added."""

import pytest

from support_bot.panel.mail import is_automatic, written

_OWN = "The export stops at 50 %.\n\nWhat can I do?"

_QUOTED = {
    "Gmail": "On Tue, Nov 3, 2026 at 10:12 AM Acme Support <help@acme.example> wrote:\n\n> Have you tried again?\n> "
    "Acme",
    "Gmail, wrapped": "On Tue, Nov 3, 2026 at 10:12 AM Acme Support Team Europe\n<help@acme.example> wrote:\n> Again?",
    "Apple": "On 3 Nov 2026, at 10:12, Acme <help@acme.example> wrote:\n\nHave you tried again?\n\nAcme",
    "German": "Am 03.11.2026 um 10:12 schrieb Acme Support <help@acme.example>:\n\n> Haben Sie es noch einmal "
    "versucht?",
    "German, Gmail": "Am Di., 3. Nov. 2026 um 10:12 Uhr schrieb Acme <help@acme.example>:\n\nHaben Sie es versucht?",
    "French": "Le mar. 3 nov. 2026 à 10:12, Acme <help@acme.example> a écrit :\n\n> Avez-vous réessayé ?",
    "Spanish": "El mar, 3 nov 2026 a las 10:12, Acme (<help@acme.example>) escribió:\n\n> ¿Lo ha intentado?",
    "Italian": "Il giorno mar 3 nov 2026 alle ore 10:12 Acme <help@acme.example> ha scritto:\n> Ha riprovato?",
    "Chinese": "Acme <help@acme.example> 於 2026年11月3日 週二 上午10:12寫道：\n\n> 您試過了嗎？",
    "Simplified": "Acme <help@acme.example> 于2026年11月3日周二 10:12写道：\n> 您试过了吗？",
    "Outlook": "From: Acme Support <help@acme.example>\nSent: Tuesday, November 3, 2026 10:12 AM\nTo: Ada\nSubject: "
    "Export\n\nX",
    "Outlook, bold": "*Von:* Acme Support\n*Gesendet:* Dienstag, 3. November 2026 10:12\n*An:* Ada\n*Betreff:* Export"
    "\n\nX",
    "Outlook, French": "De : Acme Support <help@acme.example>\nEnvoyé : mardi 3 novembre 2026 10:12\nÀ : Ada\nObjet : "
    "Export\n\nX",
    "Outlook, Chinese": "寄件者: Acme <help@acme.example>\n寄件日期: 2026年11月3日 上午10:12\n收件者: Ada\n主旨: 匯出"
    "\n\n您好",
    "Original message": "-----Original Message-----\nFrom: Acme\nSent: Tuesday\n\nHave you tried again?",
    "A line of Outlook's": "________________________________\nFrom: Acme <help@acme.example>\nSent: Tuesday\n\nAgain?",
    "Zendesk": "##- Please type your reply above this line -##\n\nOn Nov 3, 2026, 10:12, Acme <a@b.example> wrote:\n> "
    "X",
}


@pytest.mark.parametrize("quoted", _QUOTED.values(), ids=_QUOTED)
def test_the_mail_that_is_replied_to_is_left_out(quoted: str) -> None:
    assert written(f"{_OWN}\n\n{quoted}") == _OWN
    assert written(f"{_OWN}\r\n\r\n{quoted}".replace("\n", "\r\n").replace("\r\r", "\r")) == _OWN


_SIGNED = {
    "dashes": "-- \nAda Lovelace\nAnalyst, Example Ltd\n+44 20 7946 0000\nwww.example.com",
    "closing": "Best regards,\nAda",
    "closing on its own": "Thanks",
    "German": "Mit freundlichen Grüßen\n\nAda Lovelace\nBeispiel GmbH",
    "French": "Cordialement,\nAda",
    "Spanish": "Muchas gracias,\nAda",
    "Chinese": "謝謝您\n小愛",
    "telephone": "Sent from my iPhone",
    "Outlook's": "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "German telephone": "Von meinem iPhone gesendet",
    "lawyers'": "This e-mail and any attachments are confidential and intended only for the named recipient. If you "
    "have "
    "received it in error, please notify the sender and delete it. Unauthorised copying is prohibited.",
    "German lawyers'": "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind "
    "oder "
    "diese E-Mail irrtümlich erhalten haben, informieren Sie bitte den Absender.",
    "French lawyers'": "Ce message est confidentiel et destiné à son seul destinataire. Si vous le recevez par erreur, "
    "détruisez ce courriel.",
    "closing and lawyers'": "Best regards,\nAda\n\nThis message is privileged and confidential, intended solely for "
    "the "
    "addressee. Do not disclose this communication to others.",
}


@pytest.mark.parametrize("signed", _SIGNED.values(), ids=_SIGNED)
def test_signatures_and_disclaimers_are_left_out(signed: str) -> None:
    assert written(f"{_OWN}\n\n{signed}") == _OWN
    assert written(f"{_OWN}\n\n{signed}\n\n{_QUOTED['Gmail']}") == _OWN


def test_a_banner_of_the_mail_server_is_left_out() -> None:
    banner = "CAUTION: This email originated from outside the organization. Do not click links."
    assert written(f"{banner}\n\n{_OWN}") == _OWN


def test_answers_between_the_lines_stay() -> None:
    mail = (
        "On 3 Nov 2026, at 10:12, Acme <help@acme.example> wrote:\n> Which version?\n\nVersion 4.2.\n\n"
        "> Which system?\n\nDebian 13."
    )
    assert written(mail) == "Version 4.2.\n\nDebian 13."


@pytest.mark.parametrize(
    "own",
    [
        "On Monday I wrote: the lamp is broken. It still is.",
        "Thanks, but that did not help. Here is what I see:\n\n- the button blinks\n- nothing happens",
        "From: and To: are empty in my export. Why?",
        "Best regards from Berlin! How do I reset my password?",
        "My confidential file cannot be opened. Can you help?",
        "1. I open the settings.\n2. I press Save.\n\n--\n\nThen it crashes. What now?" + "\n\nMore." * 30,
        "Danke, das hat geholfen. Wie ändere ich die Adresse?",
        "請問如何退款？謝謝",
    ],
)
def test_what_only_looks_like_it_stays(own: str) -> None:
    assert written(own) == own


def test_a_mail_of_nothing_but_a_quotation_is_read_as_it_is() -> None:
    assert written("> How do I reset my password?") == "How do I reset my password?"
    forwarded = "---------- Forwarded message ---------\nFrom: Ada <ada@example.com>\nDate: Tue\n\nHow do I pay?"
    assert "How do I pay?" in written(forwarded)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Automatic reply: Your ticket", "I will be back on Monday."),
        ("Abwesenheitsnotiz: Ihre Anfrage", "Ich bin am Montag zurück."),
        ("", "Je suis actuellement absent du bureau."),
        ("自動回覆：您的來信", "我將於週一回覆"),
        ("", "Thank you. I am currently out of the office until 5 May."),
        ("Undeliverable: Hello", "Delivery has failed to these recipients."),
    ],
)
def test_what_nobody_wrote_is_known(subject: str, text: str) -> None:
    assert is_automatic(text, subject=subject)


def test_what_somebody_wrote_is_not_taken_for_automatic() -> None:
    assert not is_automatic("How do I set an automatic reply?", subject="Question on automatic replies")


_HOSTILE = {
    "lines": "\n" * 100_000,
    "spaces": " " * 100_000,
    "quotes": ">" * 100_000,
    "wrote": "On 1 a wrote: " * 7_000,
    "wrote, by the line": "On 1 a@b wrote: x\n" * 6_000,
    "attributions": "On 1 a@b wrote:\n" * 6_000 + "> x",
    "from": "From: a\n" * 12_000,
    "heads": "From: a\nx\nx\nx\nx\nx\n" * 5_000,
    "closings": "Best regards\n" * 8_000,
    "dashes": "-" * 100_000,
    "dashes, by the line": "--\n" * 30_000,
    "lines of one letter": "a\n" * 50_000,
    "lawyers'": "confidential e-mail intended only for " * 2_500,
    "am": "Am " * 30_000 + "schrieb",
    "banner": "!" * 50_000 + "CAUTION " * 6_000,
}


@pytest.mark.parametrize("text", _HOSTILE.values(), ids=_HOSTILE)
def test_a_hostile_mail_is_read_as_fast_as_any(text: str) -> None:
    assert len(written(text)) <= len(text)  # some tenths of a second; an expression that runs away takes minutes
    is_automatic(text, subject=text)
