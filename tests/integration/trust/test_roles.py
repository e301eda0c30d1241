"""The application's role: reads and writes rows, and can do nothing to the tables themselves."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from tests import factories
from tipline.core.migrations import APPEND_ONLY
from tipline.trust.audit.models import Entry
from tipline.trust.audit.services import Act, record

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (x int)",
        "ALTER TABLE reports_report ADD COLUMN x int",
        "DROP TABLE reports_report",
        "TRUNCATE reports_report",
        "ALTER TABLE reports_report DISABLE TRIGGER ALL",
        "UPDATE audit_entry SET action = 'x.y'",
        "DELETE FROM audit_entry",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
        "SET ROLE tipline_owner",
        "COPY audit_entry TO '/tmp/x'",
    ],
)
def test_the_application_cannot(statement: str) -> None:
    record(factories.TESTS, [Act("test.done", "test", 1)])
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement)
    assert Entry.objects.count() == 1


def test_the_append_only_tables_exist() -> None:
    # the stamp of a database has no model: `tipline.core.stamp` writes it before Django is there
    assert set(APPEND_ONLY) <= {"training_stamp", *(model._meta.db_table for model in apps.get_models())}
