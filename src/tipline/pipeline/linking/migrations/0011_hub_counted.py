"""A hub says of what there are too many: reports, or accounts in them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("linking", "0010_edges_not_pairs")]

    operations = [
        migrations.AlterField(
            model_name="hub",
            name="degree",
            field=models.IntegerField(db_comment="reports, or accounts in them, that had it when it was found"),
        ),
        migrations.AddField(
            model_name="hub",
            name="counted",
            field=models.CharField(
                choices=[("reports", "Reports"), ("accounts", "Accounts")],
                db_default="reports",
                default="reports",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="hub",
            constraint=models.CheckConstraint(
                condition=models.Q(("counted__in", ["reports", "accounts"])), name="hub_counted_known"
            ),
        ),
    ]
