import pytest

from support_bot.answering.checking.facts import clauses_in, facts, literals_in, names_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Open the Billing page in Acme.", {"bill", "acm"}),
        ("Choose Save.", {"save"}),
        ("Refunds are free.", set()),
        ("Anna Lin leads the team.", {"anna", "lin"}),
        ("The API answers in JSON.", {"api", "json"}),
        ("請用 LINE 登入", {"line"}),
    ],
)
def test_names_are_capitalised_words_that_do_not_merely_open_a_sentence(text: str, names: set[str]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("text", "literals"),
    [
        ("Run `acme  login` now", {"acme login"}),
        ("Press “Save as”.", {"save as"}),
        ("點選「儲存」", {"儲存"}),
        ("See https://acme.test/a.", {"https://acme.test/a"}),
        ("Write to help@acme.test.", {"help@acme.test"}),
        ("Edit /etc/acme.conf with --force", {"/etc/acme.conf", "--force"}),
        ("Set max_size or iOS", {"max_size", "ios"}),
        ("It's the user's own", set()),
    ],
)
def test_literals_are_what_must_stand_word_for_word(text: str, literals: set[str]) -> None:
    assert literals_in(text) == literals


@pytest.mark.parametrize(
    ("text", "polarities"),
    [
        ("You can cancel orders.", [False]),
        ("You cannot cancel orders.", [True]),
        ("It isn’t possible to cancel.", [True]),
        ("It is not impossible to cancel.", [False]),
        ("Cancel orders, but do not delete them.", [False, True]),
        ("Not only orders count.", [False]),
        ("退款不需要收據", [True]),
        ("不同方案的價格", [False]),
        ("特別方案，請勿退款", [False, True]),
        ("Exports are disabled.", [True]),
    ],
)
def test_a_clause_knows_whether_it_denies(text: str, polarities: list[bool]) -> None:
    assert [clause.negated for clause in clauses_in(text)] == polarities


def test_what_people_write_alike_has_the_same_terms() -> None:
    assert facts("Click the pictures").terms == facts("Tap an image").terms
