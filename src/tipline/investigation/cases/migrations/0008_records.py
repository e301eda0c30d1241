import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("agencies", "0004_agreements"),
        ("cases", "0007_persons_row_security"),
        ("operations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseEnding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reopened", models.BooleanField(default=False)),
                (
                    "reason",
                    models.CharField(blank=True, db_comment="id in cases/data/closing.toml", default="", max_length=40),
                ),
                ("text", models.CharField(max_length=1000)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="endings", to="cases.case"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["case", "id"], name="caseending_case")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("reopened", True)),
                            models.Q(("reopened", False), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="caseending_has_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("same_person", "The same person may be behind both"),
                            ("same_operation", "The same operation"),
                            ("duplicate", "The same matter twice"),
                            ("related", "Related (say how)"),
                        ],
                        max_length=20,
                    ),
                ),
                ("why", models.CharField(max_length=300)),
                (
                    "told",
                    models.BooleanField(
                        db_comment="who reads one may know that the other is a case of its agency, and no more",
                        default=False,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="cases.case"
                    ),
                ),
                (
                    "case_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links_to", to="cases.case"
                    ),
                ),
                (
                    "other_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["other"], name="caselink_other")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["same_person", "same_operation", "duplicate", "related"])),
                        name="caselink_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("case", models.F("other")), _negated=True), name="caselink_of_two"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("case", "other", "kind"),
                        name="caselink_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=300)),
                ("due", models.DateField(db_comment="the last day, by the desk's calendar", null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To do"), ("done", "Done"), ("dropped", "Dropped")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("state_at", models.DateTimeField()),
                (
                    "note",
                    models.CharField(
                        blank=True, db_comment="how it ended, or why it was dropped", default="", max_length=300
                    ),
                ),
                ("added_at", models.DateTimeField()),
                (
                    "changes",
                    models.IntegerField(db_comment="counts up with every change; a form says which it saw", default=0),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case_tasks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="cases.case"
                    ),
                ),
                (
                    "state_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case", "state"], name="casetask_case"),
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["assignee", "due"], name="casetask_mine"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "done", "dropped"])), name="casetask_state_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("title", ""), _negated=True), name="casetask_titled"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseTransfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=1000)),
                ("number_before", models.CharField(max_length=60)),
                ("number_after", models.CharField(blank=True, default="", max_length=60)),
                ("title", models.CharField(max_length=200)),
                (
                    "summary",
                    models.JSONField(
                        db_comment="what the receiver is told before it decides: counts, FIR, offences; no names"
                    ),
                ),
                ("zero_fir", models.BooleanField(db_comment="registered whatever the place (BNSS 2023 s.173)")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "Waits for the other agency"),
                            ("accepted", "Transferred"),
                            ("refused", "Refused"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="offered",
                        max_length=10,
                    ),
                ),
                ("offered_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "answer",
                    models.CharField(blank=True, db_comment="the receiver's words", default="", max_length=1000),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="cases.case"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "from_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "to_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["to_agency", "state"], name="casetransfer_to"),
                    models.Index(fields=["from_agency", "-id"], name="casetransfer_from"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["offered", "accepted", "refused", "withdrawn"])),
                        name="casetransfer_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_agency", models.F("to_agency")), _negated=True),
                        name="casetransfer_goes_somewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("state", "offered")),
                            models.Q(models.Q(("state", "offered"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="casetransfer_decided_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="casetransfer_has_reason"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "offered")), fields=("case",), name="casetransfer_one_open"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DiaryEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField(db_comment="running number within the case")),
                ("happened_at", models.DateTimeField(db_comment="when it happened, as the writer says")),
                ("written_at", models.DateTimeField()),
                (
                    "by_software",
                    models.BooleanField(db_comment="the software wrote it for an act of the author", default=False),
                ),
                (
                    "act",
                    models.CharField(
                        blank=True, db_comment="of the software's entries: what was done", default="", max_length=60
                    ),
                ),
                ("text", models.TextField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="diary", to="cases.case"
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        db_comment="the entry that was wrong",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="cases.diaryentry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "number"), name="diaryentry_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="diaryentry_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("act", ""), ("by_software", False)),
                            models.Q(
                                ("by_software", True), ("corrects__isnull", True), models.Q(("act", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="diaryentry_software_names_act",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FirEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=60)),
                ("registered_at", models.DateTimeField()),
                ("station", models.CharField(max_length=200)),
                ("zero_fir", models.BooleanField()),
                ("why", models.CharField(blank=True, db_comment="of a correction", default="", max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="fir_entries", to="cases.case"
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="cases.firentry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("corrects__isnull", True)), fields=("case",), name="firentry_one_fir"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("corrects__isnull", True), models.Q(("why", ""), _negated=True), _connector="OR"
                        ),
                        name="firentry_corrected_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", ""), _negated=True), models.Q(("station", ""), _negated=True)
                        ),
                        name="firentry_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberCounter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.SmallIntegerField(db_comment="by the desk's time zone")),
                ("last", models.IntegerField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("agency", "year"), name="numbercounter_once")],
            },
        ),
        migrations.CreateModel(
            name="NumberScheme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pattern", models.CharField(db_comment="such as {agency}/{year}/{number:04}", max_length=60)),
                ("set_by", models.CharField(max_length=254)),
                ("set_at", models.DateTimeField()),
                (
                    "agency",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="case_scheme", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "db_table_comment": "Number schemes of agencies",
            },
        ),
        migrations.CreateModel(
            name="OffenceAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("section_id", models.CharField(max_length=60)),
                ("label", models.CharField(max_length=200)),
                ("catalogue_version", models.CharField(max_length=20)),
                ("withdrawn", models.BooleanField(default=False)),
                ("why", models.CharField(blank=True, default="", max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offence_acts", to="cases.case"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["case", "id"], name="offenceact_case")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("withdrawn", False), models.Q(("why", ""), _negated=True), _connector="OR"),
                        name="offenceact_withdrawn_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OfficerChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rank",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "No rank stated"),
                            ("constable", "Constable"),
                            ("head_constable", "Head Constable"),
                            ("assistant_sub_inspector", "Assistant Sub-Inspector"),
                            ("sub_inspector", "Sub-Inspector"),
                            ("assistant_inspector", "Assistant Inspector"),
                            ("inspector", "Inspector"),
                            ("deputy_superintendent", "Deputy Superintendent"),
                            ("superintendent", "Superintendent"),
                        ],
                        default="",
                        max_length=30,
                    ),
                ),
                ("why_nevertheless", models.CharField(blank=True, default="", max_length=500)),
                (
                    "catalogue",
                    models.CharField(blank=True, db_comment="of the law: version and date", default="", max_length=60),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="officer_changes", to="cases.case"
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["case", "id"], name="officerchange_case")],
            },
        ),
        migrations.CreateModel(
            name="PreliminaryEnquiry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "permitted_by",
                    models.CharField(db_comment="who gave the permission: name and office", max_length=200),
                ),
                (
                    "rank",
                    models.CharField(
                        choices=[
                            ("", "No rank stated"),
                            ("constable", "Constable"),
                            ("head_constable", "Head Constable"),
                            ("assistant_sub_inspector", "Assistant Sub-Inspector"),
                            ("sub_inspector", "Sub-Inspector"),
                            ("assistant_inspector", "Assistant Inspector"),
                            ("inspector", "Inspector"),
                            ("deputy_superintendent", "Deputy Superintendent"),
                            ("superintendent", "Superintendent"),
                        ],
                        max_length=30,
                    ),
                ),
                ("permitted_at", models.DateTimeField()),
                ("reference", models.CharField(db_comment="of the written permission", max_length=200)),
                ("ends_at", models.DateTimeField(db_comment="14 days after the permission")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="preliminary", to="cases.case"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StandingProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(db_comment="why, in the proposer's words", max_length=1000)),
                ("rule_version", models.CharField(db_comment="of cases/data/corroboration.toml", max_length=20)),
                ("proposed_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waits for a second officer"),
                            ("confirmed", "Confirmed"),
                            ("refused", "Refused"),
                            ("withdrawn", "Taken back"),
                            ("lapsed", "Lapsed: evidence was withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_words",
                    models.CharField(blank=True, db_comment="in the decider's own words", default="", max_length=1000),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="cases.caseperson"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["case", "person"], name="proposal_case")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "confirmed", "refused", "withdrawn", "lapsed"])),
                        name="proposal_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="proposal_decided_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["confirmed", "refused"]), _negated=True),
                            models.Q(
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                models.Q(("decided_words", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="proposal_second_officer",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("person",), name="proposal_one_open"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProposalEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.personevidence"
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relies_on",
                        to="cases.standingproposal",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("proposal", "evidence"), name="proposalevidence_once")],
            },
        ),
        migrations.CreateModel(
            name="StandingChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.CharField(max_length=20)),
                ("after", models.CharField(max_length=20)),
                ("why", models.CharField(max_length=1000)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes_of_standing",
                        to="cases.caseperson",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.standingproposal",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["case", "person", "id"], name="standingchange_case")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("after", "person_of_interest"), _negated=True),
                            ("proposal__isnull", False),
                            _connector="OR",
                        ),
                        name="standingchange_corroborated",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="case",
            name="changes",
            field=models.IntegerField(
                db_comment="counts up with every change of the case; a form says which it saw", db_default=0, default=0
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="closed_reason",
            field=models.CharField(
                blank=True, db_comment="id in cases/data/closing.toml", db_default="", default="", max_length=40
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="fir_station",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="caseperson",
            name="review_since",
            field=models.DateTimeField(
                db_comment="evidence that the standing rested on was withdrawn; somebody looks at it again", null=True
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="number",
            field=models.CharField(
                db_comment="by the agency's scheme (NumberScheme), once in the agency", max_length=60
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(fields=("agency", "number"), name="case_number_of_agency"),
        ),
        migrations.AddField(
            model_name="caseperson",
            name="rests_on",
            field=models.ForeignKey(
                db_comment="the confirmed proposal by which they are a person of interest",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.standingproposal",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rests_on__isnull", False), ("standing", "person_of_interest")),
                    models.Q(models.Q(("standing", "person_of_interest"), _negated=True), ("rests_on__isnull", True)),
                    _connector="OR",
                ),
                name="caseperson_corroborated",
            ),
        ),
    ]
