"""Row-level security of clocks: with their case, otherwise of the agency whose they are."""

from django.db import migrations

from tipline.core.row_security import AGENCIES, of_case, protect


class Migration(migrations.Migration):
    dependencies = [("clocks", "0001_initial"), ("cases", "0007_persons_row_security")]

    operations = [
        protect(
            "clocks_clock",
            f"(case_id IS NULL AND agency_id = ANY ({AGENCIES}))",
            f"(case_id IS NOT NULL AND {of_case('clocks_clock')})",
        ),
        protect("clocks_pause", "EXISTS (SELECT 1 FROM clocks_clock k WHERE k.id = clocks_pause.clock_id)"),
    ]
