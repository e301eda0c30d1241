"""What was answered to which key, so that a call that is repeated is done once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.trust.accounts.models import ApiToken, User


class Answered(models.Model):
    """A call that wrote, and its answer: numbers and words of the software, and no text of a report or case."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200, db_comment="the header Idempotency-Key")
    call_sha256 = models.CharField(max_length=64, db_comment="of method, address and body")
    answer = models.JSONField(null=True, db_comment="null only inside the transaction that does the act")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], name="answered_once"),
            models.CheckConstraint(condition=Q(call_sha256__regex="^[0-9a-f]{64}$"), name="answered_digest_shape"),
            models.CheckConstraint(condition=~Q(key=""), name="answered_named"),
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="answered_age")]
        db_table_comment = "Answers to repeated calls, by Idempotency-Key; kept for a week"

    def __str__(self) -> str:
        return f"answer {self.pk}"
