"""Settings: the embedded way needs none, a county deployment refuses to start with defaults."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from bot.settings import SecretMissing, Settings
from bot.upkeep import FAULT, NOTE, check_command
from bot.upkeep import _settings as look_at


def test_the_embedded_way_makes_a_secret_once_and_keeps_it_private(tmp_path: Path) -> None:
    first = Settings(data_dir=tmp_path)
    assert first.embedded
    assert first.secret == Settings(data_dir=tmp_path).secret
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "county", [{"database_url": "postgresql+asyncpg://x@h/d"}, {"public_url": "https://zhitong.example"}]
)
def test_a_county_must_bring_its_own_secret(tmp_path: Path, county: dict[str, Any]) -> None:
    with pytest.raises(SecretMissing):
        _ = Settings(data_dir=tmp_path, **county).secret
    assert not list(tmp_path.iterdir())


def test_a_public_telegram_bot_that_takes_personal_data_is_a_fault(tmp_path: Path) -> None:
    def marks(**more: Any) -> list[str]:
        settings = Settings(data_dir=tmp_path, telegram_token=SecretStr("1:x"), **more)
        return [mark for mark, line in look_at(settings) if "境外" in line]

    assert marks(public_url="https://z.example") == [FAULT]
    assert marks() == [NOTE]
    assert marks(public_url="https://z.example", telegram_personal_data="link") == []


def test_an_unknown_way_with_personal_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        Settings(data_dir=tmp_path, telegram_personal_data="maybe")


async def test_check_of_a_fresh_checkout_finds_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await check_command(Settings(data_dir=tmp_path / "new")) == 0
    assert FAULT not in capsys.readouterr().out
