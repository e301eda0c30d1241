"""What raises a report on a desk, whatever table it came from, ends its rest and takes it out of what only informs; its turn is given anew."""

from django.db import migrations

RAISED = """
CREATE FUNCTION tipline_desk_raised() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF (NEW.urgent AND NOT OLD.urgent) OR NEW.priority > OLD.priority THEN
    NEW.raised_at := statement_timestamp();
    NEW.snoozed_until := NULL;
    NEW.informational := false;
    NEW.band := '';
  ELSIF (NEW.gone_at, NEW.due_at) IS DISTINCT FROM (OLD.gone_at, OLD.due_at) OR (OLD.priority IS NULL AND NEW.priority IS NOT NULL) THEN
    NEW.band := '';
  END IF;
  IF NEW.pile <> OLD.pile THEN
    NEW.snoozed_until := NULL;
    NEW.informational := false;
    IF NEW.pile = 'sent-on' THEN
      NEW.assignee_id := NULL;
    ELSIF NEW.pile = 'new' THEN
      NEW.turn := NULL; -- it came again: behind what came in between
      NEW.band := '';
    END IF;
  END IF;
  RETURN NEW;
END
$$
"""
TRIGGER = """
CREATE TRIGGER desk_raised BEFORE UPDATE OF urgent, priority, gone_at, due_at, pile ON referrals_deskrow FOR EACH ROW
WHEN (OLD.urgent <> NEW.urgent OR OLD.pile <> NEW.pile OR OLD.priority IS DISTINCT FROM NEW.priority
  OR OLD.gone_at IS DISTINCT FROM NEW.gone_at OR OLD.due_at IS DISTINCT FROM NEW.due_at)
EXECUTE FUNCTION tipline_desk_raised()
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0020_queue")]

    operations = [
        migrations.RunSQL(
            [RAISED, TRIGGER], ["DROP TRIGGER desk_raised ON referrals_deskrow", "DROP FUNCTION tipline_desk_raised()"]
        )
    ]
