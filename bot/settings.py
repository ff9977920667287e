"""Every setting, typed, from the environment (ZHITONG_…)."""

import inspect
import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What differs between deployments. README.md lists each of them; a test sees to that."""

    model_config = SettingsConfigDict(env_prefix="ZHITONG_", frozen=True)

    database_url: str = ""
    redis_url: str = ""
    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    secret_key: SecretStr = SecretStr("")
    public_url: str = ""
    telegram_token: SecretStr = SecretStr("")
    telegram_api: str = "https://api.telegram.org"
    telegram_personal_data: Literal["allow", "link"] = "allow"

    @cached_property
    def database(self) -> str:
        """Return the database's address; without a setting, an SQLite file in the data folder."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.resolve()}/zhitong.db"

    @property
    def embedded(self) -> bool:
        """Say whether this is the way to run with nothing but Python: an SQLite file and no public address."""
        return self.database.startswith("sqlite") and not self.public_url

    @property
    def address(self) -> str:
        """Return where people reach the program, without a slash at the end."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @cached_property
    def secret(self) -> str:
        """Return the secret that encrypts and signs.

        The embedded way makes one on first use and keeps it beside the database. A county deployment must
        set it: raises SecretMissing.
        """
        given = self.secret_key.get_secret_value()
        if given:
            return given
        if not self.embedded:
            raise SecretMissing
        self.data_dir.mkdir(parents=True, exist_ok=True)
        kept = self.data_dir / "secret.key"
        if not kept.exists():
            fresh = kept.with_suffix(f".{secrets.token_hex(4)}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(32))
            fresh.replace(kept)
        return kept.read_text().strip()


class SecretMissing(Exception):
    """没有设置 ZHITONG_SECRET_KEY。

    对外部署必须自己设置一个至少 32 位的随机密钥，并妥善备份：丢了它，个人信息就解不开了。
    """

    def __str__(self) -> str:
        return inspect.getdoc(self) or ""
