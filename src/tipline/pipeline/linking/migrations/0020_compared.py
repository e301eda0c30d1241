"""By what a report comes to be compared with others. Read and written by the software alone, and seen by who sees the report."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from tipline.core.row_security import held, protect


class Migration(migrations.Migration):
    dependencies: ClassVar = [("linking", "0012_links_told"), ("reports", "0044_package_channel")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Compared",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="compared",
                        serialize=False,
                        to="reports.report",
                    ),
                ),
                ("report_version", models.SmallIntegerField()),
                ("model_version", models.CharField(max_length=40)),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        db_comment="hashes of folded texts: who shares one is compared",
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "stage_run",
                    models.BigIntegerField(
                        db_comment="up to which run of the linking stage; the next look begins there"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table_comment": "Where suggestions are looked for: numbers that say nothing of a person",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["keys"], name="compared_keys"),
                    models.Index(fields=["-stage_run"], name="compared_run"),
                ],
            },
        ),
        protect("linking_compared", held("linking_compared.report_id")),
    ]
