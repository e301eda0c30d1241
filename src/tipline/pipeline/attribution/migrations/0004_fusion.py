"""Where the account of a report was, answers that were replaced, and how far a recomputation came."""

import django.db.models.deletion
from django.db import migrations, models

from tipline.core.row_security import held, protect


class Migration(migrations.Migration):
    dependencies = [
        ("attribution", "0003_editions"),
        ("reports", "0041_backlog_behind"),
    ]

    operations = [
        migrations.AddField(
            model_name="attribution",
            name="asn",
            field=models.BigIntegerField(db_comment="number of the network, where a source says it", null=True),
        ),
        migrations.AddField(
            model_name="attribution",
            name="confidences",
            field=models.JSONField(db_comment="0 to 1 by level, below the floors too", db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="attribution",
            name="guesses",
            field=models.JSONField(db_comment="places that were named, with their shares", db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="attribution",
            name="level",
            field=models.CharField(
                blank=True,
                db_comment="country, state or district: how far it goes",
                db_default="",
                default="",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="attribution",
            name="model_version",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.CreateModel(
            name="Recomputation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(db_comment="only reports received from then on; null: all", null=True)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("last_report", models.BigIntegerField(db_comment="reports up to this number are done", default=0)),
                ("reports", models.BigIntegerField(default=0)),
                (
                    "changed",
                    models.BigIntegerField(db_comment="reports whose place or whose abstaining changed", default=0),
                ),
                (
                    "busy",
                    models.BigIntegerField(
                        db_comment="reports that others were working on; the pipeline has them", default=0
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("since",),
                        name="recomputation_one_open",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Whereabouts",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="whereabouts",
                        serialize=False,
                        to="reports.report",
                    ),
                ),
                ("country", models.CharField(blank=True, default="", max_length=2)),
                ("state", models.CharField(blank=True, default="", max_length=80)),
                ("district", models.CharField(blank=True, default="", max_length=80)),
                (
                    "level",
                    models.CharField(blank=True, db_comment="country, state or district", default="", max_length=8),
                ),
                ("confidence", models.FloatField(db_comment="0 to 1, for the most precise place named")),
                ("confidences", models.JSONField(db_comment="0 to 1 by level", default=dict)),
                (
                    "abstained",
                    models.BooleanField(db_comment="true: a person decides; a place here is what its guesses share"),
                ),
                ("rule", models.CharField(db_comment="the rule of the model that decided", max_length=30)),
                ("explanation", models.TextField()),
                ("guesses", models.JSONField(db_comment="places with their shares", default=list)),
                (
                    "stretches",
                    models.JSONField(db_comment="place, from, until, sightings; the latest first", default=list),
                ),
                ("evidence", models.JSONField(db_comment="every address and hint with its weight", default=list)),
                ("model_version", models.CharField(max_length=20)),
                ("stage_version", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table_comment": "One row a report",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("confidence__gte", 0), ("confidence__lte", 1)),
                        name="whereabouts_confidence_range",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EarlierAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("answer", models.JSONField(db_comment="the row that was replaced, by column")),
                ("answered_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="earlier_answers", to="reports.report"
                    ),
                ),
                (
                    "sighting",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="earlier_answers",
                        to="reports.sighting",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["report", "-replaced_at"], name="earlieranswer_report")],
            },
        ),
        protect("attribution_whereabouts", held("attribution_whereabouts.report_id")),
        protect("attribution_earlieranswer", held("attribution_earlieranswer.report_id")),
    ]
