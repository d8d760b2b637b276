from django.db import migrations


class Migration(migrations.Migration):
    """What a person changed; entries that nobody signed in for are never looked for by their actor."""

    dependencies = [("records", "0003_changes")]

    operations = [
        migrations.RunSQL(
            """
            drop index history.entry_actor;
            create index entry_actor on history.entry (actor_id, id) where actor_id is not null;
            """,
            reverse_sql="""
            drop index history.entry_actor;
            create index entry_actor on history.entry (actor_id, id);
            """,
        )
    ]
