"""Pairs of reports give way to edges and clusters. What history holds is linked anew by a job, a slice at a time.

Pairs were the square of what they say, and said nothing of who hangs together over a third. Rules of operations look at members of
clusters from now on, as they did at pairs.
"""

import django.db.models.deletion
from django.db import migrations, models

# With the name that `tasks.py` gives it; a database without reports needs none.
_RELINK = """
INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args)
SELECT 'pipeline', 'linking.relink', 'linking.relink', '{"after": 0}'::jsonb
WHERE EXISTS (SELECT 1 FROM reports_report WHERE processing = 'done')
  AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = 'linking.relink' AND status = 'todo')
"""
_NOTES = [
    f"CREATE TRIGGER note_{event.lower()} AFTER {event} ON linking_member REFERENCING NEW TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION tipline_note_link()"
    for event in ("INSERT", "UPDATE")
]


class Migration(migrations.Migration):
    dependencies = [
        ("linking", "0004_row_security_of_clusters"),
        ("operations", "0006_notes"),
        ("procrastinate", "0041_post_retry_failed_job"),
        ("reports", "0044_package_channel"),
    ]

    operations = [
        migrations.DeleteModel(name="Link"),
        migrations.AddField(
            model_name="edge",
            name="stated",
            field=models.ForeignKey(
                db_comment="the identifier as the report names it",
                default=0,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reports.identifier",
            ),
            preserve_default=False,
        ),
        # by hand: Django would alter the column's type, which policies name
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    "COMMENT ON COLUMN linking_edge.identifier_id IS 'where reports meet: a linking key'",
                    migrations.RunSQL.noop,
                )
            ],
            [
                migrations.AlterField(
                    model_name="edge",
                    name="identifier",
                    field=models.ForeignKey(
                        db_comment="where reports meet: a linking key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="edges",
                        to="reports.identifier",
                    ),
                )
            ],
        ),
        migrations.RunSQL(_NOTES, [f"DROP TRIGGER note_{event} ON linking_member" for event in ("insert", "update")]),
        migrations.RunSQL(_RELINK, migrations.RunSQL.noop),
    ]
