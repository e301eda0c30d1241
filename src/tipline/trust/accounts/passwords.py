"""What a password must be: long, and not one that others guess. No rules about kinds of characters (NIST SP 800-63B)."""

from __future__ import annotations

import secrets
import unicodedata

from django.core.exceptions import ValidationError

from tipline.trust.accounts.models import User

SHORTEST = 12
LONGEST = 1024  # characters: argon2 hashes all of them, and nobody may make us hash a book
# zxcvbn's score, 0 to 4. 3 means over 10^8 guesses for somebody who has its lists (of breached passwords, names and words).
LOWEST_SCORE = 3
_JUDGED = 72  # zxcvbn's time grows with the square of the length
_SHORTEST_NAME = 4  # shorter parts of names are in everything


def one_time_password() -> str:
    """A password for the first sign-in, to be changed there."""
    return secrets.token_urlsafe(15)


class PasswordValidator:
    """Django's validator for every password that a person or an administrator chooses."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Refuse what is too short (the person's own name does not count), too long, or common."""
        if len(password) < SHORTEST:
            raise ValidationError(f"Use at least {SHORTEST} characters; several words are easy to remember")
        if len(password) > LONGEST:
            raise ValidationError(f"Use at most {LONGEST} characters")
        own = _own_words(user) if user else []
        if len(_without(_folded(password), own)) < SHORTEST:
            raise ValidationError(
                f"Your name and e-mail address are the first thing that others try: use {SHORTEST} characters beside them"
            )
        from zxcvbn import zxcvbn  # its lists take a while to load, and most processes never judge a password

        if zxcvbn(password[:_JUDGED], user_inputs=["tipline", *own])["score"] < LOWEST_SCORE:
            raise ValidationError(
                "It is on the lists of passwords that others try, or close to one: use several unrelated words"
            )

    def get_help_text(self) -> str:
        """The rule in a sentence."""
        return (
            f"At least {SHORTEST} characters. Several unrelated words are good; names and common passwords are refused."
        )


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _without(text: str, words: list[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return text


def _own_words(user: User) -> list[str]:
    local, _, domain = user.email.partition("@")
    words = [*user.name.split(), local, *local.replace("-", ".").replace("_", ".").split("."), domain.partition(".")[0]]
    return [_folded(word) for word in words if len(word) >= _SHORTEST_NAME]
