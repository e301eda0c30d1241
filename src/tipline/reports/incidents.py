"""Kinds of incident in our words. The wire keeps its own (18 USC 2258A reports name them so); people read these."""

from __future__ import annotations

from tipline.core.text import visible

WORDS = {
    "Child Pornography (possession, manufacture, and distribution)": "CSAM",
    "Child Sex Trafficking": "Trafficking",
    "Child Sex Tourism": "Travel for abuse",
    "Child Sexual Molestation": "Abuse of a child",
    "Misleading Domain Name": "Misleading domain name",
    "Misleading Words or Digital Images on the Internet": "Misleading words or images",
    "Online Enticement of Children for Sexual Acts": "Online enticement",
    "Unsolicited Obscene Material Sent to a Child": "Material sent to a child",
}


def in_words(kind: str) -> str:
    """A kind of incident in our words; one that we do not know stays as the provider wrote it."""
    return WORDS.get(kind, visible(kind))
