"""Row-level security of the ways down the tree: a hop is visible with its report."""

from django.db import migrations

from tipline.core.row_security import held, protect


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0001_initial"),
        ("reports", "0002_row_security"),
    ]

    operations = [
        protect("referrals_referral", held("referrals_referral.report_id")),
    ]
