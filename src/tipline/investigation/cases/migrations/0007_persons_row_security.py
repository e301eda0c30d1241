"""Row-level security of persons of cases and of what is said of them: with their case."""

from django.db import migrations

from tipline.core.row_security import of_case, protect


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_persons")]

    operations = [
        protect("cases_caseperson", of_case("cases_caseperson")),
        protect("cases_personevidence", of_case("cases_personevidence")),
    ]
