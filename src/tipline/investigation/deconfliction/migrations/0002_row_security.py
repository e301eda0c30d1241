"""Row security of deconfliction: the asking desk sees its checks, the told one its notices, and neither the other's."""

from django.db import migrations

from tipline.core.row_security import protect

# the agency where who asks works: a desk that oversees another one does not see whom that one calls
HOME = "((SELECT nullif(current_setting('tipline.home', true), ''))::bigint)"


class Migration(migrations.Migration):
    dependencies = [("deconfliction", "0001_initial")]

    operations = [
        protect("deconfliction_check", f"agency_id = {HOME}"),
        protect(
            "deconfliction_contact",
            "EXISTS (SELECT 1 FROM deconfliction_check c WHERE c.id = deconfliction_contact.check_made_id)",
        ),
        protect("deconfliction_notice", f"agency_id = {HOME}"),
    ]
