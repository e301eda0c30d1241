"""Rows in a range alone, and who sees what of attempts: trainees their own and their team's, instructors those of their courses."""

from django.db import migrations

from tipline.training.locks import MINE, TAUGHT, TRAINS, only_in_range, protect

TABLES = ("attempt", "answer", "hinttaken", "kept", "expected", "event", "review")
# the team that an enrolment of the asker names now
OF_MY_TEAM = (
    f"(team <> '' AND EXISTS (SELECT FROM training_courses_enrolment e WHERE e.id = ANY ({MINE})"
    " AND e.course_id = training_attempts_attempt.course_id AND e.team = training_attempts_attempt.team))"
)
OWN = f"(enrolment_id = ANY ({MINE}) OR {OF_MY_TEAM})"
TAUGHT_ATTEMPT = f"course_id = ANY ({TAUGHT})"


def of_attempt(table: str) -> str:
    """Rows of an attempt that its own policy lets through."""
    return f"EXISTS (SELECT FROM training_attempts_attempt a WHERE a.id = training_attempts_{table}.attempt_id)"


def taught(table: str) -> str:
    """Rows of an attempt of a course that the asker teaches."""
    return (
        f"EXISTS (SELECT FROM training_attempts_attempt a WHERE a.id = training_attempts_{table}.attempt_id"
        f" AND a.course_id = ANY ({TAUGHT}))"
    )


TEACHER = f"EXISTS (SELECT FROM accounts_user u WHERE u.id = {TRAINS} AND u.role = 'trainer')"
NOBODY = "false"


class Migration(migrations.Migration):
    dependencies = [
        ("training_attempts", "0001_initial"),
        ("training_courses", "0003_locks"),
    ]

    operations = [
        only_in_range(*(f"training_attempts_{table}" for table in TABLES)),
        protect("training_attempts_attempt", read=TAUGHT_ATTEMPT, write=OWN),
        protect("training_attempts_answer", read=NOBODY, write=of_attempt("answer")),
        protect("training_attempts_hinttaken", read=NOBODY, write=of_attempt("hinttaken")),
        protect("training_attempts_kept", read=NOBODY, write=of_attempt("kept")),
        # what is right elsewhere, and what stands out, is no trainee's to read
        protect("training_attempts_expected", read=NOBODY, write=NOBODY),
        protect("training_attempts_event", read=taught("event"), write=NOBODY),
        # a trainee starts what is released, so its state is read by all who train
        protect("training_attempts_review", read=f"{TRAINS} IS NOT NULL", write=TEACHER),
    ]
