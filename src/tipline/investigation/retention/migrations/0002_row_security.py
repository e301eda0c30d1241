"""Row-level security of retention: with the report, with the case, or of the agency that acts. Certificates only of the agency."""

from django.db import migrations

from tipline.core.row_security import AGENCIES, held, protect


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0001_initial"),
        ("cases", "0003_row_security"),
        ("reports", "0002_row_security"),
    ]

    operations = [
        protect(
            "retention_hold",
            held("retention_hold.report_id"),
            "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = retention_hold.case_id)",
        ),
        protect("retention_destruction", f"agency_id = ANY ({AGENCIES})"),
        protect("retention_destructionitem", f"agency_id = ANY ({AGENCIES})"),
        protect("retention_certificate", f"agency_id = ANY ({AGENCIES})"),
    ]
