"""Receipt codes: made, read back from handwriting, and hashed.

20 signs out of 23 that cannot be taken for another, in groups of four. 19 carry 85.9 bits, the last one checks: since 23 is a
prime and every place has a weight of its own, any one wrong sign and any two that changed places are found.

At rest a code is a keyed hash (HMAC-SHA256). A slow hash, as for passwords, would protect nothing here: nobody can try 2**85
codes. Keyed, so that a copy of the database does not tell whether a code found on paper belongs to it; and not salted a row,
so that the one row is found by an index.
"""

from __future__ import annotations

import unicodedata

from tipline.core.errors import InvalidInputError
from tipline.intake.public_form import secret

# Of what looks alike on paper at most one: no 0 O Q, no 1 I L, no 5 S, no U V; 2 without Z, 6 without G, 8 without B.
SIGNS = "ACDEFHJKMNPRTWXY2346789"
_MEANT = str.maketrans("ZGB", "268")
LENGTH = 20
GROUP = 4
_BASE = len(SIGNS)
_WEIGHTS = range(1, LENGTH + 1)


class NotACodeError(InvalidInputError):
    """What was typed has not the form of a code."""


class MistypedCodeError(NotACodeError):
    """It has the form of a code, and its check says that something in it is wrong."""


def code_of(nonce: str) -> str:
    """The code of the report that a form with this nonce sends: the same when the form is sent twice."""
    number = int.from_bytes(secret.keyed("code", nonce))
    values = []
    for _ in range(LENGTH - 1):
        number, value = divmod(number, _BASE)
        values.append(value)
    return "".join(SIGNS[value] for value in (*values, _check_of(values)))


def _check_of(values: list[int]) -> int:
    """The last sign: with it, the weighted sum is a multiple of 23."""
    total = sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=False))
    return (-total * pow(LENGTH, -1, _BASE)) % _BASE


def grouped(code: str) -> str:
    """The code as it is shown: `ACDE-FHJK-...`."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read(typed: str) -> str:
    """The code that somebody typed: small letters, spaces, dashes of any kind and digits of another script are all right.

    Raises
    ------
    NotACodeError
        when signs are missing, too many, or never stand in a code.
    MistypedCodeError
        when the check fails.
    """
    signs = []
    for sign in unicodedata.normalize("NFKC", typed[:200]).upper():
        if sign.isalnum():
            digit = unicodedata.digit(sign, -1)
            signs.append(sign if digit < 0 else str(digit))
    code = "".join(signs).translate(_MEANT)
    if len(code) != LENGTH or not set(code) <= set(SIGNS):
        raise NotACodeError("this is not a code")
    values = [SIGNS.index(sign) for sign in code]
    if sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=True)) % _BASE:
        raise MistypedCodeError("a sign of the code is wrong")
    return code


def hash_of(code: str) -> str:
    """What is stored of a code."""
    return secret.keyed("hash", code).hex()


def hashes_of(code: str) -> list[str]:
    """What may be stored of a code: under the key in use, and under those before it."""
    return [secret.keyed("hash", code, key).hex() for key in secret.all_keys()]
