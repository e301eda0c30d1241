"""A kind of alert more: a provider that has gone silent."""

from django.db import migrations, models

KINDS = [
    ("unknown_element", "An element that the schema does not know"),
    ("unknown_value", "A value that the schema's list does not have"),
    ("completeness_fell", "Reports say less than they used to"),
    ("refusals_rose", "More documents are refused than used to be"),
    ("silent", "No report comes any more"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("doors", "0010_feedback"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="alert", name="alert_kind_known"),
        migrations.AlterField(
            model_name="alert",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=30),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [kind for kind, _ in KINDS])), name="alert_kind_known"
            ),
        ),
    ]
