"""Turn the environment's `SUPPORT_BOT_` variables, and `RUNAPI_KEY`, into the settings of answering and serving."""

from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    field_validator,
)
from pydantic_settings import SettingsConfigDict

from support_bot.answering.checking.markup import host_of
from support_bot.answering.guidance import checked
from support_bot.handoff.settings import HandoffSettings
from support_bot.llm.pricing import ModelPrices
from support_bot.operating import OperatingSettings
from support_bot.panel.settings import PanelSettings

Line = Annotated[str, AfterValidator(checked)]
_SECRET_CHARACTERS = 32


def _often(text: str) -> str:
    from support_bot.access.limits import is_rate  # most runs need not pay for its imports

    if not is_rate(text):
        raise ValueError("write how often as 6/minute, or several as 6/minute;60/day")
    return text


Dollars = Annotated[float, BeforeValidator(lambda given: given or 0)]  # empty: none
Rate = Annotated[str, AfterValidator(_often)]
MaxTokensField = Literal["max_tokens", "max_completion_tokens"]


class SupportBotSettings(OperatingSettings, PanelSettings, HandoffSettings):
    """Which model writes, when it may, what it costs, and where the server listens."""

    model_config = SettingsConfigDict(
        env_prefix="SUPPORT_BOT_", env_file=".env", extra="ignore", frozen=True, populate_by_name=True
    )

    site: str = Field(
        default="default", description="The site whose knowledge answers.", pattern=r"^[a-z0-9][a-z0-9-]*$"
    )
    host: str = Field(
        default="127.0.0.1",
        description="The address to listen on; any but this machine's own only once the site is set up.",
    )
    port: int = Field(default=8000, ge=0, le=65535, description="The port to listen on; 0 takes a free one.")
    public_url: str = Field(
        default="", description="The address under which others reach this server, for links; empty: the request's."
    )

    llm_api_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("SUPPORT_BOT_LLM_API_KEY", "RUNAPI_KEY"),
        description="The endpoint's key. Without one, answers are made of the articles' own sentences.",
    )
    llm_base_url: str = Field(default="https://runapi.ai/v1", description="Any OpenAI-compatible endpoint.")
    llm_model: str = Field(default="glm-5-turbo", description="The model that writes the answers.")
    llm_max_tokens: int = Field(
        default=800, ge=1, description="The longest answer, in tokens; text is cut at eight bytes for each."
    )
    llm_max_tokens_field: MaxTokensField = Field(
        default="max_tokens", description="The field that carries it: some models want `max_completion_tokens`."
    )
    llm_temperature: float = Field(default=0.2, ge=0, le=2, description="How freely the model words its answers.")
    llm_extra_body: dict[str, Any] = Field(
        default={}, description='Further fields of the request as JSON, such as `{"thinking": {"type": "disabled"}}`.'
    )
    llm_first_token_seconds: float = Field(default=12, gt=0, description="How long to wait for the first word.")
    llm_idle_seconds: float = Field(default=15, gt=0, description="How long the model may fall silent.")
    llm_total_seconds: float = Field(default=60, gt=0, description="How long a whole answer may take.")
    llm_fallback_base_url: str = Field(
        default="", description="A second endpoint, asked where the first one fails; empty: none."
    )
    llm_fallback_api_key: SecretStr = Field(default=SecretStr(""), description="The second endpoint's key.")
    llm_fallback_model: str = Field(default="", description="The model at the second endpoint; empty: the same.")
    llm_fallback_max_tokens_field: MaxTokensField = Field(
        default="max_tokens", description="The field that carries the longest answer to the second endpoint."
    )
    llm_fallback_extra_body: dict[str, Any] = Field(
        default={}, description="Further fields of a request to the second endpoint, as JSON."
    )
    llm_outage: Literal["quote", "refuse"] = Field(
        default="quote",
        description="While no model answers: `quote` the articles instead, or `refuse` the request with status 503.",
    )
    price_input: float = Field(default=0.60, ge=0, description="US dollars per million input tokens.")
    price_output: float = Field(default=2.00, ge=0, description="US dollars per million output tokens.")
    price_cached_input: float = Field(default=0.12, ge=0, description="US dollars per million cached input tokens.")
    prices: dict[str, ModelPrices] = Field(
        default={},
        description="Prices of models that cost something else, as JSON: "
        '`{"glm-4.6": {"input": 0.6, "output": 2.2, "cached_input": 0.11}}`.',
    )
    daily_cap: Dollars = Field(
        default=0,
        ge=0,
        description="How many US dollars the site may spend on its models in a day, in UTC; then articles are quoted. "
        "0: no cap.",
    )
    monthly_cap: Dollars = Field(default=0, ge=0, description="How many it may spend in a month; 0: no cap.")
    answer_cache_size: int = Field(
        default=1000, ge=0, description="How many of the model's answers are remembered for the same question; 0: none."
    )
    answer_cache_seconds: float = Field(default=3600, ge=0, description="For how long.")

    tone: Line | Literal[""] = Field(
        default="",
        description="How answers are to sound, in a few words, such as `warm and plain`; empty: as it comes.",
    )
    names: tuple[Line, ...] = Field(
        default=(),
        max_length=20,
        description='Names to be written exactly so in every language, as JSON: `["Acme Pay"]`.',
    )
    own_names: tuple[Line, ...] = Field(
        default=(),
        max_length=20,
        description="The company's and its product's own names, as JSON: an answer may say them where an article does "
        "not. None that tell one thing from another, as the names of plans do.",
    )
    allowed_hosts: tuple[str, ...] = Field(
        default=(),
        max_length=100,
        description="Hosts to whose web and e-mail addresses an answer's links may lead, with those below them, as "
        'JSON: `["example.com"]`; the hosts of the articles found, and of the origins and addresses set here, need no '
        "mention. Other addresses that an article says are shown as plain text.",
    )
    forbidden_topics: tuple[Line, ...] = Field(
        default=(),
        max_length=20,
        description='What is left to a person: a question with all words of one, as JSON: `["legal advice"]`.',
    )

    title: str = Field(default="Help", description="The chat widget's title.", max_length=60)
    accent: str = Field(default="#0f766e", description="The chat widget's colour.", pattern=r"^#[0-9a-fA-F]{6}$")
    locale: str = Field(
        default="auto", description="The chat widget's language, such as `zh-Hant`; auto: the browser's."
    )
    suggestions: tuple[str, ...] = Field(
        default=(), max_length=6, description='Questions that the chat widget offers, as JSON: `["How do I …?"]`.'
    )
    allowed_origins: tuple[str, ...] = Field(
        default=(),
        description="Websites that may hold the chat widget while the site is not set up, exactly, as JSON: "
        '`["http://localhost:3000"]`.',
    )

    secret: SecretStr = Field(
        default=SecretStr(""),
        description="What signs tokens and seals secrets, the same on every server of a site: 32 random characters or "
        "more. Without it, a file below the data directory.",
    )

    limit_visitor: Rate = Field(
        default="6/minute;60/day", description="How often one visitor, or one customer, may ask."
    )
    limit_address: Rate = Field(
        default="20/minute", description="How often may be asked from one address, or one IPv6 network of 64 bits."
    )
    limit_site: Rate = Field(default="300/minute", description="How often all of a site's visitors may ask.")
    limit_everybody: Rate = Field(
        default="600/minute", description="How often may be asked on all sites that count together."
    )
    limit_newcomers: Rate = Field(
        default="60/hour",
        description="How many visitors nobody has seen before, and wrong keys of agents, may come from one address.",
    )
    limits_url: str = Field(
        default="",
        pattern=r"^(rediss?://.+)?$",
        description="A Redis in which servers count together, as `redis://host:6379`; empty: each server for itself.",
    )
    max_answers: int = Field(
        default=100,
        ge=1,
        description="How many answers are made at once; as many questions wait: staff's ten seconds, others' two.",
    )
    max_answers_each: int = Field(default=2, ge=1, description="How many answers at once are one visitor's.")
    trusted_proxies: tuple[str, ...] = Field(
        default=(),
        description='Addresses or networks of proxies whose X-Forwarded-For is believed, as JSON: `["10.0.0.0/8"]`.',
    )
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="Where conversations are kept: `postgresql://user:password@host/name`; empty: a file of SQLite in "
        "the data directory.",
    )
    resume_seconds: float = Field(
        default=30, ge=0, description="How long an answer goes on without its reader, who may come back for the rest."
    )
    slow_reader_seconds: float = Field(
        default=30, gt=0, description="How long a reader may take nothing of what is sent before it is cut off."
    )
    shutdown_seconds: float = Field(
        default=20, ge=0, description="How long answers may go on when the server is told to stop."
    )
    mask_personal: bool = Field(
        default=False,
        description="Whether e-mail addresses, telephone, card and bank account numbers are masked in what askers "
        "type, before it is stored, searched for or sent to a model.",
    )
    retention_days: int = Field(
        default=90, ge=0, description="After how many days without a word a conversation is erased; 0: never."
    )
    answer_unrecorded: bool = Field(
        default=False, description="Whether questions are answered also while the database cannot keep them."
    )

    passages: int = Field(default=8, ge=1, le=50, description="How many passages an answer may draw on.")
    reranker: str = Field(
        default="",
        description="Orders what is found anew: a Sentence-Transformers cross-encoder, by name or folder; or "
        "`embedding:` and a second model, named as `KNOWLEDGE_EMBEDDING_MODEL` is; empty: none.",
    )
    calibration: str = Field(
        default="", description="A file that `eval abstention --fit` wrote; empty: the probabilities as shipped."
    )
    min_confidence: float = Field(
        default=0.3, ge=0, le=1, description="Below this probability that the passages suffice, nothing is answered."
    )

    @field_validator("calibration")
    @classmethod
    def _readable(cls, value: str) -> str:
        if value:
            from support_bot.retrieval.confidence import read_calibration  # most runs need not pay for its imports

            read_calibration(Path(value))
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _exact_origins(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https") or value != f"{parts.scheme}://{parts.netloc}":
                raise ValueError(
                    "an origin is https://host or http://host:port, with nothing behind it and no wildcard"
                )
        return values

    @field_validator("allowed_hosts")
    @classmethod
    def _bare_hosts(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if host_of(value) != value or "." not in value.strip("."):
                raise ValueError(f"a host is example.com in small letters, without https:// and path; it was {value!r}")
        return values

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            ip_network(value)
        return values

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < _SECRET_CHARACTERS:
            raise ValueError(f"a secret has {_SECRET_CHARACTERS} characters or more")
        return value

    @field_validator("host")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if value != "localhost":
            ip_address(value)
        return value

    @property
    def secrets(self) -> list[str]:
        """All that must not be told."""
        return [value.get_secret_value() for _, value in self if isinstance(value, SecretStr)]

    @property
    def is_private(self) -> bool:
        """Whether the server can be reached from this machine alone."""
        return _is_loopback(self.host) and (
            not self.public_url or _is_loopback(urlsplit(self.public_url).hostname or "")
        )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False  # a name, which may lead anywhere
