"""The log-expiry clock: directories of networks, a clock for each address, notices, and what was noted of preservations."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tipline.core.row_security import AGENCIES, held, protect

# Reports that were attributed before get their clocks from the periodic task: these rows are by no directory in force.
TO_BE_WRITTEN = """
INSERT INTO attribution_reportclock (report_id, holder_name, sightings, preserved, noted, directory_version, at)
SELECT report_id, '', 0, 0, 0, '', now() FROM attribution_attribution GROUP BY report_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_overseen"),
        ("attribution", "0004_fusion"),
        ("reports", "0041_backlog_behind"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProviderDirectory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("country", models.CharField(db_comment="ISO 3166-1 alpha-2, or *", max_length=2)),
                ("version", models.CharField(db_comment="as the file itself says", max_length=20)),
                ("sha256", models.CharField(max_length=64)),
                ("body", models.JSONField(db_comment="the file, checked")),
                ("imported_at", models.DateTimeField()),
                ("imported_by", models.CharField(max_length=254)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("active", True)), fields=("country",), name="providerdirectory_one_active"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("country__regex", "^([A-Z]{2}|\\*)$")), name="providerdirectory_country"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExpiryNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("threshold_days", models.SmallIntegerField()),
                ("holder_name", models.CharField(blank=True, default="", max_length=120)),
                (
                    "place",
                    models.CharField(
                        blank=True, db_comment="of a child's address the state only", default="", max_length=170
                    ),
                ),
                ("urgent", models.BooleanField(default=False)),
                ("likely_gone_at", models.DateTimeField()),
                ("raised_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(db_comment="accepted, preserved, sent on, or gone", null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expiry_notices",
                        to="agencies.agency",
                    ),
                ),
                (
                    "escalated_from",
                    models.ForeignKey(
                        db_comment="the desk below that holds it and has not accepted it; null: the desk holds it itself",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expiry_notices",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "db_table_comment": "Logs that end soon, raised at desks",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["agency", "likely_gone_at"],
                        name="expirynotice_desk",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("report", "agency", "threshold_days"), name="expirynotice_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("acknowledged_at__isnull", True), ("acknowledged_by__isnull", True)),
                            models.Q(("acknowledged_at__isnull", False), ("acknowledged_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="expirynotice_seen_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LogClock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "country",
                    models.CharField(blank=True, db_comment="whose rules were applied", default="", max_length=2),
                ),
                ("holder_key", models.CharField(db_comment="in the directory; unknown: in none", max_length=40)),
                ("holder_name", models.CharField(max_length=120)),
                ("asn", models.BigIntegerField(null=True)),
                (
                    "counted_by",
                    models.CharField(
                        choices=[
                            ("use", "Time of use"),
                            ("incident", "Time of the incident"),
                            ("received", "Reception of the report"),
                            ("none", "No clock"),
                        ],
                        max_length=10,
                    ),
                ),
                ("counted_from", models.DateTimeField(null=True)),
                (
                    "likely_gone_at",
                    models.DateTimeField(db_comment="the earliest: by practice, where one is known", null=True),
                ),
                ("kept_until_by_rule_at", models.DateTimeField(null=True)),
                ("last_possible_at", models.DateTimeField(null=True)),
                (
                    "basis",
                    models.CharField(blank=True, db_comment="what likely_gone_at rests on", default="", max_length=10),
                ),
                ("explanation", models.TextField()),
                ("directory_version", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="log_clocks",
                        to="reports.report",
                    ),
                ),
                (
                    "sighting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="log_clock", to="reports.sighting"
                    ),
                ),
            ],
            options={
                "db_table_comment": "Who holds the log of an address, and until when",
                "indexes": [models.Index(fields=["report", "likely_gone_at"], name="logclock_report")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("counted_by__in", ["use", "incident", "received", "none"])),
                        name="logclock_counted_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis__in", ["", "practice", "rule", "licence"])),
                        name="logclock_basis_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PreservationNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("holder_name", models.CharField(db_comment="as it stood then", max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("asked", "Asked for"),
                            ("confirmed", "Confirmed by the holder"),
                            ("refused", "Refused, or the log is gone"),
                        ],
                        max_length=10,
                    ),
                ),
                ("day", models.DateField(db_comment="day of the letter or of the answer, at the desk")),
                ("reference", models.CharField(db_comment="of the letter or the answer; names nobody", max_length=120)),
                ("at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_comment="of the person, then",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="preservation_notes",
                        to="reports.report",
                    ),
                ),
                (
                    "sighting",
                    models.ForeignKey(
                        db_comment="no constraint: it outlives a report that is destroyed",
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="preservation_notes",
                        to="reports.sighting",
                    ),
                ),
            ],
            options={
                "db_table_comment": "Append-only: logs that somebody asked to be kept",
                "indexes": [models.Index(fields=["report", "sighting"], name="preservation_of_report")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["asked", "confirmed", "refused"])),
                        name="preservation_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportClock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "next_likely_gone_at",
                    models.DateTimeField(
                        db_comment="the next log to go that is not preserved; when all are gone, the last that went",
                        null=True,
                    ),
                ),
                (
                    "holder_name",
                    models.CharField(
                        blank=True, db_comment="of that log; empty: a child's", default="", max_length=120
                    ),
                ),
                (
                    "next_unasked_at",
                    models.DateTimeField(
                        db_comment="the next log to go of which nobody noted that preservation was asked", null=True
                    ),
                ),
                (
                    "all_gone_at",
                    models.DateTimeField(db_comment="when the last of those not preserved is likely gone", null=True),
                ),
                (
                    "all_gone_by_rule_at",
                    models.DateTimeField(
                        db_comment="when none of those not preserved has to be kept by a rule any more either",
                        null=True,
                    ),
                ),
                ("sightings", models.IntegerField(db_comment="addresses with a clock")),
                ("preserved", models.IntegerField(db_comment="of them, confirmed to be preserved", default=0)),
                ("noted", models.IntegerField(db_comment="of them, with any note of a preservation", default=0)),
                ("directory_version", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="log_clock", to="reports.report"
                    ),
                ),
            ],
            options={
                "db_table_comment": "The next log of each report to go",
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_likely_gone_at__isnull", False)),
                        fields=["next_likely_gone_at"],
                        name="reportclock_next",
                    ),
                    models.Index(
                        condition=models.Q(("next_unasked_at__isnull", False)),
                        fields=["next_unasked_at"],
                        name="reportclock_unasked",
                    ),
                    models.Index(
                        condition=models.Q(("all_gone_at__isnull", False)),
                        fields=["all_gone_at", "next_likely_gone_at"],
                        name="reportclock_gone",
                    ),
                    models.Index(fields=["directory_version", "report"], name="reportclock_version"),
                ],
            },
        ),
        protect("attribution_logclock", held("attribution_logclock.report_id")),
        protect("attribution_reportclock", held("attribution_reportclock.report_id")),
        protect("attribution_preservationnote", held("attribution_preservationnote.report_id")),
        # a desk's own, whether or not it ever held the report: what is escalated to it names no more than number, place and days
        protect("attribution_expirynotice", f"agency_id = ANY ({AGENCIES})"),
        migrations.RunSQL(TO_BE_WRITTEN, migrations.RunSQL.noop),
    ]
