"""A screen name on a platform: NFKC, case folded, no leading @. The platform is the scope."""

from __future__ import annotations

import re
import unicodedata

_LEADING = re.compile(r"\A[@\s]+")


def normalise(text: str) -> str | None:
    """`@Ravi_K` → `ravi_k`; None when only signs of the form were there."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _LEADING.sub("", folded).strip() or None
