import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("agencies", "0004_agreements"),
        ("cases", "0010_report_of_a_reply"),
        ("reports", "0043_reply_channel"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField(db_comment="within the case, from 1")),
                ("name", models.CharField(db_comment="of the file, as text; never used as a path", max_length=255)),
                (
                    "company",
                    models.CharField(
                        blank=True, db_comment="who answered, as the officer writes it", default="", max_length=200
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("size_bytes", models.BigIntegerField()),
                ("received_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Being read"),
                            ("unmapped", "Columns to be named"),
                            ("quarantined", "In quarantine"),
                            ("ready", "To be looked at"),
                            ("applied", "Used"),
                            ("refused", "Not read"),
                            ("rejected", "Set aside"),
                        ],
                        default="received",
                        max_length=12,
                    ),
                ),
                (
                    "form",
                    models.CharField(blank=True, db_comment="delimited, xlsx, pdf, ...", default="", max_length=12),
                ),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("subscriber", "Subscriber or account particulars"),
                            ("login-history", "Login history of an account"),
                            ("ipdr", "Internet sessions of subscribers (IPDR)"),
                            ("cdr", "Calls of subscribers (CDR)"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                (
                    "layout",
                    models.CharField(
                        blank=True, db_comment="name and version, or mapping and version", default="", max_length=80
                    ),
                ),
                (
                    "choice",
                    models.JSONField(
                        db_comment="what a person said of it: layout, zone, encoding, columns", default=dict
                    ),
                ),
                ("heading", models.JSONField(db_comment="the headings of its columns, as written", default=list)),
                ("sample", models.JSONField(db_comment="its first rows, for whoever names the columns", default=list)),
                (
                    "reasons",
                    models.JSONField(
                        db_comment="[{line, column, text}]: why it was refused or put into quarantine", default=list
                    ),
                ),
                ("row_count", models.IntegerField(default=0)),
                (
                    "faulty_count",
                    models.IntegerField(db_comment="rows that could not be understood; they are never used", default=0),
                ),
                (
                    "rule_version",
                    models.CharField(blank=True, db_comment="of data/matching.toml", default="", max_length=20),
                ),
                ("read_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(db_comment="released from quarantine, set aside", null=True)),
                ("decided_why", models.CharField(blank=True, default="", max_length=300)),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "applied_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="replies", to="cases.case"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_comment="what was filed of it, for the pipeline",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "db_table_comment": "Files that companies answered with, by case",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["received", "unmapped", "quarantined", "ready", "applied", "refused", "rejected"],
                            )
                        ),
                        name="reply_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["", "subscriber", "login-history", "ipdr", "cdr"])),
                        name="reply_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="reply_sha256_shape"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("applied_at__isnull", False), ("applied_by__isnull", False), ("state", "applied")
                            ),
                            models.Q(
                                models.Q(("state", "applied"), _negated=True),
                                ("applied_at__isnull", True),
                                ("applied_by__isnull", True),
                                ("report__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="reply_applied_whole",
                    ),
                    models.UniqueConstraint(fields=("case", "number"), name="reply_number_once"),
                    models.UniqueConstraint(fields=("case", "sha256"), name="reply_file_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReplyMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fingerprint", models.CharField(db_comment="of the headings", max_length=64)),
                ("version", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("subscriber", "Subscriber or account particulars"),
                            ("login-history", "Login history of an account"),
                            ("ipdr", "Internet sessions of subscribers (IPDR)"),
                            ("cdr", "Calls of subscribers (CDR)"),
                        ],
                        max_length=16,
                    ),
                ),
                ("columns", models.JSONField(db_comment="heading → meaning")),
                ("dates", models.CharField(blank=True, default="", max_length=12)),
                ("zone", models.CharField(blank=True, default="", max_length=60)),
                ("made_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["subscriber", "login-history", "ipdr", "cdr"])),
                        name="replymapping_kind_known",
                    ),
                    models.UniqueConstraint(fields=("agency", "fingerprint", "version"), name="replymapping_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReplyRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.IntegerField(db_comment="as in the file")),
                ("ip", models.GenericIPAddressField(null=True)),
                (
                    "port_from",
                    models.IntegerField(
                        db_comment="null: no port is stated, the whole address was the subscriber's", null=True
                    ),
                ),
                ("port_to", models.IntegerField(null=True)),
                ("started_at", models.DateTimeField(db_comment="UTC", null=True)),
                ("ended_at", models.DateTimeField(db_comment="UTC; null: a moment, or still open", null=True)),
                (
                    "subscriber",
                    models.CharField(
                        blank=True,
                        db_comment="what tells one subscriber or account from another",
                        default="",
                        max_length=200,
                    ),
                ),
                ("said", models.JSONField(db_comment="meaning of a column → text, as written", default=dict)),
                ("problem", models.CharField(blank=True, default="", max_length=300)),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "reply",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="replies.reply",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ip__isnull", False)),
                        fields=["reply", "ip", "started_at"],
                        name="replyrow_session",
                    ),
                    models.Index(fields=["reply", "line"], name="replyrow_line"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReplyFile",
            fields=[
                (
                    "reply",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="file",
                        serialize=False,
                        to="replies.reply",
                    ),
                ),
                ("body", models.BinaryField()),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReplyFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("matched", "One subscriber"),
                            ("ambiguous", "Several subscribers"),
                            ("cannot_tell", "Cannot tell"),
                            ("outside", "Outside the tolerance"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        db_comment="exact, seconds, skew, no-port, no-time, several, outside", max_length=20
                    ),
                ),
                (
                    "seconds",
                    models.IntegerField(
                        db_comment="how far outside the session the nearest row lies; + after it ended, - before it began",
                        null=True,
                    ),
                ),
                ("subscribers", models.IntegerField(db_comment="different subscribers that fit")),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "reply",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="findings", to="replies.reply"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reports.report"
                    ),
                ),
                (
                    "sighting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reports.sighting"
                    ),
                ),
                (
                    "row",
                    models.ForeignKey(
                        db_comment="the nearest row of the one subscriber",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="replies.replyrow",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["matched", "ambiguous", "cannot_tell", "outside"])),
                        name="replyfinding_verdict_known",
                    ),
                    models.UniqueConstraint(fields=("reply", "sighting"), name="replyfinding_once"),
                ],
            },
        ),
    ]
