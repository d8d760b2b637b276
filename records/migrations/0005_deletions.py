from django.db import migrations


class Migration(migrations.Migration):
    """What was deleted after a past day counts on it as well, so the index finds it too."""

    dependencies = [("records", "0004_actor_index")]

    operations = [
        migrations.RunSQL(
            [
                "drop index history.entry_change",
                "create index entry_change on history.entry (model, at) where op <> 'I'",
            ],
            reverse_sql=[
                "drop index history.entry_change",
                "create index entry_change on history.entry (model, at) where op = 'U'",
            ],
        )
    ]
