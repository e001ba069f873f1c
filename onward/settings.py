"""Settings: every ``ONWARD_*`` variable, read once, checked, and never changed afterwards."""

from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PROJECT = Path(__file__).resolve().parent.parent
"""The folder that holds ``onward/``, ``data/`` and ``bot/``."""

MIN_SECRET = 32
"""Shortest secret accepted, in characters: 16 random bytes written in hexadecimal."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")

Switch = Literal["auto", "on", "off"]


class BadSettings(Exception):
    """The settings cannot be used. ``problems`` holds one plain line for each thing that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a web address such as http://127.0.0.1:5005")
    return value.rstrip("/")


HttpUrl = Annotated[str, AfterValidator(_http_url)]
Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(BaseSettings):
    """What an installation is told from outside. Build it with ``load``, which words what is wrong."""

    model_config = SettingsConfigDict(env_prefix="ONWARD_", frozen=True, extra="ignore", env_ignore_empty=True)

    environment: Literal["development", "production"] = Field(
        "development", description="`production` makes secrets, a public address and safe cookies compulsory"
    )
    service_name: str = Field(
        "Onward",
        min_length=2,
        max_length=30,
        description="What the service calls itself in messages and on pages",
    )
    database_url: str = Field(
        "",
        repr=False, description="`sqlite:///path` or `postgresql://name:password@host/database`. Default: "
        "`onward.db` in the folder of `ONWARD_VAR_DIR`"
    )  # fmt: skip
    data_dir: Path = Field(
        PROJECT / "data", description="Texts, training examples, rules, helplines and the sample area"
    )
    var_dir: Path = Field(PROJECT / "var", description="Where the embedded database, logs and made secrets are kept")
    host: str = Field("127.0.0.1", description="Address that the web process listens on")
    port: Port = Field(8000, description="Port that the web process listens on")
    public_url: HttpUrl | None = Field(
        None,
        description="Address that people and Twilio reach this service by: `https://onward.example.org`. "
        "Twilio signs this address, so it must be exact",
    )
    trust_proxy: str = Field(
        "", description="Addresses of the proxies whose `X-Forwarded-For` is believed, comma separated"
    )
    cookie_secure: Switch = Field(
        "auto", description="Send cookies over HTTPS only; `auto`: on when `ONWARD_PUBLIC_URL` is https"
    )
    secret: SecretStr | None = Field(
        None,
        description="Signs chat sessions and forms. Made once into `secrets.json` on the embedded default",
    )
    bot_secret: SecretStr | None = Field(
        None,
        description="Shared by application and bot. Made once into `secrets.json` on the embedded default",
    )
    bot_url: HttpUrl = Field(
        "http://127.0.0.1:5005", description="Where the bot answers; `onward run` starts it at this port"
    )
    actions_host: str = Field("127.0.0.1", description="Address that the worker's action server listens on")
    actions_port: Port = Field(0, description="Its port; 0 takes any free one")
    actions_url: HttpUrl | None = Field(
        None,
        description="How the bot reaches the action server when that is not `ONWARD_ACTIONS_HOST` and port",
    )
    runners: int = Field(4, ge=1, le=64, description="Turns handled at once by a worker")
    senders: int = Field(4, ge=1, le=64, description="Messages sent at once by a worker")
    twilio_account_sid: str | None = Field(
        None, pattern=r"^AC[0-9a-fA-F]{32}$", description="Twilio account (`AC` and 32 hexadecimal digits)"
    )
    twilio_auth_token: SecretStr | None = Field(None, description="Twilio's token: sends, and checks signatures")
    twilio_from: str | None = Field(
        None, pattern=r"^\+[1-9]\d{6,14}$", description="Number that texts come from, as in `+441632960000`"
    )
    twilio_messaging_service_sid: str | None = Field(
        None, pattern=r"^MG[0-9a-fA-F]{32}$", description="Messaging service to send by, in place of a number"
    )
    twilio_api_base: HttpUrl | None = Field(None, description="Stands in for Twilio's API, for tests only")
    simulator: Switch = Field(
        "auto",
        description="The phone at `/phone`; `auto`: on without Twilio while only this machine can reach it",
    )
    sample: Switch = Field(
        "auto",
        description="Load the fictional sample area into an empty database; `auto`: on where the phone is",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged")

    @model_validator(mode="before")
    @classmethod
    def _place_database(cls, values: Any) -> Any:
        if isinstance(values, dict) and not values.get("database_url"):
            folder = Path(values.get("var_dir") or PROJECT / "var").absolute()
            values = {**values, "database_url": f"sqlite:///{folder / 'onward.db'}"}
        return values

    @model_validator(mode="after")
    def _agree(self) -> "Settings":
        if problems := self._database_problems():
            raise BadSettings(problems)
        problems = [*self._twilio_problems(), *self._production_problems()]
        for name, value in (("SECRET", self.secret), ("BOT_SECRET", self.bot_secret)):
            if value is not None and len(value.get_secret_value()) < MIN_SECRET:
                problems.append(f"ONWARD_{name} must be at least {MIN_SECRET} characters long")
            elif value is None and not self.embedded:
                problems.append(f"ONWARD_{name} must be set; make one with: openssl rand -hex 32")
        if problems:
            raise BadSettings(problems)
        return self

    def _database_problems(self) -> list[str]:
        try:
            backend = make_url(self.database_url).get_backend_name()
        except ArgumentError:
            return ["ONWARD_DATABASE_URL is not a database address such as postgresql://name@host/onward"]
        if backend not in ("sqlite", "postgresql"):
            return [f"ONWARD_DATABASE_URL names {backend}; only sqlite and postgresql are supported"]
        return []

    def _twilio_problems(self) -> list[str]:
        given = {
            "ONWARD_TWILIO_ACCOUNT_SID": self.twilio_account_sid,
            "ONWARD_TWILIO_AUTH_TOKEN": self.twilio_auth_token,
            "ONWARD_TWILIO_FROM or ONWARD_TWILIO_MESSAGING_SERVICE_SID": self.twilio_from
            or self.twilio_messaging_service_sid,
            "ONWARD_PUBLIC_URL": self.public_url,
        }
        twilio = [name for name, value in given.items() if value and name != "ONWARD_PUBLIC_URL"]
        if not twilio:
            return []
        missing = [f"{name} must be set, because {twilio[0]} is" for name, value in given.items() if not value]
        if self.simulator == "on":
            missing.append("ONWARD_SIMULATOR cannot be on beside Twilio: its texts would be answered by real ones")
        return missing

    def _production_problems(self) -> list[str]:
        if self.environment != "production":
            return []
        problems = []
        if not self.public_url or not self.public_url.startswith("https://"):
            problems.append("ONWARD_PUBLIC_URL must be an https address in production")
        if self.simulator == "on":
            problems.append("ONWARD_SIMULATOR cannot be on in production: anybody could text as anybody")
        if self.twilio_api_base:
            problems.append("ONWARD_TWILIO_API_BASE cannot be set in production: it is for tests")
        if self.cookie_secure == "off":
            problems.append("ONWARD_COOKIE_SECURE cannot be off in production")
        return problems

    @property
    def sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return make_url(self.database_url).get_backend_name() == "sqlite"

    @property
    def embedded(self) -> bool:
        """Whether this is the one-machine default, which makes its own secrets."""
        return self.sqlite and self.environment != "production"

    @property
    def twilio(self) -> bool:
        """Whether texts go out by Twilio."""
        return self.twilio_account_sid is not None

    @property
    def simulated(self) -> bool:
        """Whether the phone simulator stands in for Twilio."""
        if self.simulator == "auto":
            return not self.twilio and self.host in LOOPBACK and self.environment != "production"
        return self.simulator == "on"

    @property
    def with_sample(self) -> bool:
        """Whether an empty database gets the sample area."""
        return self.simulated if self.sample == "auto" else self.sample == "on"

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies carry ``Secure``."""
        if self.cookie_secure == "auto":
            return bool(self.public_url and self.public_url.startswith("https://"))
        return self.cookie_secure == "on"

    @property
    def local_url(self) -> str:
        """How a program on this machine reaches the web process."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return f"http://{host}:{self.port}"

    @property
    def log_dir(self) -> Path:
        """Where ``onward run`` keeps the logs of what it started."""
        return self.var_dir / "log"

    def need_secret(self) -> str:
        """The signing secret. Raises ``BadSettings`` without it: see ``onward.secretfile.with_secrets``."""
        if self.secret is None:
            raise BadSettings(["ONWARD_SECRET is not set"])
        return self.secret.get_secret_value()

    def need_bot_secret(self) -> str:
        """The secret shared with the bot. Raises ``BadSettings`` like ``need_secret``."""
        if self.bot_secret is None:
            raise BadSettings(["ONWARD_BOT_SECRET is not set"])
        return self.bot_secret.get_secret_value()

    def as_environment(self) -> dict[str, str]:
        """These settings as variables for a child process; only what differs from the defaults."""
        found: dict[str, str] = {}
        for name, value in self.model_dump(exclude_defaults=True).items():
            if value is not None:
                plain = value.get_secret_value() if isinstance(value, SecretStr) else value
                found[variable(name)] = str(plain)
        return found


def variable(field: str) -> str:
    """The environment variable of a setting."""
    return f"ONWARD_{field.upper()}"


def load(**overrides: Any) -> Settings:
    """Read the settings from the environment. Raises ``BadSettings`` with a line for each problem."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise BadSettings([_plain(item) for item in error.errors()]) from None


def _plain(item: Any) -> str:
    name = variable(str(item["loc"][0])) if item["loc"] else "settings"
    context = item.get("ctx") or {}
    said: str = {
        "int_parsing": "must be a whole number",
        "greater_than_equal": f"must be at least {context.get('ge')}",
        "less_than_equal": f"must be at most {context.get('le')}",
        "literal_error": f"must be one of {context.get('expected')}",
        "string_pattern_mismatch": "does not look right; see docs/settings.md for its form",
        "value_error": str(context.get("error")),
    }.get(item["type"], str(item["msg"]))
    # a secret is never repeated
    shown = "" if "secret" in name.lower() or "token" in name.lower() else f" (it is {item.get('input')!r})"
    return f"{name} {said}{shown}"
