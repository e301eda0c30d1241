"""Tables of sandboxed desks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class Desk(models.Model):
    """A trainee's own desk: an agency of the range, with a bundle of its own. A desk that was reset is kept, ended."""

    seed = models.CharField(max_length=64, db_comment="of the world, which is the trainee's or the team's own")
    scenario = models.CharField(max_length=40)
    level = models.CharField(max_length=20)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_comment="the trainee for whom it was made first"
    )
    agency = models.OneToOneField(Agency, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="who the trainee is at the desk; it has no password",
    )
    second = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_comment="the second officer, whom the range plays"
    )
    made_at = models.DateTimeField(db_comment="times of the bundle count back from here")
    ended_at = models.DateTimeField(null=True, db_comment="when it was reset; null: it is the one in use")

    class Meta:
        db_table_comment = "Trainees' own desks"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seed"], condition=Q(ended_at__isnull=True), name="desk_one_in_use"),
        ]

    def __str__(self) -> str:
        return f"desk {self.agency_id}"
