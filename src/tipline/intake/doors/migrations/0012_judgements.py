"""What outcomes say of the use of reports, taken down by the doors; visible with the report."""

import django.db.models.deletion
from django.db import migrations, models

from tipline.core.row_security import held, protect


class Migration(migrations.Migration):
    dependencies = [
        ("doors", "0011_alerts"),
        ("reports", "0042_joint"),
    ]

    operations = [
        migrations.CreateModel(
            name="Judgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.BigIntegerField(
                        db_comment="number of the outcome; no foreign key, the doors know no outcomes"
                    ),
                ),
                ("decided", models.CharField(db_comment="key of [told] in data/feedback.toml", max_length=40)),
                (
                    "weight",
                    models.SmallIntegerField(
                        db_comment="the heaviest that stands counts; an acceptance weighs 1, a return 0"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "db_table_comment": "What outcomes say of the use of reports",
                "indexes": [
                    models.Index(fields=["at"], name="judgement_at"),
                    models.Index(
                        condition=models.Q(("withdrawn_at__isnull", False)),
                        fields=["withdrawn_at"],
                        name="judgement_withdrawn",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("report", "source"), name="judgement_once")],
            },
        ),
        protect("doors_judgement", held("doors_judgement.report_id")),
    ]
