"""Row-level security of the record. A holding is visible with its report, which only a function of the owner can tell without going round in circles."""

from django.db import migrations

from tipline.core.row_security import AGENCIES, PROVIDER, filed, held, protect

# Asked only for holdings of agencies that are not the asker's own: who sees a report sees who holds it and held it.
# It runs as the owner, whom no policy binds, with a search path of its own.
SEES = """
CREATE FUNCTION tipline_sees_report(wanted bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT 1 FROM public.reports_holding h WHERE h.report_id = wanted
                 AND h.agency_id = ANY (nullif(current_setting('tipline.agencies', true), '')::bigint[]))
      OR EXISTS (SELECT 1 FROM public.reports_report r WHERE r.id = wanted
                 AND r.reporter_id = nullif(current_setting('tipline.provider', true), '')::bigint)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [
        migrations.RunSQL(SEES, "DROP FUNCTION tipline_sees_report(bigint)"),
        protect("reports_report", f"reporter_id = {PROVIDER}", held("reports_report.id")),
        protect("reports_document", held("reports_document.report_id"), filed("reports_document.report_id")),
        protect(
            "reports_reportedfile", held("reports_reportedfile.report_id"), filed("reports_reportedfile.report_id")
        ),
        protect("reports_person", held("reports_person.report_id")),
        protect("reports_sighting", held("reports_sighting.report_id")),
        # an identifier is visible with any sighting of it, and those are judged by their own policy
        protect(
            "reports_identifier",
            "EXISTS (SELECT 1 FROM reports_sighting s WHERE s.identifier_id = reports_identifier.id)",
        ),
        protect("reports_holding", f"agency_id = ANY ({AGENCIES})", "tipline_sees_report(report_id)"),
    ]
