"""What papers and figures of operations say, in each language: `data/texts_*.toml`, read when the code is loaded."""

from __future__ import annotations

from pathlib import Path

from tipline.investigation.leads.texts import DEFAULT_LANGUAGE, Texts, language_of, load_texts
from tipline.trust.accounts.models import User

__all__ = ["DEFAULT_LANGUAGE", "LANGUAGES", "Texts", "language_for"]

LANGUAGES = load_texts(Path(__file__).parent / "data")


def language_for(asked: str, person: User | None) -> str:
    """The language asked for, or the first of the person's desk that there are texts in."""
    return asked if asked in LANGUAGES else language_of(person.agency.languages if person else "", LANGUAGES)
