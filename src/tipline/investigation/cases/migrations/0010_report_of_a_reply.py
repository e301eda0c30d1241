import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0009_records_row_security"),
        ("referrals", "0005_joint"),
    ]

    operations = [
        migrations.AlterField(
            model_name="casereport",
            name="referral",
            field=models.OneToOneField(
                db_comment="by which it came to the agency; null: the agency filed it itself, of a reply",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="referrals.referral",
            ),
        ),
    ]
