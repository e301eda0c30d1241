"""Which witness took a checkpoint, so that a file that was taken out of its directory is missed."""

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
    ]
