"""Cells and tallies beside the facts, read by who reads the facts; the next refresh counts them for the first time."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from tipline.core.row_security import COUNTS, EVERYTHING

_READ = f"{EVERYTHING} OR agency_id = ANY ({COUNTS})"


def _kept(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_visible ON {table} FOR SELECT USING ({_READ})",
            f"CREATE POLICY {table}_kept ON {table} USING ({EVERYTHING}) WITH CHECK ({EVERYTHING})",
        ],
        [
            f"DROP POLICY {table}_kept ON {table}",
            f"DROP POLICY {table}_visible ON {table}",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_reply_reporter"),
        ("agencies", "0005_letterhead"),
        ("reports", "0043_reply_channel"),
        ("statistics", "0002_kept"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cut",
                    models.SmallIntegerField(db_comment="which dimensions have keys: place in statistics.rolling.CUTS"),
                ),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("district", models.CharField(max_length=170)),
                ("platform", models.CharField(max_length=20)),
                ("category", models.CharField(max_length=100)),
                ("desk", models.CharField(max_length=20)),
                (
                    "counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        db_comment="facts, then what adds up, in the order of the figures",
                        null=True,
                        size=None,
                    ),
                ),
                (
                    "once",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        db_comment="what counts once, in the order of the figures",
                        null=True,
                        size=None,
                    ),
                ),
            ],
            options={
                "db_table_comment": "Sums of facts, kept with them",
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cut", models.SmallIntegerField(db_comment="as of a cell; none or one dimension")),
                ("month", models.DateField()),
                ("key", models.CharField(max_length=170)),
                ("name", models.CharField(db_comment="the figure and what of it", max_length=160)),
                (
                    "values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.FloatField(), db_comment="the values that there are, in order", size=None
                    ),
                ),
                (
                    "counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), db_comment="how often each", size=None
                    ),
                ),
            ],
            options={
                "db_table_comment": "How often each value stands among facts, kept with them",
            },
        ),
        migrations.AddField(
            model_name="kept",
            name="cells",
            field=models.CharField(
                db_comment="SHA-256 of the figures that cells were counted by; empty: there are none",
                db_default="",
                default="",
                max_length=64,
            ),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                condition=models.Q(("known_until__isnull", False)), fields=["known_until"], name="fact_closed"
            ),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                condition=models.Q(("case_id__isnull", False), ("known_until__isnull", True)),
                fields=["case_id"],
                name="fact_of_case",
            ),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                condition=models.Q(("known_until__isnull", True)), fields=["arrived_at"], name="fact_arrived"
            ),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                condition=models.Q(("known_until__isnull", True)), fields=["logs_gone_at"], name="fact_logs_gone"
            ),
        ),
        migrations.AddField(
            model_name="cell",
            name="agency",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="tally",
            name="agency",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
            ),
        ),
        migrations.AddConstraint(
            model_name="cell",
            constraint=models.UniqueConstraint(
                fields=("agency", "cut", "first", "last", "district", "platform", "category", "desk"), name="cell_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="cell",
            constraint=models.CheckConstraint(condition=models.Q(("last__gte", models.F("first"))), name="cell_months"),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.UniqueConstraint(fields=("agency", "cut", "month", "key", "name"), name="tally_one"),
        ),
        _kept("statistics_cell"),
        _kept("statistics_tally"),
    ]
