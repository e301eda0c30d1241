"""What an agency files itself of replies of providers is none of the reports that `tipline_counts` counts.

The function is the one of referrals 0007, with the channel left out.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("tipline.referrals.migrations.0007_life_row_security").COUNTS
_JOIN = "JOIN public.reports_report r ON r.id = h.report_id"
if _JOIN not in BEFORE:
    raise RuntimeError("tipline_counts is no longer what this migration changes")
COUNTS = BEFORE.replace(_JOIN, f"{_JOIN} AND r.channel <> 'reply'")


class Migration(migrations.Migration):
    dependencies = [
        ("replies", "0002_row_security"),
        ("referrals", "0007_life_row_security"),
        ("reports", "0043_reply_channel"),
    ]

    operations = [migrations.RunSQL(COUNTS, BEFORE)]
