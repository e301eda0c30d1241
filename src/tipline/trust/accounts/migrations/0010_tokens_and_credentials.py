"""API tokens, and providers' passwords in a table of their own, so that an old and a new one can both be valid."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Passwords that providers have today go on working. The check of the foreign key is due before the table changes again.
KEEP = """
INSERT INTO accounts_reportercredential (reporter_id, label, password_hash, created_at)
SELECT id, '', password_hash, created_at FROM accounts_reporter;
SET CONSTRAINTS ALL IMMEDIATE
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_sign_in"),
    ]

    operations = [
        migrations.AlterModelTableComment(
            name="reporter",
            table_comment="Providers (ESPs) that file at the door",
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(db_comment="what it is for, as the person wrote it", max_length=100)),
                (
                    "token_hash",
                    models.CharField(db_comment="SHA-256; the token itself is nowhere", max_length=64, unique=True),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("reports:read", "Read reports"),
                                ("cases:read", "Read cases"),
                                ("counts:read", "Read counts"),
                                ("log:read", "Read the log"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                (
                    "networks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=49),
                        blank=True,
                        db_comment="CIDR; empty: from everywhere",
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "addresses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=49),
                        blank=True,
                        db_comment="where it was used from, the latest last; IPv6 by its /64",
                        default=list,
                        size=None,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(db_comment="to the minute", null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tokens", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table_comment": "API tokens: hashes, scopes and ends",
                "indexes": [models.Index(fields=["person", "-id"], name="token_of_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("token_hash__regex", "^[0-9a-f]{64}$")), name="token_hash_shape"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("scopes__contained_by", ["reports:read", "cases:read", "counts:read", "log:read"]),
                            ("scopes__len__gt", 0),
                        ),
                        name="token_scopes_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReporterCredential",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(blank=True, default="", max_length=60)),
                (
                    "password_hash",
                    models.CharField(db_comment="argon2id; the password itself is nowhere", max_length=200),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("valid_until", models.DateTimeField(db_comment="null: until it is rotated or revoked", null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(db_comment="to the hour", null=True)),
                (
                    "reporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="credentials", to="accounts.reporter"
                    ),
                ),
            ],
            options={
                "db_table_comment": "Passwords of providers for the door, old ones with their end",
                "indexes": [
                    models.Index(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=["reporter"],
                        name="reporter_credential_live",
                    )
                ],
            },
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="reporter",
            name="password_hash",
        ),
    ]
