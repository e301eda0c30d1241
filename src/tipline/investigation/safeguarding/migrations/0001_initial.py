"""Children of cases and what is done for them; no field holds a name."""

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
            name="Child",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(db_comment="child 1, child 2, ... of the case")),
                (
                    "known_at",
                    models.DateTimeField(
                        db_comment="since when the police knew of the child: the 24 hours count from here"
                    ),
                ),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "db_table_comment": "Children of cases, by number; never a name",
                "constraints": [
                    models.UniqueConstraint(fields=("case", "number"), name="child_number_once"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="child_number_counts"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChildNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=4000)),
                ("written_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "child",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="safeguarding.child",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="safeguarding.childnote",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "wish",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("not_asked", "Not asked yet")], max_length=10
                    ),
                ),
                (
                    "said_by",
                    models.CharField(
                        choices=[
                            ("survivor", "The child or survivor"),
                            ("guardian", "A guardian"),
                            ("advocate", "An advocate or support person"),
                            ("committee", "The Child Welfare Committee"),
                            ("nobody", "Nobody yet"),
                        ],
                        max_length=15,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        db_comment="in words, such as: by the support person; no address",
                        default="",
                        max_length=120,
                    ),
                ),
                ("language", models.CharField(blank=True, default="", max_length=35)),
                ("case_progress", models.BooleanField(db_comment="may be told how the case goes", default=False)),
                (
                    "recirculation",
                    models.BooleanField(db_comment="may be told when images are seen again", default=False),
                ),
                ("review_on", models.DateField(db_comment="when to ask again", null=True)),
                ("written_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="preferences", to="safeguarding.child"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("wish__in", ["yes", "no", "not_asked"])), name="preference_wish_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("said_by__in", ["survivor", "guardian", "advocate", "committee", "nobody"])
                        ),
                        name="preference_said_by_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("wish", "yes"),
                            models.Q(("case_progress", False), ("recirculation", False)),
                            _connector="OR",
                        ),
                        name="preference_only_of_who_wants",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("wish", "not_asked"), models.Q(("said_by", "nobody"), _negated=True), _connector="OR"
                        ),
                        name="preference_said_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cwc_notified", "Child Welfare Committee told"),
                            ("court_notified", "Special Court told"),
                            ("safeguarded", "Safeguarded"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField(db_comment="when it was done")),
                (
                    "reference",
                    models.CharField(blank=True, db_comment="of the letter; names nobody", default="", max_length=120),
                ),
                ("why", models.CharField(blank=True, db_comment="of a withdrawal", default="", max_length=300)),
                ("written_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "child",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="safeguarding.child",
                    ),
                ),
                (
                    "withdraws",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawn",
                        to="safeguarding.step",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["child", "kind"], name="step_of_child")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["cwc_notified", "court_notified", "safeguarded"])),
                        name="step_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("why", ""), ("withdraws__isnull", True)),
                            models.Q(("withdraws__isnull", False), models.Q(("why", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="step_withdrawn_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupportReferral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("service", models.CharField(db_comment="id in data/services_*.toml", max_length=40)),
                ("service_label", models.CharField(db_comment="as the file had it then", max_length=120)),
                ("on", models.DateField()),
                (
                    "consent",
                    models.CharField(
                        choices=[
                            ("given", "Given"),
                            ("not_needed", "Not needed: the law wants it told"),
                            ("refused", "Refused"),
                            ("not_asked", "Not asked yet"),
                        ],
                        max_length=15,
                    ),
                ),
                (
                    "consent_by",
                    models.CharField(
                        choices=[
                            ("survivor", "The child or survivor"),
                            ("guardian", "A guardian"),
                            ("advocate", "An advocate or support person"),
                            ("committee", "The Child Welfare Committee"),
                            ("nobody", "Nobody yet"),
                        ],
                        max_length=15,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("written_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="support_referrals",
                        to="safeguarding.child",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("consent__in", ["given", "not_needed", "refused", "not_asked"])),
                        name="supportreferral_consent_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("consent_by__in", ["survivor", "guardian", "advocate", "committee", "nobody"])
                        ),
                        name="supportreferral_said_by_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupportAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("taken_on", "Taken on"),
                            ("waiting", "Waiting"),
                            ("declined", "Declined"),
                            ("ended", "Ended"),
                        ],
                        max_length=15,
                    ),
                ),
                ("on", models.DateField()),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("written_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="safeguarding.supportreferral",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["taken_on", "waiting", "declined", "ended"])),
                        name="supportanswer_kind_known",
                    )
                ],
            },
        ),
    ]
