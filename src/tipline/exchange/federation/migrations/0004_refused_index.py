from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0003_told"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="outgoing",
            index=models.Index(
                condition=models.Q(("delivery", "refused")), fields=["peer", "-id"], name="outgoing_refused"
            ),
        ),
    ]
