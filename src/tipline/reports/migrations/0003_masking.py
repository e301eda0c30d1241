"""What of a report is a child's: marked where it stands, and on identifiers for every other report. Who saw it, and why.

Reports that were read before are marked by their element paths; `names_child` is not filled in for them (it needs the texts): a report page
replaces such names all the same, a desk's row does when the report is read again.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tipline.core.row_security import AGENCIES, protect

# entries of agencies whose log somebody reads (the auditor), as in the audit's own migrations
LOG = "((SELECT nullif(current_setting('tipline.log', true), ''))::bigint[])"
UNMASKING = "EXISTS (SELECT 1 FROM reports_unmasking u WHERE u.id = {table}.unmasking_id)"

# Children are numbered as the elements are; then the intended recipients whose stated age is under 18.
MARK = [
    r"""UPDATE reports_person SET role = 'victim', child = coalesce(substring(path from '^/report/victim\[(\d{1,6})\]')::integer, 1)
        WHERE path ~ '^/report/victim(\[|/|$)'""",
    r"""UPDATE reports_sighting SET role = 'victim', child = coalesce(substring(path from '^/report/victim\[(\d{1,6})\]')::integer, 1)
        WHERE path ~ '^/report/victim(\[|/|$)'""",
    """UPDATE reports_person p SET child = n.child FROM (
         SELECT r.id, row_number() OVER (PARTITION BY r.report_id ORDER BY r.position)
                + coalesce((SELECT max(v.child) FROM reports_person v WHERE v.report_id = r.report_id), 0) AS child
         FROM reports_person r WHERE r.role = 'recipient' AND r.age < 18) n WHERE p.id = n.id""",
    """UPDATE reports_sighting s SET child = p.child FROM reports_person p
       WHERE s.person_id = p.id AND p.child IS NOT NULL AND s.child IS NULL""",
    """UPDATE reports_identifier i SET of_child = true WHERE i.kind <> 'ip'
       AND EXISTS (SELECT 1 FROM reports_sighting s WHERE s.identifier_id = i.id AND s.child IS NOT NULL)""",
]


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_overseen"),
        ("reports", "0002_row_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Unmasking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("identify", "To identify or protect the child"),
                            ("contact", "To reach the child, the family or the Child Welfare Committee"),
                            ("investigate", "To tell accounts apart in an investigation"),
                            ("legal", "For an order, a statement or a court"),
                            ("other", "Another reason"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(db_comment="in the person's words; names no child", max_length=300)),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unmaskings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_comment="no constraint: it outlives a report that is destroyed",
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="unmaskings",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "db_table_comment": "Append-only: who saw a child's data, and why",
            },
        ),
        migrations.AddField(
            model_name="identifier",
            name="names_child",
            field=models.BooleanField(
                db_comment="its text repeats what is a child's in some report. Stays true",
                db_default=False,
                default=False,
            ),
        ),
        migrations.AddField(
            model_name="identifier",
            name="of_child",
            field=models.BooleanField(
                db_comment="some report names it as a child's: masked everywhere. Stays true",
                db_default=False,
                default=False,
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="child",
            field=models.IntegerField(
                db_comment="which child of the report, from 1; null: not a child's. Masked (reports/masking.py)",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="sighting",
            name="child",
            field=models.IntegerField(db_comment="which child of the report, from 1; null: not a child's", null=True),
        ),
        migrations.CreateModel(
            name="UnmaskingEnd",
            fields=[
                (
                    "unmasking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="end",
                        serialize=False,
                        to="reports.unmasking",
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table_comment": "Append-only: unmaskings that ended early",
            },
        ),
        migrations.CreateModel(
            name="UnmaskingReview",
            fields=[
                (
                    "unmasking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="review",
                        serialize=False,
                        to="reports.unmasking",
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table_comment": "Append-only: unmaskings that were reviewed",
            },
        ),
        migrations.AddIndex(
            model_name="unmasking",
            index=models.Index(fields=["agency", "-at"], name="unmasking_of_agency"),
        ),
        migrations.AddConstraint(
            model_name="unmasking",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__in", ["identify", "contact", "investigate", "legal", "other"])),
                name="unmasking_code_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="unmasking",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("at"))), name="unmasking_ends_later"
            ),
        ),
        protect("reports_unmasking", f"agency_id = ANY ({AGENCIES})", f"agency_id = ANY ({LOG})"),
        protect("reports_unmaskingend", UNMASKING.format(table="reports_unmaskingend")),
        protect("reports_unmaskingreview", UNMASKING.format(table="reports_unmaskingreview")),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
