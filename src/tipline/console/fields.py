"""What is wrong with a form, placed: which field of it, and a sentence."""

from __future__ import annotations

from tipline.core.errors import InvalidInputError

Errors = list[tuple[str, str]]


class FieldError(InvalidInputError):
    """What is wrong with one field of a form."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def sentence(error: Exception) -> str:
    """What a room refused, as a sentence."""
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."


def placed(error: Exception, otherwise: str) -> tuple[str, str]:
    """The field that an error names, or else the given one; and the error as a sentence."""
    return getattr(error, "field", otherwise), sentence(error)
