import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("agencies", "0004_agreements"),
        ("cases", "0007_persons_row_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlatformDirectory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                        condition=models.Q(("active", True)), fields=("active",), name="platformdirectory_one_active"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField(db_comment="within the case, from 1")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("preservation", "Preservation"),
                            ("production", "Order to produce"),
                            ("assistance", "Assistance within 72 hours"),
                            ("emergency", "Emergency disclosure"),
                            ("mlat", "Letter of request (MLAT)"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "holder_key",
                    models.CharField(db_comment="in a directory, or the name that reports write", max_length=90),
                ),
                ("holder_kind", models.CharField(max_length=10)),
                ("holder_name", models.CharField(db_comment="as it stood then", max_length=120)),
                ("holder_country", models.CharField(blank=True, default="", max_length=2)),
                (
                    "legal_basis",
                    models.CharField(
                        blank=True,
                        db_comment="id in investigation/legal/data; empty: none was named",
                        default="",
                        max_length=60,
                    ),
                ),
                (
                    "own_reference",
                    models.CharField(db_comment="the desk's own file number of it; names nobody", max_length=120),
                ),
                (
                    "letter_id",
                    models.BigIntegerField(
                        db_comment="of the letter, in another app; no constraint: a letter may be destroyed before its request",
                        null=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drafted", "Drafted"),
                            ("sent", "Sent"),
                            ("reminded", "Reminded"),
                            ("replied", "Replied"),
                            ("closed", "Closed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="drafted",
                        max_length=10,
                    ),
                ),
                (
                    "version",
                    models.IntegerField(
                        db_comment="how many events it has; a form names the one that it was made from", default=1
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(db_comment="when it left, as the officer states", null=True)),
                ("channel", models.CharField(blank=True, default="", max_length=10)),
                ("reminders", models.SmallIntegerField(default=0)),
                ("reminded_at", models.DateTimeField(db_comment="the last time", null=True)),
                (
                    "term_at",
                    models.DateTimeField(db_comment="when the time that a law or order allows is over", null=True),
                ),
                (
                    "replied_at",
                    models.DateTimeField(db_comment="the first reply; rates and days count from it", null=True),
                ),
                ("answer", models.CharField(blank=True, db_comment="of the last reply", default="", max_length=10)),
                ("usefulness", models.CharField(blank=True, default="", max_length=10)),
                (
                    "remark",
                    models.CharField(
                        blank=True, db_comment="free words; emptied with the case", default="", max_length=500
                    ),
                ),
                (
                    "dispatch",
                    models.CharField(
                        blank=True,
                        db_comment="what proves that it went: a tracking number, a portal's words",
                        default="",
                        max_length=500,
                    ),
                ),
                (
                    "preserved_until",
                    models.DateTimeField(db_comment="of a preservation: when the holder stops keeping it", null=True),
                ),
                ("confirmed", models.BooleanField(db_comment="the holder said that it keeps it", default=False)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        db_comment="that asked, also when the case went elsewhere",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="cases.case"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table_comment": "Requests to holders of records, and where each stands",
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at__isnull", False)),
                        fields=["agency", "holder_key", "kind"],
                        include=(
                            "holder_kind",
                            "holder_name",
                            "state",
                            "sent_at",
                            "replied_at",
                            "answer",
                            "usefulness",
                            "ended_at",
                        ),
                        name="request_rates",
                    ),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["agency", "sent_at"],
                        name="request_open",
                    ),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True), ("preserved_until__isnull", False)),
                        fields=["preserved_until"],
                        name="request_preserved",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "number"), name="request_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["preservation", "production", "assistance", "emergency", "mlat"])
                        ),
                        name="request_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("holder_kind__in", ["platform", "network"])), name="request_holder_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["drafted", "sent", "reminded", "replied", "closed", "withdrawn"])
                        ),
                        name="request_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["", "full", "part", "nothing", "refused", "elsewhere"])),
                        name="request_answer_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("usefulness__in", ["", "identified", "narrowed", "none"])),
                        name="request_use_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["", "portal", "email", "post", "hand", "telephone", "court", "other"])
                        ),
                        name="request_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", True), ("state", "drafted")),
                            ("state", "withdrawn"),
                            models.Q(
                                ("sent_at__isnull", False),
                                ("state__in", ["sent", "reminded", "replied", "closed"]),
                                models.Q(("channel", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="request_sent_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("answer", ""), ("replied_at__isnull", True)),
                                models.Q(("replied_at__isnull", False), models.Q(("answer", ""), _negated=True)),
                                _connector="OR",
                            ),
                            models.Q(("state", "replied"), ("replied_at__isnull", True), _negated=True),
                        ),
                        name="request_replied_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("state__in", ("closed", "withdrawn"))),
                            models.Q(
                                models.Q(("state__in", ("closed", "withdrawn")), _negated=True),
                                ("ended_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="request_ended_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "preservation"),
                            models.Q(("confirmed", False), ("preserved_until__isnull", True)),
                            _connector="OR",
                        ),
                        name="request_only_preservations_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestAlert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("remind", "Remind the holder"),
                            ("term_over", "The time allowed is over"),
                            ("escalate", "Take it further"),
                            ("ends_soon", "Preservation ends soon"),
                            ("ended", "Preservation has ended"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "step",
                    models.SmallIntegerField(db_comment="which reminder it is, or days before a preservation ends"),
                ),
                (
                    "told",
                    models.CharField(
                        db_comment="officer: who works on the case; supervisor: of the desk as well", max_length=12
                    ),
                ),
                ("due_at", models.DateTimeField(db_comment="from when it is to be done; what ends: when it ends")),
                ("raised_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
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
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="alerts", to="process.request"
                    ),
                ),
            ],
            options={
                "db_table_comment": "Requests of which somebody is told",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["agency", "due_at"],
                        name="requestalert_desk",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["remind", "term_over", "escalate", "ends_soon", "ended"])),
                        name="requestalert_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("told__in", ["officer", "supervisor"])), name="requestalert_told_known"
                    ),
                    models.UniqueConstraint(fields=("request", "kind", "step", "due_at"), name="requestalert_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("acknowledged_at__isnull", True), ("acknowledged_by__isnull", True)),
                            models.Q(("acknowledged_at__isnull", False), ("acknowledged_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="requestalert_seen_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("made", "Drafted"),
                            ("sent", "Sent"),
                            ("reminded", "Reminded"),
                            ("replied", "Reply noted"),
                            ("renewed", "Preservation renewed"),
                            ("closed", "Closed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drafted", "Drafted"),
                            ("sent", "Sent"),
                            ("reminded", "Reminded"),
                            ("replied", "Replied"),
                            ("closed", "Closed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        db_comment="of the request after it",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(db_comment="when it happened, as the officer states")),
                ("channel", models.CharField(blank=True, default="", max_length=10)),
                ("reference", models.CharField(blank=True, default="", max_length=120)),
                ("answer", models.CharField(blank=True, default="", max_length=10)),
                ("usefulness", models.CharField(blank=True, default="", max_length=10)),
                ("until", models.DateTimeField(db_comment="preserved until", null=True)),
                ("noted_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="process.request"
                    ),
                ),
            ],
            options={
                "db_table_comment": "Append-only: what happened to requests",
                "indexes": [models.Index(fields=["request", "id"], name="requestevent_request")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["made", "sent", "reminded", "replied", "renewed", "closed", "withdrawn"])
                        ),
                        name="requestevent_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["drafted", "sent", "reminded", "replied", "closed", "withdrawn"])
                        ),
                        name="requestevent_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("report_id", models.BigIntegerField(db_comment="no constraint, as of the two below")),
                ("identifier_id", models.BigIntegerField()),
                ("sighting_id", models.BigIntegerField(db_comment="of an address", null=True)),
                (
                    "text",
                    models.CharField(db_comment="the account or the address, as its report writes it", max_length=500),
                ),
                ("port", models.IntegerField(null=True)),
                ("at", models.DateTimeField(db_comment="when the address was used", null=True)),
                (
                    "at_text",
                    models.CharField(blank=True, db_comment="as the report states it", default="", max_length=100),
                ),
                (
                    "gone_at",
                    models.DateTimeField(db_comment="when its log is likely gone, as it was thought then", null=True),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True, db_comment="what came of it; empty: not noted", default="", max_length=10
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="process.request"
                    ),
                ),
            ],
            options={
                "db_table_comment": "What each request asks about",
                "indexes": [
                    models.Index(fields=["case", "identifier_id"], name="requestitem_case"),
                    models.Index(fields=["report_id"], name="requestitem_report"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["", "full", "part", "nothing", "refused", "elsewhere"])),
                        name="requestitem_answer_known",
                    ),
                    models.UniqueConstraint(
                        fields=("request", "identifier_id", "sighting_id"),
                        name="requestitem_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
    ]
