"""Until when agreements let reports be kept that came by them; visible with the report."""

import django.db.models.deletion
from django.db import migrations, models

from tipline.core.row_security import held, protect


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_terms"),
        ("referrals", "0009_desk_rows_kept"),
        ("reports", "0044_package_channel"),
        ("retention", "0002_row_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Agreed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(db_comment="of the agreement", max_length=300)),
                (
                    "days",
                    models.PositiveIntegerField(
                        db_comment="the fewer of those that both sides have; null: it names none", null=True
                    ),
                ),
                ("since", models.DateTimeField(db_comment="when it came")),
                ("due_at", models.DateTimeField(null=True)),
                (
                    "kept_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hold", "A legal hold stands"),
                            ("case", "It is in a registered case, whose law goes before"),
                        ],
                        default="",
                        max_length=4,
                    ),
                ),
                (
                    "kept_at",
                    models.DateTimeField(db_comment="when that was written down, and the sender told", null=True),
                ),
                ("destroyed_at", models.DateTimeField(null=True)),
                (
                    "from_agency",
                    models.ForeignKey(
                        db_comment="works elsewhere: its own rules are kept there",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "referral",
                    models.OneToOneField(
                        db_comment="the hop by which it came",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.referral",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreed",
                        to="reports.report",
                    ),
                ),
                (
                    "to_agency",
                    models.ForeignKey(
                        db_comment="answers here for the agreement",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
            ],
            options={
                "db_table_comment": "Until when agreements let reports be kept that came by them",
                "indexes": [
                    models.Index(fields=["report"], name="agreed_of_report"),
                    models.Index(
                        condition=models.Q(("destroyed_at__isnull", True), ("due_at__isnull", False)),
                        fields=["to_agency", "due_at"],
                        name="agreed_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("days__isnull", True), ("due_at__isnull", True)),
                            models.Q(("days__gte", 1), ("due_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="agreed_days_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kept_at__isnull", True), ("kept_why", "")),
                            models.Q(("kept_at__isnull", False), ("kept_why__in", ["hold", "case"])),
                            _connector="OR",
                        ),
                        name="agreed_kept_why",
                    ),
                ],
            },
        ),
        protect("retention_agreed", held("retention_agreed.report_id")),
    ]
