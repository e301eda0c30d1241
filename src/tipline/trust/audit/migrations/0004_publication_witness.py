"""Which witness took a checkpoint, so that a file that was taken out of its directory is missed; and entries by their time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_origin")]

    operations = [
        migrations.AddField(
            model_name="publication",
            name="witness",
            field=models.CharField(
                db_comment="which; what a directory took has to be in it for ever", default="", max_length=500
            ),
        ),
        # entries come in the order of their times, so that a few bytes a page suffice; writing costs next to nothing
        migrations.RunSQL("CREATE INDEX entry_time ON audit_entry USING brin (at)", "DROP INDEX entry_time"),
    ]
