"""Turn the environment's variables into the settings of what a running server tells its operator."""

from importlib.util import find_spec
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

LogFormat = Literal["auto", "text", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]


class OperatingSettings(BaseSettings):
    """What is logged and measured, and for whom."""

    log_format: LogFormat = Field(
        default="auto",
        description="How the server's log is written: `text`, `json`, an object a line, or `auto`: text at a terminal.",
    )
    log_level: LogLevel = Field(
        default="info",
        description="What is logged, at least: `debug`, `info`, with a line for each request, `warning` or `error`.",
    )
    telemetry_url: str = Field(
        default="",
        pattern=r"^(https?://.+)?$",
        description="An OpenTelemetry collector that is sent spans by OTLP over HTTP, as `http://127.0.0.1:4318`; "
        "empty: none.",
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="What a monitoring system elsewhere sends to read `/metrics`; empty: this machine alone may.",
    )

    @field_validator("telemetry_url")
    @classmethod
    def _installed(cls, value: str) -> str:
        if value and not _is_there("opentelemetry.exporter.otlp.proto.http"):
            raise ValueError("spans need further packages: pip install 'support-bot[telemetry]'")
        return value


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
