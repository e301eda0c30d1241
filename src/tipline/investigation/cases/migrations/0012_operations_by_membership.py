"""Which operations a case is in is said by its memberships alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_case_told"), ("operations", "0006_notes")]

    operations = [migrations.RemoveField(model_name="case", name="operation")]
