"""Turn the environment's `INGEST_` variables into the settings of the reindex."""

import os
from pathlib import Path

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.schedule import Schedule
from ingest.webhook import SETTING
from knowledge.audience import Audience
from knowledge.signing import key_of, refuse_unsafe


def secret_named(name: str) -> str:
    """Return what an environment variable or `.env` holds under a name that a source gives, "" when neither does."""
    return os.environ.get(name) or dotenv_values(".env").get(name) or ""  # noqa: TID251 - this is the one place


class IngestSettings(BaseSettings):
    """What is read, for whom, and how it is cut."""

    model_config = SettingsConfigDict(env_prefix="INGEST_", env_file=".env", extra="ignore", frozen=True)

    site: str = Field(
        default="default", description="The site whose knowledge is built.", pattern=r"^[a-z0-9][a-z0-9-]*$"
    )
    audience: Audience = Field(
        default="internal", description="The widest audience of what is read; front matter can only narrow it."
    )
    config: Path = Field(
        default=Path("sources.toml"), description="The file that names the sources of a run that is given no path."
    )
    sentinel: str = Field(
        default="",
        description="A file that lies in each folder of articles while its volume is mounted; a run without it stops.",
    )
    max_file_megabytes: int = Field(default=20, ge=1, description="A larger file is refused before it is opened.")
    parse_seconds: int = Field(default=60, ge=1, description="A file that takes longer to parse is given up.")
    parse_megabytes: int = Field(default=1000, ge=50, description="A file that takes more memory to parse is given up.")
    refuse_secrets: bool = Field(
        default=False,
        description="Whether a file with what looks like a key or password fails, even one that is in the index, or is "
        "only flagged.",
    )
    golden_questions: str = Field(
        default="",
        description="A file of questions and their right articles, which a new generation must find to serve.",
    )
    recent_questions: str = Field(
        default="",
        description="A file of questions that were asked lately, whose answers are compared after each import.",
    )
    gate_recall_fall: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="The share of golden questions' articles that may be lost against what serves.",
    )
    gate_recall_floor: float = Field(
        default=0.0, ge=0, le=1, description="The share of golden questions' articles that must be found in any case."
    )
    gate_fall: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="The share of documents that may lose most of their text at once; ten always may.",
    )
    gate_rise: float = Field(
        default=0.0,
        ge=0,
        description="The share by which the number of documents may rise at once: 1 is twice as many; 0: any number.",
    )
    schedule: str = Field(
        default="30 2 * * *",
        description="When `ingest watch` runs, in UTC: minute, hour, day of the month, month, day of the week.",
    )
    # Before the address, whose check needs it; a mistake is told with the value, and this one must not be told.
    webhook_secret: SecretStr = Field(
        default=SecretStr(""),
        description="What the messages to it are signed with: `whsec_` and 24 to 64 random bytes in base64.",
    )
    webhook_url: str = Field(
        default="", description="An address that is told when a run fails or needs somebody's approval; empty: none."
    )
    metrics_dir: str = Field(
        default="", description="A folder of node_exporter's textfile collector that gets each run's figures too."
    )
    passage_words: int = Field(
        default=160, ge=40, description="The length at which a section is cut; a Chinese character counts as a word."
    )

    @field_validator("schedule")
    @classmethod
    def _can_be_kept(cls, value: str) -> str:
        return Schedule(value).expression

    @field_validator("webhook_url")
    @classmethod
    def _can_be_told_safely(cls, value: str, info: ValidationInfo) -> str:
        if value:
            refuse_unsafe(value)
            key_of(info.data["webhook_secret"].get_secret_value(), setting=SETTING)
        return value
