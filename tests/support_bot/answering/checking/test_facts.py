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
        ("Choose plan B on Windows X.", {"b", "window", "x"}),
        ("方案 B 每月計費", {"b"}),
        ("I use it as I like.", set()),
    ],
)
def test_names_are_capitalised_words_that_do_not_merely_open_a_sentence(text: str, names: set[str]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(
    "text", ["Plan A is cheap.", "Choose type A", "| A | 10 |", "A: cheap", "方案A較便宜", "選 A 方案"]
)
def test_the_letter_a_is_a_name_where_it_is_no_article(text: str) -> None:
    assert "A" in names_in(text)
    assert any("A" in clause.terms for clause in clauses_in(text))


@pytest.mark.parametrize("text", ["A plan is cheap.", "It is cheap. A plan has it.", "- A plan", "Create A Ticket"])
def test_the_article_is_no_name(text: str) -> None:
    assert "A" not in names_in(text)


def test_a_country_is_not_the_pronoun_that_looks_like_it() -> None:
    assert "US" in names_in("Orders from the US are fast.")
    assert "US" not in names_in("Contact us, or CONTACT US, for US$5.")


@pytest.mark.parametrize(
    ("text", "count"),
    [("Acme Cloud 完全免費", 1), ("在 Settings 選擇 Security", 2), ("RunAPI 免費，RunAPI 不收費", 1), ("免費", 0)],
)
def test_names_in_a_row_are_one_whole_name(text: str, count: int) -> None:
    assert facts(text).whole_names == count


def test_fillers_and_function_words_are_no_terms() -> None:
    assert facts("The various ways of the 3 provided examples, 您的").terms == ()


@pytest.mark.parametrize(
    ("text", "literals"),
    [
        ("Run `acme  login` now", {"acme login"}),
        ("Press “Save as”.", {"save as"}),
        ("點選「儲存」", {"储存"}),
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
        ("It is not so that you cannot cancel.", [False]),
        ("Cancel orders, but do not delete them.", [False, True]),
        ("Not only orders count.", [False]),
        ("退款不需要收據", [True]),
        ("不同方案的價格", [False]),
        ("特別方案，請勿退款", [False, True]),
        ("You avoid the fee.", [True]),
        ("The update fails to start.", [True]),
        ("Please refrain from calling.", [True]),
        ("If not, write to us.", [False]),
    ],
)
def test_a_clause_knows_whether_it_denies(text: str, polarities: list[bool]) -> None:
    assert [clause.negated for clause in clauses_in(text)] == polarities


def test_what_people_write_alike_has_the_same_terms() -> None:
    assert facts("Click the pictures").terms == facts("Tap an image").terms


@pytest.mark.parametrize(
    ("claim", "text", "denies"),
    [
        ("Exports are disabled.", "Exports are allowed.", True),
        ("Exports are disabled.", "Exports are not allowed.", False),
        ("Exports are disabled.", "You find exports there.", True),
        ("It is not impossible to cancel.", "It is possible to cancel.", False),
        ("The key is useless.", "The key is useful.", True),
        ("Examples increase errors.", "Examples reduce errors.", True),
        ("Examples reduce errors.", "Examples help with errors.", False),
        ("The form works online.", "The form works offline.", True),
    ],
)
def test_an_opposite_turns_what_is_said(claim: str, text: str, denies: bool) -> None:
    [claimed], [stated] = clauses_in(claim), clauses_in(text)
    assert claimed.denies(stated, known=frozenset(stated.terms)) is denies


def test_terms_keep_the_order_of_the_text() -> None:
    assert facts("Blue lamps glow, and red bells ring.").terms == ("blue", "lamp", "glow", "red", "bell", "ring")


def test_a_month_is_no_name_but_a_number() -> None:
    assert names_in("It opens on Monday, 3 October.") == {"monday"}


def test_a_name_in_latin_letters_ends_where_chinese_begins() -> None:
    assert names_in("CBA2021-2022赛季") == {"cba2021"}


@pytest.mark.parametrize("transition", ["Secondly, ", "In addition, ", "Overall, "])
def test_a_transition_says_nothing(transition: str) -> None:
    assert facts(f"{transition}you can export reports.").terms == facts("You can export reports.").terms
