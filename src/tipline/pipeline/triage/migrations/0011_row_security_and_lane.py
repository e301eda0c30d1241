"""Row-level security of what is new, and desks that sort by the urgent lane.

The lane is asked whenever a row of a desk is made or its `urgent` is written, whoever writes it: what makes rows need not know of it.
"""

from django.db import migrations

from tipline.core.row_security import AGENCIES, held, protect

# A row of a desk is urgent if the provider asked for it, until the lane says otherwise.
_ASK = """
CREATE FUNCTION tipline_desk_asks_lane() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  said boolean;
BEGIN
  SELECT l.urgent INTO said FROM public.triage_lane l WHERE l.report_id = NEW.report_id;
  IF FOUND THEN
    NEW.urgent := said;
  END IF;
  RETURN NEW;
END
$$
"""
_LANED = """
CREATE FUNCTION tipline_desk_laned() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE public.referrals_deskrow d SET urgent = n.urgent FROM changed n
  WHERE d.report_id = n.report_id AND d.urgent IS DISTINCT FROM n.urgent;
  RETURN NULL;
END
$$
"""
_ON = "REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tipline_desk_laned()"


class Migration(migrations.Migration):
    dependencies = [
        ("triage", "0010_lane_marks_and_rule_sets"),
        ("reports", "0002_row_security"),
        ("referrals", "0009_desk_rows_kept"),
    ]

    operations = [
        protect("triage_lane", held("triage_lane.report_id")),
        protect("triage_prioritymark", held("triage_prioritymark.report_id")),
        protect("triage_simulation", f"agency_id = ANY ({AGENCIES})"),
        migrations.RunSQL(
            [
                _ASK,
                _LANED,
                "CREATE TRIGGER desk_asks_lane BEFORE INSERT OR UPDATE OF urgent ON referrals_deskrow"
                " FOR EACH ROW EXECUTE FUNCTION tipline_desk_asks_lane()",
                f"CREATE TRIGGER desk_laned_insert AFTER INSERT ON triage_lane {_ON}",
                f"CREATE TRIGGER desk_laned_update AFTER UPDATE ON triage_lane {_ON}",
            ],
            [
                "DROP TRIGGER desk_laned_insert ON triage_lane",
                "DROP TRIGGER desk_laned_update ON triage_lane",
                "DROP TRIGGER desk_asks_lane ON referrals_deskrow",
                "DROP FUNCTION tipline_desk_laned()",
                "DROP FUNCTION tipline_desk_asks_lane()",
            ],
        ),
    ]
