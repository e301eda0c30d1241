"""A trainee's way in: a code of their own on a printed card. It is kept as a digest, and an instructor renews it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from tipline.core.clock import now
from tipline.core.printing.model import Document, Paragraph, Run, Style, Table
from tipline.core.sql import upsert
from tipline.training.courses.models import Course, Enrolment, EntryCode
from tipline.trust.accounts import signing_in
from tipline.trust.accounts.models import Role, User
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, acting

# No letter or digit that is read as another; 16 of 30 are 78 bits.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH, _GROUP = 16, 4


@dataclass(frozen=True, slots=True)
class Card:
    """What a trainee is handed. The code is in no database."""

    name: str
    email: str
    rank: str
    district: str
    batch: str
    code: str


def _digest(code: str) -> str:
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(f"tipline entry code\n{plain}".encode()).hexdigest()


def _new_code() -> str:
    signs = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
    return "-".join(signs[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


@transaction.atomic
def make_cards(course: Course, actor: Actor, *, batch: str = "", enrolment_id: int | None = None) -> list[Card]:
    """New codes for the trainees of a course, of a batch, or for one of them. Codes that this course gave them before open nothing from now on."""
    enrolments = Enrolment.objects.filter(course=course, withdrawn_at=None).select_related("trainee__user")
    if batch:
        enrolments = enrolments.filter(batch=batch)
    if enrolment_id is not None:
        enrolments = enrolments.filter(pk=enrolment_id)
    found = list(enrolments.order_by("batch", "trainee__district", "trainee__user__name", "id"))
    codes = [_new_code() for _ in found]
    upsert(
        "training_courses_entrycode",
        {
            "enrolment_id": ("bigint", [one.pk for one in found]),
            "digest": ("text", [_digest(code) for code in codes]),
            "made_at": ("timestamptz", [now()] * len(found)),
        },
        key=("enrolment_id",),
        update=("digest", "made_at"),
    )
    # who is in by the old code is out
    User.objects.filter(pk__in=[one.trainee.user_id for one in found]).update(session_epoch=F("session_epoch") + 1)
    record(
        actor, [Act("training.codes_made", "course", course.pk, {"trainees": [one.trainee_id for one in found][:1000]})]
    )
    return [
        Card(one.trainee.user.name, one.trainee.user.email, one.trainee.rank, one.trainee.district, one.batch, code)
        for one, code in zip(found, codes, strict=True)
    ]


def by_code(email: str, code: str, address: str) -> User | None:
    """The trainee whose address and code these are, or None. Tries are limited as those of a sign-in with a password are.

    Raises
    ------
    TooManyTriesError
        for the account or the network address.
    """

    def trainee(email: str) -> User | None:
        with acting(OPERATOR):  # nobody is known yet
            found = (
                EntryCode.objects.select_related("enrolment__trainee__user__agency")
                .filter(
                    digest=_digest(code[:100]),
                    enrolment__withdrawn_at=None,
                    enrolment__trainee__user__email=email,
                    enrolment__trainee__user__is_active=True,
                    enrolment__trainee__user__role=Role.TRAINEE,
                )
                .first()
            )
            if found is None:
                return None
            EntryCode.objects.filter(pk=found.pk).update(used_at=now())
            return found.enrolment.trainee.user

    return signing_in.counted(email, address, "entry_code", trainee)


def cards_document(course: Course, cards: Sequence[Card], url: str) -> Document:
    """The cards to print and cut: name, where to go, what to type."""
    return Document(
        title=f"Entry cards: {course.name}",
        language="en",
        blocks=(
            Paragraph(f"Cut along the lines and hand each card to its trainee. {len(cards)} cards; codes of before no longer open."),
            Table(
                "Entry cards",
                ("Trainee", "Go to, and type"),
                tuple(
                    (
                        (Run(card.name, Style.STRONG), Run(f"\n{card.rank}, {card.district}\n{card.batch}".rstrip(", \n"))),
                        (
                            Run(f"{url}\n"), Run(card.email, Style.CODE), Run("\n"), Run(card.code, Style.STRONG),
                        ),
                    )
                    for card in cards
                ),
                (0.45, 0.55),
            ),
        ),
        reference=course.code,
    )  # fmt: skip
