"""Row-level security of outcomes: what a desk wrote, with its case; what it tells, with the report; reminders, with the desk."""

from django.db import migrations

from tipline.core.row_security import AGENCIES, held, of_case, protect


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0001_initial"), ("cases", "0003_row_security"), ("reports", "0002_row_security")]

    operations = [
        protect(
            "outcomes_outcome",
            of_case("outcomes_outcome"),
            f"(outcomes_outcome.case_id IS NULL AND outcomes_outcome.agency_id = ANY ({AGENCIES}))",
        ),
        protect("outcomes_reportoutcome", held("outcomes_reportoutcome.report_id")),
        protect(
            "outcomes_reminder",
            of_case("outcomes_reminder"),
            f"(outcomes_reminder.case_id IS NULL AND outcomes_reminder.agency_id = ANY ({AGENCIES}))",
        ),
    ]
