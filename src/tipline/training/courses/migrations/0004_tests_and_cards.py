"""When tests are open, and a card for each enrolment instead of one for each trainee."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

import tipline.core.clock
from tipline.training.locks import TAUGHT_ENROLMENTS, protect

# as 0003_locks wrote it: instructors of the trainee
_BEFORE = "trainee_id = ANY (((SELECT training_taught_trainees())::bigint[]))"
_OLD = protect("training_courses_entrycode", read="false", write=_BEFORE)
_NEW = protect("training_courses_entrycode", read="false", write=f"enrolment_id = ANY ({TAUGHT_ENROLMENTS})")
# A card that was handed out goes on opening: it becomes the one of the trainee's latest course. Live databases have none, and take no update.
_CARRY = """DO $$
BEGIN
    IF EXISTS (SELECT FROM training_courses_entrycode) THEN
        UPDATE training_courses_entrycode c SET enrolment_id =
            (SELECT e.id FROM training_courses_enrolment e WHERE e.trainee_id = c.trainee_id
             ORDER BY e.withdrawn_at IS NOT NULL, e.id DESC LIMIT 1);
        DELETE FROM training_courses_entrycode WHERE enrolment_id IS NULL;
        SET CONSTRAINTS ALL IMMEDIATE;
    END IF;
END $$"""


class Migration(migrations.Migration):
    dependencies = [("training_courses", "0003_locks")]

    operations = [
        migrations.AddField(
            "course", "before_opens_at",
            models.DateTimeField(
                null=True, default=tipline.core.clock.now, db_default=Now(),
                db_comment="when the test before the course opens; null: not yet",
            ),
        ),
        migrations.AddField(
            "course", "before_closes_at", models.DateTimeField(null=True, db_comment="null: it stays open")
        ),
        migrations.AddField(
            "course", "after_opens_at",
            models.DateTimeField(null=True, db_comment="when the test after the course opens; null: not yet"),
        ),
        migrations.AddField(
            "course", "after_closes_at", models.DateTimeField(null=True, db_comment="null: it stays open")
        ),
        migrations.RunSQL(list(_OLD.reverse_sql), list(_OLD.sql)),
        migrations.AddField(
            "entrycode", "enrolment",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="entry_code",
                to="training_courses.enrolment",
            ),
        ),
        migrations.RunSQL(_CARRY, migrations.RunSQL.noop),
        migrations.RemoveField("entrycode", "trainee"),
        migrations.AlterField(
            "entrycode", "enrolment",
            models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="entry_code", to="training_courses.enrolment"
            ),
        ),
        _NEW,
    ]  # fmt: skip
