"""Who sees a report is told that others share an identifier with it, also of those that lie with desks they do not see: the fact alone.

A function of the owner reads it, since a policy of edges that looks at edges would end in itself. Of each identifier it reads so many and no
more: one that a million reports have costs a page no more than another. As before, the caller tells of a report that is not in scope nothing
but that there is one.
"""

from django.db import migrations

_LINKS = """
CREATE FUNCTION tipline_links_of(wanted bigint, of_each integer, in_all integer) RETURNS jsonb
LANGUAGE sql STABLE STRICT PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (
    SELECT o.report_id AS far, m.stated_id AS stated, m.rule, least(m.strength, o.strength) AS weight, h.identifier_id IS NOT NULL AS hub,
      EXISTS (SELECT 1 FROM public.linking_cut c WHERE c.identifier_id = m.identifier_id AND c.ended_at IS NULL
              AND (c.report_id IS NULL OR c.report_id IN (wanted, o.report_id))) AS cut
    FROM public.linking_edge m
    LEFT JOIN public.linking_hub h ON h.identifier_id = m.identifier_id
    CROSS JOIN LATERAL (SELECT e.report_id, e.strength FROM public.linking_edge e
                        WHERE e.identifier_id = m.identifier_id AND e.report_id <> wanted LIMIT of_each) o
    WHERE m.report_id = wanted
      AND (current_setting('tipline.sees', true) = 'everything'
           OR EXISTS (SELECT 1 FROM public.reports_holding d WHERE d.report_id = wanted
                      AND d.agency_id = ANY (nullif(current_setting('tipline.agencies', true), '')::bigint[])))
    ORDER BY hub, weight DESC, far LIMIT in_all) x
$$
"""


class Migration(migrations.Migration):
    dependencies = [("linking", "0011_hub_counted")]

    operations = [migrations.RunSQL(_LINKS, "DROP FUNCTION tipline_links_of(bigint, integer, integer)")]
