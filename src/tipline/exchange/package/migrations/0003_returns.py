"""Returns: what became of handed-over reports, as a file. They are between installations, and so nobody's but the operator's."""

import django.db.models.deletion
from django.db import migrations, models

from tipline.core.row_security import protect


class Migration(migrations.Migration):
    dependencies = [
        ("packages", "0002_row_security"),
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="TakenReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(db_comment="given by the sender", unique=True)),
                ("digest", models.CharField(db_comment="SHA-256 of what is signed", max_length=64)),
                ("key", models.CharField(db_comment="that signed it", max_length=200)),
                ("made_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField()),
                ("taken_by", models.CharField(max_length=254)),
                ("messages", models.IntegerField(db_comment="that it carries")),
                ("answer", models.TextField(db_comment="as it was given")),
                (
                    "peer",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.peer"
                    ),
                ),
            ],
            options={
                "db_table_comment": "Append-only: returns that were taken in",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="takenreturn_digest_shape"
                    )
                ],
            },
        ),
        protect("packages_takenreturn"),
    ]
