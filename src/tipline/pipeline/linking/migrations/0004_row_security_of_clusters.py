"""Row-level security of what holds reports together. What names two reports is seen by who sees both."""

from django.db import migrations

from tipline.core.row_security import AGENCIES, held, protect


def _both(table: str) -> str:
    return f"({held(f'{table}.low_id')} AND {held(f'{table}.high_id')})"


_EDGE = "EXISTS (SELECT 1 FROM linking_edge e WHERE e.identifier_id = {}.identifier_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("linking", "0003_clusters"),
        ("reports", "0002_row_security"),
    ]

    operations = [
        protect("linking_edge", held("linking_edge.report_id")),
        protect("linking_member", held("linking_member.report_id")),
        protect("linking_tie", _both("linking_tie")),
        protect("linking_suggestion", _both("linking_suggestion")),
        # judged by the policies of the rows that lead there
        protect("linking_hub", _EDGE.format("linking_hub")),
        protect("linking_cut", _EDGE.format("linking_cut")),
        protect("linking_cluster", "EXISTS (SELECT 1 FROM linking_member m WHERE m.cluster_id = linking_cluster.id)"),
        protect(
            "linking_clusterchange",
            "EXISTS (SELECT 1 FROM reports_holding h WHERE h.report_id = ANY (linking_clusterchange.reports)"
            f" AND h.agency_id = ANY ({AGENCIES}))",
        ),
    ]
