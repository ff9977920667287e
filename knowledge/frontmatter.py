"""A content file: YAML between two `---` lines, then Markdown. Only reading; what the fields mean is elsewhere."""

from pathlib import Path
from typing import Any

import yaml

# libyaml where PyYAML was built with it: ten times faster, and a program that answers one question starts sooner.
_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(ValueError):
    """The file is no front matter followed by a body; the message says why, in one line."""


def read(path: Path) -> tuple[dict[str, Any], str]:
    """Return the fields and the body (stripped) of a content file. Raises `Unreadable`."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"cannot be read: {error}") from error
    head, separator, body = text.removeprefix("---\n").partition("\n---\n")
    if not text.startswith("---\n") or not separator:
        raise Unreadable("no front matter between two lines of ---")
    try:
        fields = yaml.load(head, Loader=_Loader)  # noqa: S506 (both choices are safe loaders)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 2026-02-30
        raise Unreadable(" ".join(f"front matter is not YAML: {error}".split())) from error
    if not isinstance(fields, dict):
        raise Unreadable("front matter is not a mapping")
    return {str(key): value for key, value in fields.items()}, body.strip()


def files(folder: Path) -> tuple[Path, ...]:
    """The content files of a folder, in the order of their names; none when the folder is missing."""
    return tuple(sorted(folder.glob("*.md")))
