from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_doors"),
        ("agencies", "0004_agreements"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="rank",
            field=models.CharField(
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
                db_comment="some acts of law need one (IT Act 2000 s.78: Inspector)",
                db_default="",
                default="",
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "rank__in",
                        [
                            "",
                            "constable",
                            "head_constable",
                            "assistant_sub_inspector",
                            "sub_inspector",
                            "assistant_inspector",
                            "inspector",
                            "deputy_superintendent",
                            "superintendent",
                        ],
                    )
                ),
                name="user_rank_known",
            ),
        ),
    ]
