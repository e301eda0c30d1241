import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("agencies", "0004_agreements"),
        ("cases", "0005_assignment_written"),
        ("operations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CasePerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(db_comment="as the source writes it", max_length=200)),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("account_holder", "Account holder"),
                            ("person_of_interest", "Person of interest"),
                            ("cleared", "Cleared"),
                        ],
                        default="account_holder",
                        max_length=20,
                    ),
                ),
                (
                    "details",
                    models.JSONField(
                        db_comment="name of a particular (phone, email, address, ...) to its text", default=dict
                    ),
                ),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="persons", to="cases.case"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["case", "id"], name="caseperson_case")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("standing__in", ["account_holder", "person_of_interest", "cleared"])),
                        name="caseperson_standing_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("provider_reply", "Reply of a provider"),
                            ("device", "Device examined"),
                            ("statement", "Statement of a witness"),
                            ("payment", "Payment record"),
                            ("observation", "Observation by police"),
                            ("document", "Document"),
                            ("other", "Other (say which)"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.CharField(db_comment="what it says, in the officer's words", max_length=1000)),
                (
                    "source",
                    models.CharField(
                        db_comment="where it can be looked up: reply, exhibit, diary entry", max_length=300
                    ),
                ),
                ("added_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_why", models.CharField(blank=True, default="", max_length=300)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "handle",
                    models.ForeignKey(
                        db_comment="the account it ties to",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="cases.casehandle",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="cases.caseperson"
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
                "indexes": [models.Index(fields=["case", "person"], name="personevidence_case")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "provider_reply",
                                    "device",
                                    "statement",
                                    "payment",
                                    "observation",
                                    "document",
                                    "other",
                                ],
                            )
                        ),
                        name="personevidence_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True), ("withdrawn_why", "")
                            ),
                            models.Q(
                                ("withdrawn_at__isnull", False),
                                ("withdrawn_by__isnull", False),
                                models.Q(("withdrawn_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="personevidence_withdrawn_whole",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="case",
            name="fir_number",
            field=models.CharField(
                blank=True,
                db_comment="as the station registered it; empty: not yet",
                db_default="",
                default="",
                max_length=60,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="fir_registered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="investigating_officer",
            field=models.ForeignKey(
                db_comment="IT Act 2000 s.78: Inspector or above",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="zero_fir",
            field=models.BooleanField(
                db_comment="registered whatever the place, to be transferred (BNSS 2023 s.173)",
                db_default=False,
                default=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fir_number", ""), ("fir_registered_at__isnull", True)),
                    models.Q(models.Q(("fir_number", ""), _negated=True), ("fir_registered_at__isnull", False)),
                    _connector="OR",
                ),
                name="case_fir_whole",
            ),
        ),
    ]
