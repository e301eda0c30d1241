"""Normal forms of answers: two ways to write the same thing are equal, and nothing that somebody types fails.

Each is idempotent. What is not of its form falls back to the plain one: it is then simply not equal to what is right. They are more
lenient than those of `pipeline.extraction.kinds` (people type, providers' software writes), and need neither Django nor a database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from ipaddress import ip_address
from urllib.parse import urlsplit

import idna

from tipline.training.scenarios.format import Form

LONGEST = 2_000  # characters of one value; what is longer is no answer
INDIAN = timezone(timedelta(hours=5, minutes=30), "IST")
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})")
_AMOUNT = re.compile(r"(?:₹|rs\.?|inr|usd|\$)?\s*([+-]?[\d,]*\.?\d*)\s*(?:/-|[a-z]{2,6})?", re.IGNORECASE)
_DEFANGED = (("[.]", "."), ("(.)", "."), ("[:]", ":"), ("[@]", "@"), ("[at]", "@"))


def normal(form: Form, text: str) -> str:
    """The form in which equal answers are equal."""
    before, made = None, text
    for _ in range(8):  # what is taken out may bring together what composes anew; it settles in two or three rounds
        if made == before:
            break
        before, made = made, _FORMS[form](_digits(made)) if len(made) <= LONGEST else ""
    return made


def plain(text: str) -> str:
    """Case, spaces, width and marks that draw nothing do not matter."""
    before, after = "", text
    for _ in range(8):  # folding case may make what composes anew; it settles in two rounds
        if before == after:
            break
        before = after
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", after).casefold())
        kept = "".join(
            " " if c.isspace() else c for c in folded if unicodedata.category(c) not in {"Cf", "Cs"} or c.isspace()
        )
        after = " ".join(kept.split())
    return after


def _digits(text: str) -> str:
    """Digits of every script as 0 to 9: a Devanagari keyboard types others."""
    return "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in text)


def _refanged(text: str) -> str:
    """Reports write `hxxp://bad[.]example` so that nobody clicks it."""
    made = plain_case(text)
    for written, meant in _DEFANGED:
        made = made.replace(written, meant)
    return re.sub(r"\Ahxxp(s?)://", r"http\1://", made, flags=re.IGNORECASE)


def plain_case(text: str) -> str:
    """As `plain`, with the case kept."""
    normed = unicodedata.normalize("NFKC", text)
    return "".join(c for c in normed if unicodedata.category(c) not in {"Cf", "Cs"} or c.isspace()).strip()


def _host(written: str) -> str:
    """A host's name in ASCII: what the address bar shows and what is on the wire are the same host."""
    host = plain(written).rstrip(".")
    try:
        return host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return host


def _domain(text: str) -> str:
    made = re.sub(r"\A[a-z][a-z0-9+.-]*://", "", _refanged(text), flags=re.IGNORECASE)
    return _host(re.split(r"[/?#:]", made, maxsplit=1)[0])


def _url(text: str) -> str:
    """Scheme and host lower case, no default port, no fragment, a path at least `/`; the rest as written."""
    made = _refanged(text)
    try:
        parts = urlsplit(made if "://" in made else f"https://{made}")
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        return plain(made)
    if not host or any(c.isspace() for c in made):
        return plain(made)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    where = host if port is None or port == default else f"{host}:{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{where}{parts.path or '/'}{query}"


def _address(text: str) -> str:
    made = _refanged(text).strip("[]")
    try:
        return str(ip_address(made))
    except ValueError:
        return plain(made)


def _email(text: str) -> str:
    """`Name <a@B.example>` and `a@b.example` are the same."""
    made = _refanged(text)
    if made.endswith(">") and "<" in made:
        made = made[made.rindex("<") + 1 : -1]
    local, at, host = made.rpartition("@")
    return f"{plain(local)}@{_host(host)}" if at else plain(made)


def _handle(text: str) -> str:
    return plain(text).lstrip("@ ")


def _upi(text: str) -> str:
    return plain(text).replace(" ", "")


def _account(text: str) -> str:
    return "".join(c for c in plain(text) if c.isdecimal() and c.isascii())


def _transaction(text: str) -> str:
    return plain_case(text)


def _amount(text: str) -> str:
    number = amount(text)
    return plain(text) if number is None else f"{number:f}"


def _fingerprint(text: str) -> str:
    return re.sub(r"[\s:-]", "", plain(text).removeprefix("0x")).upper().removeprefix("0X")


_FORMS: dict[Form, Callable[[str], str]] = {
    Form.PLAIN: plain,
    Form.DOMAIN: _domain,
    Form.URL: _url,
    Form.ADDRESS: _address,
    Form.EMAIL: _email,
    Form.HANDLE: _handle,
    Form.UPI: _upi,
    Form.ACCOUNT: _account,
    Form.TRANSACTION: _transaction,
    Form.AMOUNT: _amount,
    Form.FINGERPRINT: _fingerprint,
}


def amount(text: str) -> Decimal | None:
    """A number as people write one: `₹ 1,25,000.50`, `Rs. 500/-`, `0.75 BTC`; None when it is none."""
    found = _AMOUNT.fullmatch(plain_case(_digits(text[:LONGEST])))
    number = found[1].replace(",", "") if found else ""
    if not _NUMBER.fullmatch(number):
        return None
    made = Decimal(number)
    return made.quantize(Decimal(1)) if made == made.to_integral_value() and abs(made) < 10**20 else made.normalize()


_ZONES = {"utc": UTC, "gmt": UTC, "z": UTC, "ist": INDIAN}
_ZONED = re.compile(r"(.*?)\s*(utc|gmt|ist|z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_PATTERNS = tuple(
    f"{day}{sep}{time}"
    for day in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d %b %Y", "%d %B %Y")
    for sep in (" ", "T", ", ")
    for time in ("%H:%M:%S.%f", "%H:%M:%S", "%H:%M")
)


def moment(text: str) -> datetime | None:
    """A moment as people write one; without a zone it is Indian time. None when it is none."""
    written = " ".join(plain_case(_digits(text[:100])).split())
    found = _ZONED.fullmatch(written)
    if found is None:
        return None
    day_and_time, zone = found[1], (found[2] or "ist").lower()
    for pattern in _PATTERNS:
        try:
            read = datetime.strptime(day_and_time, pattern)  # noqa: DTZ007 - its zone is set below
            if zone in _ZONES:
                return read.replace(tzinfo=_ZONES[zone])
            hours, minutes = int(zone[1:3]), int(zone[-2:])
            ahead = timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
            return read.replace(tzinfo=timezone(ahead))
        except ValueError:
            continue
    return None
