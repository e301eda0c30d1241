"""Tables of operations."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tipline.trust.agencies.models import Agency


class Operation(models.Model):
    """A named effort of an agency and everything below it."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="operations", db_comment="who runs it")
    since = models.DateField()
    note = models.TextField(default="", blank=True)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name
