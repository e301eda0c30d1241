"""A reply names the request that it answers; a call its other number. What is added is empty for what is there: no row is rewritten."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("process", "0002_row_security_and_rates"),
        ("replies", "0003_not_counted"),
    ]

    operations = [
        migrations.AddField(
            model_name="reply",
            name="names_requests",
            field=models.JSONField(
                db_comment="ids of the case's requests whose reference stands in the file", db_default=[], default=list
            ),
        ),
        migrations.AddField(
            model_name="reply",
            name="request",
            field=models.ForeignKey(
                db_comment="of the same case, that it answers: as whoever handed it in says, and for good when it is used",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replies",
                to="process.request",
            ),
        ),
        migrations.AddField(
            model_name="replyrow",
            name="peer",
            field=models.CharField(
                blank=True,
                db_comment="of a call: the other number, E.164 if it is one",
                db_default="",
                default="",
                max_length=40,
            ),
        ),
        migrations.AlterField(
            model_name="replyfinding",
            name="why",
            field=models.CharField(
                db_comment="exact, seconds, skew, no-port, no-time, several, outside; of calls: see data/calls.toml",
                max_length=20,
            ),
        ),
    ]
