"""Turn the environment's `INGEST_` variables into the settings of the reindex."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge.audience import Audience


class IngestSettings(BaseSettings):
    """What is read, for whom, and how it is cut."""

    model_config = SettingsConfigDict(env_prefix="INGEST_", env_file=".env", extra="ignore", frozen=True)

    site: str = Field(
        default="default", description="The site whose knowledge is built.", pattern=r"^[a-z0-9][a-z0-9-]*$"
    )
    audience: Audience = Field(
        default="internal", description="The widest audience of what is read; front matter can only narrow it."
    )
    sentinel: str = Field(
        default="",
        description="A file that lies in each folder of articles while its volume is mounted; a run without it stops.",
    )
    max_file_megabytes: int = Field(default=20, ge=1, description="A larger file is refused before it is opened.")
    parse_seconds: int = Field(default=60, ge=1, description="A file that takes longer to parse is given up.")
    parse_megabytes: int = Field(default=1000, ge=50, description="A file that takes more memory to parse is given up.")
    refuse_secrets: bool = Field(
        default=False, description="Whether a file with what looks like a key or password fails, or is only flagged."
    )
    passage_words: int = Field(
        default=160, ge=40, description="The length at which a section is cut; a Chinese character counts as a word."
    )
