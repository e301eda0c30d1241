"""Outcomes that other installations tell stand among those that were written here, and count with them.

The number of a heard one is that of a whole case, and the case stays where it is. So of each report the newest of a kind counts, and each
outcome once, of however many reports it is told.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BEFORE = str(import_module("tipline.investigation.outcomes.migrations.0003_counts").COUNTS)
REPLACED = (
    ("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
    (
        "SELECT t.report_id, t.outcome_id, t.kind, t.number, t.recorded_at, held.received_at, o.case_id,",
        "SELECT t.report_id, t.outcome_id, t.kind, t.number, t.recorded_at, held.received_at, o.case_id, t.heard_at IS NOT NULL AS heard,",
    ),
    (
        "), newest AS (\n    SELECT DISTINCT ON (told.subject, told.kind) told.subject, told.kind, told.number\n",
        "), newest_told AS (\n    SELECT DISTINCT ON (told.subject, told.kind) told.subject, told.kind, told.number, told.outcome_id, told.heard\n",
    ),
    (
        "), firsts AS (",
        """), newest AS (
    SELECT DISTINCT ON (n.kind, n.heard, CASE WHEN n.heard THEN n.outcome_id ELSE n.subject END) n.subject, n.kind, n.number
    FROM newest_told n ORDER BY n.kind, n.heard, CASE WHEN n.heard THEN n.outcome_id ELSE n.subject END, n.subject
  ), firsts AS (""",
    ),
)


def _counts() -> str:
    text = BEFORE
    for old, new in REPLACED:
        if text.count(old) != 1:
            raise ValueError(f"the counts of outcomes are not what this migration knows: {old[:40]}")
        text = text.replace(old, new)
    return text


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_terms"),
        ("cases", "0012_operations_by_membership"),
        ("outcomes", "0003_counts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="outcome",
            name="outcome_withdrawn_whole",
        ),
        migrations.AddField(
            model_name="outcome",
            name="uid",
            field=models.CharField(
                blank=True,
                db_comment="urn:tipline:INSTALLATION:outcome:NUMBER of where it was written; empty: here",
                db_default="",
                default="",
                max_length=120,
            ),
        ),
        migrations.AddField(
            model_name="reportoutcome",
            name="heard_at",
            field=models.DateTimeField(
                db_comment="when another installation told it; null: it was written here", null=True
            ),
        ),
        migrations.AddField(
            model_name="reportoutcome",
            name="said_by",
            field=models.CharField(
                blank=True,
                db_comment="of what was heard: code of whose word it is, as told",
                db_default="",
                default="",
                max_length=40,
            ),
        ),
        migrations.AlterField(
            model_name="outcome",
            name="recorded_by",
            field=models.ForeignKey(
                db_comment="null: heard from another installation, which names nobody",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="reportoutcome",
            name="agency",
            field=models.ForeignKey(
                db_comment="whose word it is; of what was heard, who told it",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True), ("withdrawn_why", "")),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        models.Q(
                            ("withdrawn_by__isnull", False), models.Q(("uid", ""), _negated=True), _connector="OR"
                        ),
                    ),
                    _connector="OR",
                ),
                name="outcome_withdrawn_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("recorded_by__isnull", False), ("uid", "")),
                    models.Q(
                        models.Q(("uid", ""), _negated=True),
                        ("case__isnull", True),
                        ("recorded_by__isnull", True),
                        ("text", ""),
                    ),
                    _connector="OR",
                ),
                name="outcome_written_or_heard",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.UniqueConstraint(
                condition=models.Q(("uid", ""), _negated=True), fields=("uid", "agency"), name="outcome_heard_once"
            ),
        ),
        migrations.RunSQL(_counts(), BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")),
    ]
