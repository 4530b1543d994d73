import pytest

from support_bot.answering.checking.markup import addresses_in, host_of, is_of, names_unknown_address, shown_markup

KNOWN = addresses_in("See https://acme.test/help/ and [docs](https://acme.test/docs), help@acme.test.")
SAID = KNOWN | addresses_in("https://shop.test/app, sales@shop.test")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("See [help](https://acme.test/help).", "See [help](https://acme.test/help)."),
        ("See https://acme.test/docs.", "See https://acme.test/docs."),
        ("See [help](https://evil.test/help).", "See help."),
        ("See [help](https://acme.test/help?leak=1).", "See help."),
        ("See [help](javascript:alert(1)).", "See help."),
        ("See [help](data:text/html,x).", "See help."),
        ("See https://acme.test/docs2 now.", "See now."),
        ("See <https://evil.test>.", "See ."),
        ("See ![a cat](https://evil.test/x.png) here.", "See here."),
        ("See https://shop.test/app.", "See `https://shop.test/app`."),
        ("See <https://shop.test/app>!", "See `https://shop.test/app`!"),
        ("See [the app](https://shop.test/app).", "See the app."),
        ("Write to sales@shop.test or help@acme.test.", "Write to `sales@shop.test` or help@acme.test."),
        ("Press <b>Save</b><img src=x onerror=y>.", "Press Save."),
        ("Press <script", "Press"),
        ("Keep `<div>` and `https://x.test`.", "Keep `<div>` and `https://x.test`."),
        ("**Save it.", "Save it."),
        ("a < b and c > d", "a < b and c > d"),
    ],
)
def test_only_known_addresses_and_plain_markdown_are_shown(text: str, shown: str) -> None:
    assert shown_markup(text, followed=KNOWN, said=SAID) == shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to x@evil.test.", True),
        ("Write to help@acme.test.", False),
        ("See https://evil.test.", True),
        ("See <https://evil.test>.", True),
        ("See [https://evil.test](https://evil.test).", True),
        ("See [help](https://evil.test/help).", False),
        ("See https://acme.test/docs and `https://x.test`.", False),
    ],
)
def test_an_address_that_is_said_is_told_from_the_target_of_a_link(text: str, expected: bool) -> None:
    assert names_unknown_address(text, addresses=KNOWN) is expected


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://Acme.test:8000/x?y#z", "acme.test"),
        ("https://acme.test@evil.test/", "evil.test"),
        ("mailto:help@acme.test", "acme.test"),
        ("help@acme.test", "acme.test"),
        ("www.acme.test/x", "www.acme.test"),
        ("tel:+1555", "+1555"),
    ],
)
def test_an_address_leads_to_its_host(address: str, host: str) -> None:
    assert host_of(address) == host


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("acme.test", True),
        ("help.acme.test", True),
        ("x.help.acme.test", True),
        ("evilacme.test", False),
        ("acme.test.evil.test", False),
        ("www.acme.test", False),
        ("test", False),
        ("", False),
    ],
)
def test_a_host_is_of_those_below_and_above_it(host: str, expected: bool) -> None:
    assert is_of(host, ["help.acme.test"]) is expected
