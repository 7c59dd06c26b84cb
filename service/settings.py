"""What a deployment is told from outside, read once, frozen; secrets are paths of files, never values."""

import os
from pathlib import Path

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


class Settings(BaseSettings):
    """The settings; each is an environment variable with the prefix SEKISHO_."""

    model_config = SettingsConfigDict(env_prefix="SEKISHO_", frozen=True, extra="ignore")

    database_url: str | None = None
    """The libpq address of a PostgreSQL 15 or newer; without it the embedded server is used."""
    data_dir: Path = default_data_dir()
    """Where the embedded database, the keys and the floor of the log are kept."""
    host: str = "127.0.0.1"
    port: int = 8743
    public_url: str | None = None
    """The address by which others reach this service, where it differs from host and port."""
    recheck_seconds: int = 60
    """How far ahead of a permit its application must ask again, at the latest."""
    sweep_seconds: float = 10
    """How often a serving process looks whether the rows that decisions rest on were edited behind its back."""

    @property
    def keys_dir(self) -> Path:
        """The folder of the master key and the signing key."""
        return self.data_dir / "keys"

    @property
    def master_key_file(self) -> Path:
        """The key that wraps the per-person keys of disclosures."""
        return self.keys_dir / "master.key"

    @property
    def signing_key_file(self) -> Path:
        """The Ed25519 key that signs checkpoints."""
        return self.keys_dir / "log-signing.key"
