import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("cases", "0007_persons_row_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField(db_comment="running within the case; part of its reference")),
                ("form", models.CharField(db_comment="id of the form in letters/data", max_length=40)),
                ("form_version", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=2)),
                (
                    "holder_key",
                    models.CharField(
                        blank=True,
                        db_comment="to whom, by process.holders; empty: to nobody in particular",
                        default="",
                        max_length=120,
                    ),
                ),
                ("holder_name", models.CharField(blank=True, default="", max_length=200)),
                ("version", models.IntegerField(db_comment="the version in force", default=1)),
                ("edited", models.BooleanField(db_comment="a person changed a text of it", default=False)),
                (
                    "missing",
                    models.JSONField(
                        db_comment="fields of the record that it lacks, and blanks to fill in", default=list
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("reviewed", "Reviewed"), ("withdrawn", "Withdrawn")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="cases.case"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_comment="null: the operator, on the command line",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table_comment": "Forms and letters of cases; what they say stands in their versions",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "reviewed", "withdrawn"])), name="letter_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["en", "hi", "mr"])), name="letter_language_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "reviewed"), _negated=True),
                            models.Q(("reviewed_at__isnull", False), ("reviewed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="letter_reviewed_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), _negated=True),
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="letter_withdrawn_whole",
                    ),
                    models.UniqueConstraint(fields=("case", "number"), name="letter_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")),
                        fields=("case", "form", "language", "holder_key"),
                        name="letter_one_draft",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("body", models.JSONField(db_comment="title, head and blocks (letters/body.py)")),
                ("why", models.CharField(db_comment="made, edited, afresh", max_length=20)),
                (
                    "report_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        db_comment="reports whose data stands in it",
                        default=list,
                        size=None,
                    ),
                ),
                ("law_version", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                (
                    "by",
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
                        db_comment="row-level security reads it here",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="letters.letter"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["case"], name="letterversion_case")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["made", "edited", "afresh"])), name="letterversion_why_known"
                    ),
                    models.UniqueConstraint(fields=("letter", "number"), name="letterversion_number_once"),
                ],
            },
        ),
    ]
