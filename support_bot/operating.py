"""Turn the environment's variables into the settings of what a running server tells its operator."""

from typing import Literal

from pydantic import Field, SecretStr
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
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="What a monitoring system elsewhere sends to read `/metrics`; empty: this machine alone may.",
    )
