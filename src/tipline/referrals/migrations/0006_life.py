import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("agencies", "0004_agreements"),
        ("referrals", "0005_joint"),
        ("reports", "0042_joint"),
    ]

    operations = [
        migrations.CreateModel(
            name="DueNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("reminder", "Due soon"), ("overdue", "Overdue")], max_length=10)),
                ("urgent", models.BooleanField()),
                ("due_at", models.DateTimeField()),
                ("raised_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(db_comment="it was accepted, sent on or returned", null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        db_comment="the desk that is told",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        db_comment="the desk on which it lies",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="due_notices",
                        to="referrals.referral",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "db_table_comment": "Due times of referrals, told to desks",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["agency", "due_at"],
                        name="duenotice_desk",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("referral", "kind"), name="duenotice_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["reminder", "overdue"])), name="duenotice_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("acknowledged_at__isnull", True), ("acknowledged_by__isnull", True)),
                            models.Q(("acknowledged_at__isnull", False), ("acknowledged_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="duenotice_seen_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferralEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("act", models.CharField(max_length=12)),
                (
                    "before",
                    models.CharField(db_comment="its state until then; empty: there was no referral", max_length=12),
                ),
                ("after", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("label", models.CharField(db_comment="who did it, as the log names them", max_length=254)),
                ("reason", models.CharField(blank=True, default="", max_length=20)),
                (
                    "agency",
                    models.ForeignKey(
                        db_comment="of whoever did it; null: the software",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="referrals.referral",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "db_table_comment": "What happened to referrals. Only added to.",
                "indexes": [models.Index(fields=["referral", "id"], name="referralevent_history")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "after__in",
                                [
                                    "drafted",
                                    "sent",
                                    "received",
                                    "acknowledged",
                                    "merged",
                                    "accepted",
                                    "forwarded",
                                    "returned",
                                    "recalled",
                                    "discarded",
                                ],
                            ),
                            (
                                "before__in",
                                [
                                    "",
                                    "drafted",
                                    "sent",
                                    "received",
                                    "acknowledged",
                                    "merged",
                                    "accepted",
                                    "forwarded",
                                    "returned",
                                    "recalled",
                                    "discarded",
                                ],
                            ),
                        ),
                        name="referralevent_states_known",
                    )
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="referral_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="referral_one_live_hop",
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="referral_one_live_joint",
        ),
        migrations.AddField(
            model_name="referral",
            name="answer",
            field=models.TextField(
                blank=True,
                db_comment="what was written when it was returned, recalled or merged",
                db_default="",
                default="",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="due_at",
            field=models.DateTimeField(db_comment="when the desk should have accepted it or sent it on", null=True),
        ),
        migrations.AddField(
            model_name="referral",
            name="merged_into",
            field=models.ForeignKey(
                db_comment="the referral on the same desk that it is dealt with together with",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="referrals.referral",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="remind_at",
            field=models.DateTimeField(db_comment="when the desk is reminded", null=True),
        ),
        migrations.AddField(
            model_name="referral",
            name="urgent",
            field=models.BooleanField(db_comment="its due time is the urgent one", db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="referral",
            name="bundle",
            field=models.UUIDField(
                db_comment="what it went out with: a daily bundle, one act of a person, or a draft", null=True
            ),
        ),
        migrations.AlterField(
            model_name="referral",
            name="state",
            field=models.CharField(
                choices=[
                    ("drafted", "Draft"),
                    ("sent", "On the desk"),
                    ("received", "Received"),
                    ("acknowledged", "Acknowledged"),
                    ("merged", "With another report"),
                    ("accepted", "Accepted"),
                    ("forwarded", "Forwarded"),
                    ("returned", "Returned"),
                    ("recalled", "Recalled"),
                    ("discarded", "Draft discarded"),
                ],
                default="sent",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="referral",
            name="state_at",
            field=models.DateTimeField(
                db_comment="since when it is in this state; a receipt leaves it alone, so that forms that are open stay valid"
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["from_agency", "-sent_at"], name="referral_sent"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="referral_merged"
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("lead", True), ("state__in", ("sent", "received", "acknowledged"))),
                fields=["due_at"],
                name="referral_due",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("lead", True), ("state__in", ("sent", "received", "acknowledged"))),
                fields=["remind_at"],
                name="referral_remind",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "drafted",
                            "sent",
                            "received",
                            "acknowledged",
                            "merged",
                            "accepted",
                            "forwarded",
                            "returned",
                            "recalled",
                            "discarded",
                        ],
                    )
                ),
                name="referral_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("lead", True), ("state__in", ("sent", "received", "acknowledged", "merged", "accepted"))
                ),
                fields=("report",),
                name="referral_one_live_hop",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("lead", False), ("state__in", ("sent", "received", "acknowledged", "merged", "accepted"))
                ),
                fields=("report", "to_agency"),
                name="referral_one_live_joint",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "drafted")), fields=("report",), name="referral_one_draft"
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "merged"), _negated=True),
                    models.Q(("lead", True), ("merged_into__isnull", False)),
                    _connector="OR",
                ),
                name="referral_merged_into_one",
            ),
        ),
    ]
