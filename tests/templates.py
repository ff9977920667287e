"""The lint of texts and pages: each compiles, each that is named exists, each that exists is named.

Run by `make check` as `python -m tests.templates`.
"""

import ast
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from jinja2 import TemplateSyntaxError

from bot.web.chat import PAGES
from desk.rendering import ENVIRONMENT
from handlers import FORMS
from handlers.wording import FOLDER, environment

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Print each fault; return 1 if there is any."""
    faults = [*_broken(), *_texts()]
    print(*faults, f"{len(faults)} faults in texts and pages", sep="\n")
    return 1 if faults else 0


def _broken() -> Iterator[str]:
    for made in (environment(), ENVIRONMENT, PAGES.env):
        for name in made.list_templates():
            try:
                made.get_template(name)
            except TemplateSyntaxError as error:
                yield f"{name}:{error.lineno}: {error.message}"


def _texts() -> Iterator[str]:
    there = {str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.rglob("*.j2")}
    asked = {f"{form.name}/{step.name}" for form in FORMS for step in form.steps}
    named = {pattern for pattern in _said() if pattern.strip("*/: ")}
    for name in sorted(asked - there):
        yield f"handlers/texts/{name}.j2: a step of a form has no text"
    for name in sorted(there - asked):
        if not any(fnmatchcase(name, pattern) for pattern in named):
            yield f"handlers/texts/{name}.j2: nobody says this"
    for pattern in sorted(named):
        folder, _, rest = pattern.partition("/")
        if folder and rest and (FOLDER / folder).is_dir() and not any(fnmatchcase(name, pattern) for name in there):
            yield f"handlers: {pattern} is said, but there is no such text"


def _said() -> Iterator[str]:
    """Give every string of the handlers, of the courier's apology and of the texts' own includes.

    A string that is put together, such as f"{form}/done", becomes a pattern.
    """
    for path in [*(ROOT / "handlers").glob("*.py"), ROOT / "bot" / "main.py"]:
        tree = ast.parse(path.read_text("utf8"))
        parts = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts:
                yield node.value
    for path in FOLDER.rglob("*.j2"):
        for part in path.read_text("utf8").split('"')[1::2]:
            yield part.removesuffix(".j2")


if __name__ == "__main__":
    sys.exit(main())
