import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LinkAlert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("failing", "Nothing could be told to a peer for hours"),
                            ("waiting", "Something waits for a peer too long"),
                            ("agreement", "Referrals wait for an agreement"),
                            ("package", "A package was refused that nobody sends by mistake"),
                            ("revoked_key", "A revoked key was used"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        db_comment="the peer, the two desks, or the code of the refusal and the desk", max_length=120
                    ),
                ),
                ("detail", models.CharField(blank=True, db_default="", default="", max_length=500)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("count", models.BigIntegerField(db_comment="how often it was found", db_default=1, default=1)),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "ended_at",
                    models.DateTimeField(
                        db_comment="its cause is gone, or somebody looked at what happened once", null=True
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table_comment": "What went wrong between installations, until it is mended and seen",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("kind", "subject"),
                        name="linkalert_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["failing", "waiting", "agreement", "package", "revoked_key"])),
                        name="linkalert_kind_known",
                    ),
                ],
            },
        ),
    ]
