"""What a deployment is told from outside, read once, frozen; secrets are paths of files, never values."""

import os
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def default_data_dir() -> Path:
    """Return `.sekisho` in a checkout, else the folder that the XDG specification gives for a program's own state."""
    checkout = Path(__file__).resolve().parent.parent
    if (checkout / "pyproject.toml").exists():
        return checkout / ".sekisho"
    base = os.environ.get("XDG_DATA_HOME") or (
        Path(os.environ["HOME"]) / ".local" / "share" if os.environ.get("HOME") else Path("/var/lib")
    )
    return Path(base) / "sekisho"


class IssuerSettings(BaseModel):
    """An issuer whose access tokens count: its exact name, where its keys are, and how its tokens name this service."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str = Field(min_length=1, max_length=1_024, pattern=r"^\S+$")
    jwks_uri: str
    audience: str = Field(min_length=1, max_length=1_024)
    algorithms: tuple[Literal["RS256", "PS256", "ES256", "EdDSA"], ...] = Field(default=("RS256", "PS256", "ES256", "EdDSA"), min_length=1)
    private: bool = False
    """Whether its keys lie on the own network; nothing there is asked otherwise."""
    leeway_seconds: int = Field(default=30, ge=0, le=60)
    longest_seconds: int = Field(default=3_600, ge=60, le=86_400)
    """How long a token may live at all."""


class Settings(BaseSettings):
    """The settings; each is an environment variable with the prefix SEKISHO_."""

    model_config = SettingsConfigDict(env_prefix="SEKISHO_", frozen=True, extra="ignore")

    database_url: str | None = None
    """The libpq address of a PostgreSQL 15 or newer; without it the embedded server is used."""
    data_dir: Path = default_data_dir()
    """Where the embedded database, the keys and the floor of the log are kept."""
    host: str = "127.0.0.1"
    port: int = 8743
    metrics_port: int | None = Field(default=None, ge=1, le=65_535)
    """On which port figures are told to monitoring systems, by plain HTTP; none: nowhere."""
    metrics_host: str = "127.0.0.1"
    public_url: str | None = None
    """The address by which others reach this service, where it differs from host and port."""
    providers: tuple[dict[str, Any], ...] = ()
    """The OpenID Connect providers that people may sign in with, a JSON list; see docs/sign-in.md."""
    recheck_seconds: int = 60
    """How far ahead of a permit its application must ask again, at the latest."""
    use_late_seconds: int = Field(default=600, ge=1, le=604_800)
    """How long after a use its report is marked as late."""
    enumeration_budget: int = 1000
    """How many distinct names that are not known here an application may ask for in an hour, in each process."""
    search_budget: int = 1000
    """How many pages of searches an application may ask for in an hour, in each process."""
    import_limit_mb: int = 10
    """How many megabytes an imported file may have."""
    issuers: tuple[IssuerSettings, ...] = ()
    """Who issues tokens to applications, as a JSON list; none: applications come with keys alone."""
    outgoing_http_on_loopback: bool = False
    """Whether plain HTTP may be spoken to this machine itself; for tests."""

    @model_validator(mode="after")
    def _require_one_of_each_issuer(self) -> Self:
        names = [one.issuer for one in self.issuers]
        if len(names) != len(set(names)):
            message = "an issuer stands twice in SEKISHO_ISSUERS"
            raise ValueError(message)
        return self

    @property
    def public_address(self) -> str:
        """The address by which others reach this service, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    kms_command: str | None = None
    """A program that wraps and unwraps master keys (`PROGRAM wrap|unwrap ID`, bytes in, bytes out); without it they lie in files."""
    sweep_seconds: float = 10
    """How often a serving process looks whether the rows that decisions rest on were edited behind its back."""

    tick_seconds: float = Field(default=3_600, ge=3_600)
    """How often a serving process tells the ledger of dates that have come: at most hourly."""

    witness_seconds: float = Field(default=10, ge=1, le=3_600)
    """How often a serving process asks the witnesses of the log to cosign what was signed since."""

    mail_host: str | None = None
    """The mail server that tells people that something waits for them; without it nobody is written to."""
    mail_port: int = Field(default=587, ge=1, le=65_535)
    mail_security: Literal["none", "starttls", "tls"] = "starttls"
    """How the connection to the mail server is protected; `none` for a relay on this machine."""
    mail_from: str | None = None
    """The address that mails come from; without it nobody is written to."""
    mail_domains: tuple[str, ...] = ()
    """The domains, a JSON list, to which alone mails go; empty: to any."""
    mail_user: str | None = None
    mail_password_file: Path | None = None
    """The file that holds the password of `mail_user`, where the server asks for one."""

    @property
    def sends_mail(self) -> bool:
        """Whether people can be written to."""
        return self.mail_host is not None and self.mail_from is not None

    @property
    def keys_dir(self) -> Path:
        """The folder of the master keys, the secrets of the keys that they wrap, and the signing key."""
        return self.data_dir / "keys"

    @property
    def letters_dir(self) -> Path:
        """The folder of the site's own templates and fonts for letters, where there is one."""
        return self.data_dir / "letters"

    @property
    def tls_dir(self) -> Path:
        """The folder of the server's certificate and of the local authority, where there are any."""
        return self.data_dir / "tls"
