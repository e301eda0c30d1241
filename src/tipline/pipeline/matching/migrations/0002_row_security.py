"""Row-level security of hashes and matches: what hangs on a report is its holders'; a value is seen with a file that has it."""

from django.db import migrations

from tipline.core.row_security import held, protect

_VALUE = "EXISTS (SELECT 1 FROM matching_filehash f WHERE f.value_id = {})"


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0001_initial"),
        ("reports", "0002_row_security"),
    ]

    operations = [
        protect("matching_filehash", held("matching_filehash.report_id")),
        protect("matching_match", held("matching_match.report_id")),
        # judged by the policies of the rows that lead there
        protect("matching_hashvalue", _VALUE.format("matching_hashvalue.id")),
        protect(
            "matching_nearvalue",
            f"({_VALUE.format('matching_nearvalue.low_id')} AND {_VALUE.format('matching_nearvalue.high_id')})",
        ),
        protect(
            "matching_knownhash", "EXISTS (SELECT 1 FROM matching_match m WHERE m.known_id = matching_knownhash.id)"
        ),
    ]
