"""Instructors try scenarios; worlds are kept as they were made; what a desk's check says is kept as data and told in each language."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from tipline.training.locks import TRAINS, only_in_range, protect

_LOCKS = import_module("tipline.training.attempts.migrations.0002_locks")
_TRIED = f"(tried_by_id = {TRAINS} AND {_LOCKS.TEACHER})"
_OF_ATTEMPT = "EXISTS (SELECT FROM training_attempts_attempt a WHERE a.seed = training_attempts_keptworld.seed)"
# What was said in English stays what was said. Live databases have none, and take no update.
_SAID = """DO $$
BEGIN
    IF EXISTS (SELECT FROM training_attempts_answer WHERE because <> '') THEN
        UPDATE training_attempts_answer SET reasons = jsonb_build_array(jsonb_build_array('said', jsonb_build_object('text', because)))
            WHERE because <> '';
        SET CONSTRAINTS ALL IMMEDIATE;
    END IF;
END $$"""


class Migration(migrations.Migration):
    dependencies = [
        ("training_attempts", "0002_locks"),
        ("training_courses", "0004_tests_and_cards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "KeptWorld",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seed", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64, db_comment="version of the scenario")),
                (
                    "world",
                    models.BinaryField(
                        db_comment="facts and documents, JSON compressed by zlib (training/scenarios/keeping.py)"
                    ),
                ),
                ("blocks", models.JSONField(db_comment="the blocks that made it, with their versions")),
            ],
            options={
                "db_table_comment": "Worlds of attempts and of trainees' own desks",
                "constraints": [models.UniqueConstraint(fields=["seed", "digest"], name="world_kept_once")],
            },
        ),
        migrations.RemoveConstraint("attempt", "attempt_of_one_or_a_team"),
        migrations.AlterField(
            "attempt", "exercise",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="attempts",
                to="training_courses.exercise", db_comment="null: a try, which counts nowhere",
            ),
        ),
        migrations.AlterField(
            "attempt", "course",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                to="training_courses.course", db_comment="the exercise's, for row security",
            ),
        ),
        migrations.AddField(
            "attempt", "tried_by",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                to=settings.AUTH_USER_MODEL, db_comment="the instructor who tries the scenario",
            ),
        ),
        migrations.AlterField(
            "attempt", "seed",
            models.CharField(
                max_length=64, db_index=True, db_comment="what the world is made of; never leaves the server"
            ),
        ),
        migrations.AddConstraint(
            "attempt",
            models.CheckConstraint(
                condition=Q(enrolment__isnull=False, team="", tried_by__isnull=True)
                | (Q(enrolment__isnull=True, tried_by__isnull=True) & ~Q(team=""))
                | Q(enrolment__isnull=True, team="", tried_by__isnull=False),
                name="attempt_of_one_or_a_team_or_a_try",
            ),
        ),
        migrations.AddConstraint(
            "attempt",
            models.CheckConstraint(
                condition=Q(exercise__isnull=False, course__isnull=False, tried_by__isnull=True)
                | Q(exercise__isnull=True, course__isnull=True, tried_by__isnull=False),
                name="attempt_in_a_course_or_a_try",
            ),
        ),
        migrations.AddField(
            "answer", "reasons",
            models.JSONField(
                default=list, db_default=[],
                db_comment="what a check of the desk says: [[name of a sentence, its values], ...]",
            ),
        ),
        migrations.RunSQL(_SAID, migrations.RunSQL.noop),
        migrations.RemoveField("answer", "because"),
        migrations.RunSQL(
            "CREATE POLICY training_attempts_attempt_tried ON training_attempts_attempt"
            f" USING ({_TRIED}) WITH CHECK ({_TRIED})",
            "DROP POLICY training_attempts_attempt_tried ON training_attempts_attempt",
        ),
        only_in_range("training_attempts_keptworld"),
        protect("training_attempts_keptworld", read="false", write=_OF_ATTEMPT),
    ]  # fmt: skip
