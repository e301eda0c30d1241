from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0002_triggers"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="outgoing",
            index=models.Index(
                condition=models.Q(("delivery", "refused")), fields=["peer", "-id"], name="outgoing_refused"
            ),
        ),
    ]
