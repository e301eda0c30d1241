"""What providers are told of their reports. A provider sees its own rows; the days that were looked through are nobody's."""

import django.db.models.deletion
from django.db import migrations, models

from tipline.core.row_security import PROVIDER, protect


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_doors"),
        ("doors", "0002_row_security"),
        ("reports", "0031_doors"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "useful",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("not_yet_known", "Not yet known")], max_length=15
                    ),
                ),
                ("reason", models.CharField(db_comment="of data/feedback.toml", max_length=40)),
                ("day", models.DateField(db_comment="UTC; on which it became so. Never finer")),
                (
                    "position",
                    models.BigIntegerField(
                        db_comment="in the provider's own list; a row that changes goes to its end, so that a cursor misses nothing"
                    ),
                ),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="feedback", to="reports.report"
                    ),
                ),
                (
                    "reporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="feedback", to="accounts.reporter"
                    ),
                ),
            ],
            options={
                "db_table_comment": "What providers are told of their reports",
                "indexes": [models.Index(fields=["reporter", "day", "useful"], name="feedback_by_month")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("useful__in", ["yes", "no", "not_yet_known"])), name="feedback_useful_known"
                    ),
                    models.UniqueConstraint(fields=("reporter", "position"), name="feedback_position_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedbackDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("changed", models.IntegerField(db_comment="rows of feedback that it brought or changed")),
            ],
            options={"db_table_comment": "Days that feedback was made of"},
        ),
        protect("doors_feedback", f"reporter_id = {PROVIDER}"),
    ]
