"""What a seal is known by without being opened: its digest, its size, and to whom it was sealed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0010_destroyed"),
    ]

    operations = [
        migrations.AddField(
            model_name="reportedfile",
            name="sealed_bytes",
            field=models.BigIntegerField(db_comment="size of the sealed copy; null: none, or not noted", null=True),
        ),
        migrations.AddField(
            model_name="reportedfile",
            name="sealed_sha256",
            field=models.CharField(
                blank=True,
                db_comment="of the sealed copy, which can be checked by it unopened",
                default="",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="reportedfile",
            name="sealed_to",
            field=models.JSONField(
                db_comment="age public keys, each of which opens the sealed copy alone", default=list
            ),
        ),
        migrations.AddConstraint(
            model_name="reportedfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("sealed_sha256__regex", "^([0-9a-f]{64})?$")), name="file_seal_shape"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportedfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("storage_key", ""), _negated=True), fields=("storage_key",), name="file_seal_once"
            ),
        ),
    ]
