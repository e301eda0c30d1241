"""Documents that were refused, kept so that a change of a provider's format is seen and nothing is lost."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tipline.trust.accounts.models import Reporter


class RefusedDocument(models.Model):
    """A document of an authenticated provider that failed the checks, as it came."""

    reporter = models.ForeignKey(Reporter, on_delete=models.PROTECT, related_name="refused_documents")
    sandbox = models.BooleanField(default=False, db_default=False)
    call = models.CharField(max_length=20)
    code = models.IntegerField(db_comment="the code it was answered with")
    description = models.TextField(db_comment="the description it was answered with")
    body = models.BinaryField(db_comment="as it came; empty when that was no text")
    sha256 = models.CharField(max_length=64)
    request_id = models.CharField(max_length=32)
    received_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-received_at"], name="refused_newest")]

    def __str__(self) -> str:
        return f"refused {self.call} {self.request_id}"
