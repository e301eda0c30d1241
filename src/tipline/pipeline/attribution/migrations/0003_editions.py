"""Sources have editions: their files are kept, with what they provide and whom they credit; ranges have times."""

import csv
import io
import zlib
from ipaddress import ip_network
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from tipline.pipeline.attribution.sources.special_ranges import special_of

_PART = 1 << 20


def keep_files(apps, schema_editor):
    """What was imported before becomes an edition like any other: an MMDB from its copy, a table from its rows."""
    alias = schema_editor.connection.alias
    source, part, row = (apps.get_model("attribution", m) for m in ("Source", "SourcePart", "AddressRange"))
    for one in source.objects.using(alias).filter(active=True):
        if one.kind == "ranges":
            out = io.StringIO()
            writer = csv.writer(out)
            writer.writerow(["network", "country", "state", "district", "owner", "flags"])
            # A private network was taken then and is refused now; it never had a place.
            for r in row.objects.using(alias).filter(source=one).order_by("id").iterator():
                special = special_of(ip_network(r.network))
                if special and special.flag != "documentation":
                    continue
                writer.writerow([r.network, r.country, r.state, r.district, r.owner, " ".join(r.flags)])
            body = out.getvalue().encode()
        elif one.path and Path(one.path).is_file():
            body = Path(one.path).read_bytes()
        else:
            continue  # it says so when it is asked
        part.objects.using(alias).bulk_create(
            part(source=one, number=n, body=zlib.compress(body[at : at + _PART], 3))
            for n, at in enumerate(range(0, len(body), _PART))
        )
        one.as_of = (one.built_at or one.imported_at).date()
        one.path = ""
        one.save(update_fields=["as_of", "path"])


class Migration(migrations.Migration):
    dependencies = [
        ("attribution", "0002_row_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="SourcePart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField(db_comment="from 0; the file is all of them in order")),
                ("body", models.BinaryField(db_comment="1 MiB of the file, compressed with zlib; the last one less")),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="source",
            name="source_kind_known",
        ),
        migrations.AddField(
            model_name="addressrange",
            name="asn",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="addressrange",
            name="line",
            field=models.IntegerField(
                db_comment="of the file; 0: imported before lines were kept", db_default=0, default=0
            ),
        ),
        migrations.AddField(
            model_name="addressrange",
            name="valid_from",
            field=models.DateTimeField(db_comment="it was so from then on; null: always", null=True),
        ),
        migrations.AddField(
            model_name="addressrange",
            name="valid_until",
            field=models.DateTimeField(db_comment="it was so until just before; null: it still is", null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="as_of",
            field=models.DateField(db_comment="the day it speaks of", null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="credit",
            field=models.CharField(
                blank=True,
                db_comment="what has to stand where its results are shown",
                db_default="",
                default="",
                max_length=300,
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="credit_url",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="source",
            name="layout",
            field=models.CharField(
                blank=True, db_comment="whose form the file has", db_default="", default="", max_length=40
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="licence",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="source",
            name="networks",
            field=models.IntegerField(db_comment="how many networks or ranges it has", db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="source",
            name="provides",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                blank=True,
                db_comment="what it can say: country, city, asn, owner, flags",
                db_default=[],
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="replaced_at",
            field=models.DateTimeField(
                db_comment="when another edition took its place; null: it speaks, or never did", null=True
            ),
        ),
        migrations.AlterField(
            model_name="source",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ranges", "Operator's range table"),
                    ("mmdb", "MMDB file"),
                    ("owners", "Table of networks' owners"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="source",
            name="path",
            field=models.TextField(
                blank=True, db_comment="where the machine that imported it holds it compiled", default=""
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["ranges", "mmdb", "owners"])), name="source_kind_known"
            ),
        ),
        migrations.AddField(
            model_name="sourcepart",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="attribution.source"
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcepart",
            constraint=models.UniqueConstraint(fields=("source", "number"), name="sourcepart_number"),
        ),
        migrations.RunPython(keep_files, migrations.RunPython.noop),
    ]
