import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_terms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AgreementProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "asks",
                    models.CharField(
                        choices=[("set", "A new agreement, or a renewal"), ("end", "The end of the one in force")],
                        max_length=4,
                    ),
                ),
                (
                    "terms",
                    models.JSONField(
                        db_comment="reference, since, until, law, purposes, data, retention_days, onward; of an end: until"
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("proposed_at", models.DateTimeField()),
                ("proposed_by", models.CharField(max_length=254)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("open", "Waits for a second person"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, default="", max_length=254)),
                ("decided_why", models.CharField(blank=True, default="", max_length=300)),
                (
                    "from_agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "proposed_by_person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "to_agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
            ],
            options={
                "db_table_comment": "Agreements that somebody proposed, and who decided",
                "indexes": [models.Index(fields=["from_agency", "to_agency", "id"], name="agreementproposal_of_two")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("verdict", "open")),
                        fields=("from_agency", "to_agency"),
                        name="agreementproposal_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asks__in", ["set", "end"])), name="agreementproposal_asks_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["open", "approved", "refused", "withdrawn"])),
                        name="agreementproposal_verdict_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="agreementproposal_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("verdict", "open")),
                            models.Q(models.Q(("verdict", "open"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="agreementproposal_decided_when",
                    ),
                ],
            },
        ),
    ]
