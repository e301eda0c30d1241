"""What other installations say of the use of reports stands beside what outcomes here say, and reaches providers by the same rules."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_terms"),
        ("doors", "0012_judgements"),
        ("reports", "0044_package_channel"),
    ]

    operations = [
        migrations.AddField(
            model_name="judgement",
            name="told_by",
            field=models.ForeignKey(
                db_comment="whose installation says it",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="judgement",
            name="uid",
            field=models.CharField(
                blank=True,
                db_comment="of what another installation says, as it names it",
                db_default="",
                default="",
                max_length=120,
            ),
        ),
        migrations.AlterField(
            model_name="judgement",
            name="source",
            field=models.BigIntegerField(
                db_comment="number of the outcome; no foreign key, the doors know no outcomes; null: another installation says it",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("uid", ""), _negated=True),
                fields=("report", "uid", "told_by"),
                name="judgement_told_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source__isnull", False), ("told_by__isnull", True), ("uid", "")),
                    models.Q(
                        ("source__isnull", True), ("told_by__isnull", False), models.Q(("uid", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="judgement_ours_or_told",
            ),
        ),
    ]
