"""How far PDQ values are compared, and runs of matching history."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0002_row_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Settled",
            fields=[
                ("one", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("last_position", models.BigIntegerField(db_comment="given so far; none is given twice", default=0)),
                (
                    "compared",
                    models.BigIntegerField(
                        db_comment="values up to here are compared with every value up to here", default=0
                    ),
                ),
                (
                    "files_upto",
                    models.BigIntegerField(
                        db_comment="positions up to here are being compared by the values of files; null: none are so",
                        null=True,
                    ),
                ),
                (
                    "files_after",
                    models.BigIntegerField(db_comment="the value of files that this has come to", default=0),
                ),
                ("at", models.DateTimeField(db_comment="of the last change", null=True)),
            ],
            options={
                "db_table_comment": "How far the comparing of PDQ values came; numbers only",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("one", True)), name="settled_one"),
                    models.CheckConstraint(
                        condition=models.Q(("compared__gte", 0), ("last_position__gte", models.F("compared"))),
                        name="settled_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MatchingRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.IntegerField(db_comment="of the list, when it was asked for")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits"),
                            ("running", "Runs"),
                            ("done", "Done"),
                            ("replaced", "Replaced by a later one"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("last_entry", models.BigIntegerField(db_comment="the entry it has come to", default=0)),
                ("entries_done", models.BigIntegerField(default=0)),
                ("entries_total", models.BigIntegerField(default=0)),
                ("found", models.BigIntegerField(db_comment="matches that are new, or hold again", default=0)),
                ("ended_matches", models.BigIntegerField(db_comment="matches that no longer hold", default=0)),
                (
                    "reports",
                    models.BigIntegerField(
                        db_comment="reports that were raised by it, each as often as it was", default=0
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "known_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="matching.knownlist"
                    ),
                ),
            ],
            options={
                "db_table_comment": "Matching of history against lists: numbers only",
                "indexes": [
                    models.Index(condition=models.Q(("ended_at__isnull", True)), fields=["id"], name="matchingrun_open")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "running", "done", "replaced"])),
                        name="matchingrun_state_known",
                    )
                ],
            },
        ),
    ]
