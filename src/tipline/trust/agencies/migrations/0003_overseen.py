"""Who is overseen, as a function: the query that finds a session's person asks it along, so that a page costs no query more."""

from django.db import migrations

OVERSEEN = """
CREATE FUNCTION tipline_overseen(overseer bigint) RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  WITH RECURSIVE seen(id, below) AS (
    SELECT o.overseen_id, o.with_below FROM agencies_oversight o WHERE o.overseer_id = overseer
    UNION
    SELECT a.id, true FROM agencies_agency a JOIN seen s ON a.parent_id = s.id AND s.below
  )
  SELECT coalesce(array_agg(DISTINCT id), '{}') FROM seen
$$
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_oversight")]

    operations = [migrations.RunSQL(OVERSEEN, "DROP FUNCTION tipline_overseen(bigint)")]
