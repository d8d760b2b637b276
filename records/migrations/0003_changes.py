from django.db import migrations


class Migration(migrations.Migration):
    """Which rows were changed after a past day; most entries are creations and stay out of the index."""

    dependencies = [("records", "0002_signatures")]

    operations = [
        migrations.RunSQL(
            "create index entry_change on history.entry (model, at) where op = 'U'",
            reverse_sql="drop index history.entry_change",
        )
    ]
