import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("agencies", "0004_agreements"),
        ("cases", "0007_persons_row_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Exhibit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(db_comment="by the agency's scheme, once in the case", max_length=40)),
                ("running_number", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("device", "Device"),
                            ("storage", "Storage medium"),
                            ("image", "Image of a device"),
                            ("document", "Document"),
                            ("account_data", "Data of an account"),
                            ("provider_reply", "Reply of a provider"),
                            ("reported_file", "Hashes of a reported file"),
                            ("other", "Other (say what)"),
                        ],
                        max_length=20,
                    ),
                ),
                ("description", models.CharField(db_comment="what it is; never what is on it", max_length=500)),
                ("make", models.CharField(blank=True, default="", max_length=100)),
                ("model", models.CharField(blank=True, default="", max_length=100)),
                (
                    "serial",
                    models.CharField(blank=True, db_comment="serial number, IMEI, ...", default="", max_length=100),
                ),
                (
                    "memo",
                    models.CharField(
                        blank=True, db_comment="reference of the seizure memo (panchanama)", default="", max_length=200
                    ),
                ),
                (
                    "recording",
                    models.CharField(
                        blank=True,
                        db_comment="reference of the audio-video record, BNSS 2023 s.105",
                        default="",
                        max_length=200,
                    ),
                ),
                (
                    "reported_in",
                    models.BigIntegerField(db_comment="number of the report whose file this is", null=True),
                ),
                (
                    "reported_file",
                    models.CharField(blank=True, db_comment="the file's id on the wire", default="", max_length=32),
                ),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exhibits", to="cases.case"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "number"), name="exhibit_number_once"),
                    models.UniqueConstraint(fields=("case", "running_number"), name="exhibit_running_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "device",
                                    "storage",
                                    "image",
                                    "document",
                                    "account_data",
                                    "provider_reply",
                                    "reported_file",
                                    "other",
                                ],
                            )
                        ),
                        name="exhibit_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reported_file", ""), ("reported_in__isnull", True)),
                            models.Q(("reported_file__regex", "^[0-9a-f]{32}$"), ("reported_in__isnull", False)),
                            _connector="OR",
                        ),
                        name="exhibit_reported_whole",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("reported_file", ""), _negated=True),
                        fields=("case", "reported_file"),
                        name="exhibit_reported_file_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExhibitScheme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "pattern",
                    models.CharField(db_comment="{n} stands for the running number within the case", max_length=30),
                ),
                (
                    "agency",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HashLayout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                (
                    "columns",
                    models.JSONField(db_comment="md5, sha1, sha256, sha512, name, size, category → head of the column"),
                ),
                ("saved_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("agency", "name"), name="hashlayout_name_once")],
            },
        ),
        migrations.CreateModel(
            name="CustodyEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.IntegerField(db_comment="1, 2, ... in the order of writing")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("received", "Seized or received"),
                            ("sealed", "Sealed"),
                            ("opened", "Seal opened"),
                            ("moved", "Moved to another place"),
                            ("handed_over", "Handed over"),
                            ("to_laboratory", "Sent to a laboratory"),
                            ("imaged", "Imaged"),
                            ("checked", "Hash checked"),
                            ("returned", "Returned"),
                            ("disposed", "Disposed of"),
                            ("struck", "Entry struck: it did not happen"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField(db_comment="when it happened; UTC")),
                ("from_holder", models.CharField(blank=True, default="", max_length=200)),
                ("to_holder", models.CharField(blank=True, default="", max_length=200)),
                ("place", models.CharField(blank=True, default="", max_length=200)),
                ("purpose", models.CharField(blank=True, default="", max_length=300)),
                ("seal_number", models.CharField(blank=True, default="", max_length=60)),
                (
                    "hash_algorithm",
                    models.CharField(
                        blank=True,
                        choices=[("md5", "MD5"), ("sha1", "SHA-1"), ("sha256", "SHA-256"), ("sha512", "SHA-512")],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "hash_value",
                    models.CharField(blank=True, db_comment="lower-case hex digits", default="", max_length=128),
                ),
                (
                    "late_reason",
                    models.CharField(
                        blank=True, db_comment="why it was written after what came later", default="", max_length=300
                    ),
                ),
                ("correction_reason", models.CharField(blank=True, default="", max_length=300)),
                ("written_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        db_comment="the entry it stands for",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="exhibits.custodyevent",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "exhibit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="custody", to="exhibits.exhibit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("exhibit", "position"), name="custodyevent_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "received",
                                    "sealed",
                                    "opened",
                                    "moved",
                                    "handed_over",
                                    "to_laboratory",
                                    "imaged",
                                    "checked",
                                    "returned",
                                    "disposed",
                                    "struck",
                                ],
                            )
                        ),
                        name="custodyevent_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("correction_reason", ""), ("corrects__isnull", True)),
                            models.Q(("corrects__isnull", False), models.Q(("correction_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="custodyevent_correction_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hash_algorithm", ""), ("hash_value", "")),
                            models.Q(("hash_algorithm", ""), ("hash_value", ""), _connector="OR", _negated=True),
                            _connector="OR",
                        ),
                        name="custodyevent_hash_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExhibitDigest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "algorithm",
                    models.CharField(
                        choices=[("md5", "MD5"), ("sha1", "SHA-1"), ("sha256", "SHA-256"), ("sha512", "SHA-512")],
                        max_length=8,
                    ),
                ),
                ("value", models.CharField(db_comment="lower-case hex digits", max_length=128)),
                ("recorded_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "exhibit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="digests", to="exhibits.exhibit"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("exhibit", "algorithm"), name="exhibitdigest_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("algorithm", "md5"), ("value__regex", "^[0-9a-f]{32}$")),
                            models.Q(("algorithm", "sha1"), ("value__regex", "^[0-9a-f]{40}$")),
                            models.Q(("algorithm", "sha256"), ("value__regex", "^[0-9a-f]{64}$")),
                            models.Q(("algorithm", "sha512"), ("value__regex", "^[0-9a-f]{128}$")),
                            _connector="OR",
                        ),
                        name="exhibitdigest_shape",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HashImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(db_comment="of the file", max_length=64)),
                ("file_name", models.CharField(db_comment="text; never used as a path", max_length=200)),
                ("size_bytes", models.BigIntegerField()),
                ("layout", models.CharField(db_comment="by which layout it was read, with its version", max_length=80)),
                ("rows", models.IntegerField()),
                ("hashes", models.IntegerField()),
                ("refused", models.IntegerField()),
                ("refusals", models.JSONField(db_comment="[[line, reason], ...]: the first thousand", default=list)),
                ("imported_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "exhibit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="imports", to="exhibits.exhibit"
                    ),
                ),
                (
                    "imported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("exhibit", "sha256"), name="hashimport_file_once")],
            },
        ),
        migrations.CreateModel(
            name="ExhibitHash",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.IntegerField(db_comment="line of the file, or number of the object in it")),
                (
                    "algorithm",
                    models.CharField(
                        choices=[("md5", "MD5"), ("sha1", "SHA-1"), ("sha256", "SHA-256"), ("sha512", "SHA-512")],
                        max_length=8,
                    ),
                ),
                ("value", models.BinaryField(max_length=64)),
                ("name", models.TextField(blank=True, db_comment="path or name on the exhibit; text", default="")),
                ("size_bytes", models.BigIntegerField(null=True)),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        db_comment="the tool's word for it, case folded; nobody's finding",
                        default="",
                        max_length=100,
                    ),
                ),
                (
                    "exhibit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="hashes", to="exhibits.exhibit"
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exhibits.hashimport",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["value"], name="exhibithash_value")],
            },
        ),
    ]
