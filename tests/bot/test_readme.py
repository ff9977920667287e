"""The README is right: every setting, every command, every picture it speaks of is there."""

import re
import subprocess
import sys
from pathlib import Path

from bot.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf8")


def test_every_setting_is_in_the_readme() -> None:
    missing = [name for name in Settings.model_fields if f"`ZHITONG_{name.upper()}`" not in README]
    assert missing == []


def test_the_readme_names_no_setting_that_does_not_exist() -> None:
    named = set(re.findall(r"ZHITONG_([A-Z_]+)", README))
    assert named <= {name.upper() for name in Settings.model_fields}


def test_every_command_in_the_readme_is_a_command() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    for command in re.findall(r"python -m bot (\w+)", README):
        assert command in shown


def test_what_the_documents_link_to_is_there() -> None:
    for page in [ROOT / "README.md", ROOT / "README.zh-CN.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_no_package_host_and_no_path_of_a_machine_is_named() -> None:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    hosts = re.compile("pyp" + r"i\.org|pythonhos" + r"ted\.org|npm" + r"js\.org|deb\.debia" + r"n\.org")
    for name in listed.splitlines():
        path = ROOT / name
        if path.suffix in {".png", ".svg"} or not path.exists():
            continue
        assert not hosts.search(path.read_text("utf8")), name
