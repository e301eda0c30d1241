"""A telephone number: E.164, by libphonenumber's metadata.

A number without a country code is not guessed into a country. Numbers kept for fiction count as numbers: what matters
is that equal ones are equal.
"""

from __future__ import annotations

import phonenumbers


def normalise(text: str) -> str | None:
    """`+91 98-200 00000` → `+919820000000`; None without a country code or when its length is impossible."""
    number = text.removeprefix("tel:")
    if number.startswith("00"):
        number = "+" + number[2:]
    # The metadata may take a trunk zero off a number that is none, and another one off the result: the end of that is the
    # form in which equal numbers are equal.
    while (form := _e164(number)) != number:
        if form is None:
            return None
        number = form
    return form


def _e164(number: str) -> str | None:
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
