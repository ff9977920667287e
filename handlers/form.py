"""What a form is: data. Its engine is handlers.forms."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.talk import Talk
from services.errors import Refusal

Values = dict[str, Any]


class ChooseOne(Refusal):
    """请点下面的按钮，或回复它的序号（如 1）。"""


class TypeIt(Refusal):
    """请直接打字回复这一步。"""


class SendFile(Refusal):
    """这一步请发文件或照片；发完点“完成”，没有就点“跳过”。"""


@dataclass(frozen=True)
class Choice:
    """One of a step's buttons; `value` is short and of ASCII characters."""

    value: str
    label: str


Choices = Callable[[Talk, Values], Awaitable[Sequence[Choice]]]
Read = Callable[[Talk, str], Awaitable[Any]]
Facts = Callable[[Talk, Values], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True)
class Step:
    """One question. Its text is handlers/texts/<form>/<name>.j2, rendered with the values so far and `facts`.

    `choices` makes buttons; `read` turns typed words into the value and raises a Refusal that says what is wrong.
    `when` says whether the step is asked at all. With `files` the step collects documents and pictures.
    """

    name: str
    choices: Choices | None = None
    read: Read | None = None
    facts: Facts | None = None
    when: Callable[[Values], bool] = lambda _values: True
    columns: int = 1
    skip: str = ""
    files: bool = False


@dataclass(frozen=True)
class Form:
    """A form. `finish` calls one service and says what came of it; a refusal of it leads back to a step.

    `about` names the value that a form is opened with, such as the request that is answered; `personal` says that
    the form asks for or shows personal data, `consent` that whoever fills it in must have agreed to the notice.
    """

    name: str
    title: str
    steps: Sequence[Step]
    finish: Callable[[Talk, Values], Awaitable[None]]
    back_to: Mapping[type[Refusal], str] = field(default_factory=dict)
    personal: bool = True
    consent: bool = True
    about: str = ""

    def step(self, name: str) -> Step | None:
        """Return a step by name."""
        return next((step for step in self.steps if step.name == name), None)

    def asked(self, values: Values) -> list[Step]:
        """Return the steps that are asked, given the values so far."""
        return [step for step in self.steps if step.when(values)]


def chosen_of(word: str, choices: Sequence[Choice], *, typed: bool, part: bool) -> Choice | None:
    """Return the choice with this value or label, or this number if it was typed.

    With `part` a word that only one label holds will do.
    """
    number = int(word) if typed and word.isdecimal() and len(word) < 4 else 0
    if 0 < number <= len(choices):
        return choices[number - 1]
    exact = next((choice for choice in choices if word in (choice.value, choice.label)), None)
    if exact or not part or len(word) < 2:
        return exact
    holding = [choice for choice in choices if word in choice.label]
    return holding[0] if len(holding) == 1 else None
