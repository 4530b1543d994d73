from pathlib import Path

import numpy as np

from knowledge.embeddings import SentenceTransformersEmbeddings, Vector
from support_bot.evaluation.questions import KeptQuestions


class Counting(SentenceTransformersEmbeddings):
    """A model that counts what it embeds."""

    def __init__(self) -> None:
        super().__init__("counting", multilingual=False, threads=1)
        self.embedded: list[str] = []

    def question_vector(self, text: str) -> Vector:
        """Return a vector that depends on the text's length."""
        self.embedded.append(text)
        return np.array([len(text), 1], dtype=np.float32)


def test_a_question_is_embedded_once_in_the_life_of_a_folder(tmp_path: Path) -> None:
    model = Counting()
    for _ in range(2):
        kept = KeptQuestions(tmp_path / "vectors", embeddings=model)
        assert kept.question_vector("where?").tolist() == [6.0, 1.0]
        assert kept.question_vector("怎麼退租？").tolist() == [5.0, 1.0]
        kept.close()

    assert model.embedded == ["where?", "怎麼退租？"]


def test_it_speaks_what_the_model_speaks(tmp_path: Path) -> None:
    kept = KeptQuestions(tmp_path, embeddings=Counting())

    assert (kept.name, kept.speaks("where?"), kept.speaks("怎麼退租？")) == ("counting", True, False)
    kept.close()
