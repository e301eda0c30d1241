import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("agencies", "0004_agreements"),
        ("cases", "0007_persons_row_security"),
        ("reports", "0042_joint"),
    ]

    operations = [
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("clock_id", models.CharField(db_comment="in the file of clocks", max_length=40)),
                (
                    "subject",
                    models.CharField(
                        blank=True, db_comment="within the case, as request:12", default="", max_length=60
                    ),
                ),
                ("definition", models.JSONField(db_comment="as it stood when the clock was started")),
                ("file", models.CharField(db_comment="title and version of the file it stands in", max_length=200)),
                ("started_at", models.DateTimeField(db_comment="from when it counts")),
                ("due_at", models.DateTimeField()),
                ("warn_at", models.DateTimeField()),
                ("paused_at", models.DateTimeField(db_comment="since when it stands still; null: it runs", null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_by",
                    models.CharField(blank=True, db_comment="the event, or the person", default="", max_length=254),
                ),
                ("ended_why", models.CharField(blank=True, default="", max_length=300)),
                (
                    "agency",
                    models.ForeignKey(
                        db_comment="whose it is",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="agencies.agency",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="clocks", to="cases.case"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)), fields=["agency", "due_at"], name="clock_wall"
                    ),
                    models.Index(fields=["case", "due_at"], name="clock_of_case"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("agency", "case", "report", "clock_id", "subject"),
                        name="clock_runs_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("ended_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="clock_ended_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("warn_at__lte", models.F("due_at"))), name="clock_warns_before"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RulesFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("clocks", "Clocks"), ("holidays", "Holidays")], max_length=10)),
                ("country", models.CharField(db_comment="ISO 3166-1 alpha-2", max_length=2)),
                ("version", models.CharField(db_comment="as the file itself says", max_length=20)),
                ("sha256", models.CharField(max_length=64)),
                ("body", models.JSONField(db_comment="the file, checked")),
                ("imported_at", models.DateTimeField()),
                ("imported_by", models.CharField(max_length=254)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "db_table_comment": "Clocks and holidays of the installation's own",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("active", True)), fields=("kind", "country"), name="rulesfile_one_active"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["clocks", "holidays"])), name="rulesfile_kind_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(db_comment="null: it stands still now", null=True)),
                ("reason", models.CharField(max_length=300)),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pauses", to="clocks.clock"
                    ),
                ),
                (
                    "paused_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "resumed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)), fields=("clock",), name="pause_one_at_a_time"
                    ),
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="pause_has_reason"),
                ],
            },
        ),
    ]
