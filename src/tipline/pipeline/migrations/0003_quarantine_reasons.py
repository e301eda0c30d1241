"""The reason of a quarantine no longer holds the error's text, which may quote the report. What earlier ones hold is removed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0002_row_security")]

    operations = [
        migrations.AlterField(
            model_name="quarantine",
            name="error",
            field=models.CharField(db_comment="class of the error", max_length=100),
        ),
        migrations.AlterField(
            model_name="quarantine",
            name="reason",
            field=models.TextField(
                db_comment="classes, codes and names of tables; never a text that may quote the report"
            ),
        ),
        migrations.RunSQL("UPDATE pipeline_quarantine SET reason = error", migrations.RunSQL.noop),
    ]
