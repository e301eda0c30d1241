"""The stamp that says whether a database is live or a training range, and who sees what of courses."""

from django.db import migrations

from tipline.training.locks import MINE, MY_COURSES, TAUGHT, TAUGHT_ENROLMENTS, TRAINS, only_in_range, protect

# Written once, at the first start (`tipline.core.stamp`), and never changed: neither by the application nor by the owner.
STAMP = [
    "CREATE TABLE training_stamp (one boolean PRIMARY KEY DEFAULT true CHECK (one), kind text NOT NULL CHECK (kind IN ('live', 'range')),"
    " at timestamptz NOT NULL DEFAULT now())",
    "COMMENT ON TABLE training_stamp IS 'Whether this database is live or a training range'",
    """CREATE FUNCTION training_stamp_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the stamp of a database is never changed';
END $$""",
    "CREATE TRIGGER stays BEFORE UPDATE OR DELETE OR TRUNCATE ON training_stamp FOR EACH STATEMENT EXECUTE FUNCTION training_stamp_stays()",
    """CREATE FUNCTION training_only_in_range() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM training_stamp WHERE kind = 'range') THEN
        RAISE EXCEPTION 'training happens in a training range: this database is not one';
    END IF;
    RETURN NULL;
END $$""",
]
UNSTAMP = [
    "DROP FUNCTION training_only_in_range()",
    "DROP TABLE training_stamp",
    "DROP FUNCTION training_stamp_stays()",
]


def _ids(name: str, query: str) -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT"
        f" AS $$ SELECT ARRAY({query}) $$"
    )


_OWN = f"training_courses_enrolment e JOIN training_courses_trainee t ON t.id = e.trainee_id WHERE t.user_id = {TRAINS} AND e.withdrawn_at IS NULL"
_TAUGHT = f"SELECT i.course_id FROM training_courses_instructor i WHERE i.user_id = {TRAINS}"
IDS = {
    "training_taught": _TAUGHT,
    "training_mine": f"SELECT e.id FROM {_OWN}",
    "training_my_courses": f"SELECT e.course_id FROM {_OWN}",
    "training_taught_enrolments": f"SELECT e.id FROM training_courses_enrolment e WHERE e.course_id IN ({_TAUGHT})",
    "training_taught_trainees": f"SELECT e.trainee_id FROM training_courses_enrolment e WHERE e.course_id IN ({_TAUGHT})",
}
TAUGHT_TRAINEES = "((SELECT training_taught_trainees())::bigint[])"
# An instructor makes courses and trainees; whoever made a course teaches it.
TEACHER = f"EXISTS (SELECT FROM accounts_user u WHERE u.id = {TRAINS} AND u.role = 'trainer')"
NOBODY = "false"
TABLES = (
    "course", "instructor", "trainee", "entrycode", "enrolment", "exercise", "session", "attendance", "paper", "certificate",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("training_courses", "0002_courses")]

    operations = [
        migrations.RunSQL(STAMP, UNSTAMP),
        migrations.RunSQL(
            [_ids(name, query) for name, query in IDS.items()], [f"DROP FUNCTION {name}()" for name in reversed(IDS)]
        ),
        only_in_range(*(f"training_courses_{table}" for table in TABLES)),
        protect(
            "training_courses_course",
            read=f"id = ANY ({MY_COURSES})",
            write=f"id = ANY ({TAUGHT}) OR (made_by_id = {TRAINS} AND {TEACHER})",
        ),
        protect(
            "training_courses_instructor",
            read=NOBODY,
            write=f"course_id = ANY ({TAUGHT}) OR (user_id = {TRAINS} AND {TEACHER} AND EXISTS"
            f" (SELECT FROM training_courses_course c WHERE c.id = course_id AND c.made_by_id = {TRAINS}))",
        ),
        protect(
            "training_courses_trainee",
            read=f"user_id = {TRAINS}",
            write=f"id = ANY ({TAUGHT_TRAINEES})",
        ),
        protect("training_courses_entrycode", read=NOBODY, write=f"trainee_id = ANY ({TAUGHT_TRAINEES})"),
        protect("training_courses_enrolment", read=f"id = ANY ({MINE})", write=f"course_id = ANY ({TAUGHT})"),
        protect(
            "training_courses_exercise", read=f"course_id = ANY ({MY_COURSES})", write=f"course_id = ANY ({TAUGHT})"
        ),
        protect(
            "training_courses_session", read=f"course_id = ANY ({MY_COURSES})", write=f"course_id = ANY ({TAUGHT})"
        ),
        protect(
            "training_courses_attendance",
            read=f"enrolment_id = ANY ({MINE})",
            write=f"enrolment_id = ANY ({TAUGHT_ENROLMENTS})",
        ),
        protect(
            "training_courses_paper",
            read=f"enrolment_id = ANY ({TAUGHT_ENROLMENTS})",
            write=f"enrolment_id = ANY ({MINE})",
        ),
        protect(
            "training_courses_certificate",
            read=f"enrolment_id = ANY ({MINE})",
            write=f"enrolment_id = ANY ({TAUGHT_ENROLMENTS})",
        ),
    ]
