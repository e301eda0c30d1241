"""What stands on an agency's letters. Set by its supervisor or its administrator."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError
from tipline.core.text import visible
from tipline.trust.actors import Actor
from tipline.trust.agencies.models import Agency, AgencyLetterhead
from tipline.trust.audit.services import Act, record

# name → what people call it, the most characters, whether it has lines
PARTS: dict[str, tuple[str, int, bool]] = {
    "station": ("Police station", 200, False),
    "address": ("Address", 500, True),
    "telephone": ("Telephone", 60, False),
    "email": ("E-mail", 254, False),
    "committee": ("Child Welfare Committee", 500, True),
    "special_court": ("Special Court", 500, True),
}


class PartError(InvalidInputError):
    """What is wrong with one part of a letterhead; `field` names it."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@transaction.atomic
def set_letterhead(agency: Agency, given: Mapping[str, str], actor: Actor) -> AgencyLetterhead:
    """Set the letterhead of an agency; what is not given becomes empty, and a blank in its letters.

    Raises
    ------
    PartError
        for a part that is too long, has a character that is not seen, or an e-mail address that is none.
    """
    told: dict[str, object] = {}
    for name, (label, most, lines) in PARTS.items():
        text = given.get(name, "").replace("\r\n", "\n").strip()
        if len(text) > most:
            raise PartError(name, f"{label.lower()}: {most} characters at most")
        if visible(text, lines=lines) != text:
            raise PartError(name, f"{label.lower()}: a character in it cannot be seen; type it again")
        told[name] = text
    email = str(told["email"])
    if email and (email.count("@") != 1 or " " in email or email.startswith("@") or email.endswith("@")):
        raise PartError("email", f"{email[:60]!r} is not an e-mail address")
    made, _ = AgencyLetterhead.objects.update_or_create(
        agency=agency, defaults=told | {"set_by": actor.label, "set_at": now()}
    )
    record(actor, [Act("agency.letterhead_set", "agency", agency.pk, {"parts": [k for k, v in told.items() if v]})])
    return made
