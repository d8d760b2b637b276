from typing import Any

from django.db import migrations, models

from records.context import recorded

# An action has a column for the firm; of the others only the cells tell it.
NAMES = {
    "audits_citation": "told.name",
    "audits_inspection": "told.name",
    "audits_regulatoryaction": "t.firm_name",
}
# Rows without FEI came to their site by what a person said of the firm's name.
FILL = """
    UPDATE {table} t SET matched_name = left({name}, 300)
    FROM (
        SELECT r.id,
            max(c.value) FILTER (WHERE c.header IN ('feinumber', 'fei')) AS fei,
            max(regexp_replace(trim(c.value), '\\s+', ' ', 'g'))
                FILTER (WHERE c.header IN ('legalname', 'firmname')) AS name
        FROM {table} r, LATERAL (
            SELECT lower(regexp_replace(key, '[\\W_]+', '', 'g')) AS header, value
            FROM jsonb_each_text(r.verbatim)) c
        WHERE r.source <> '' AND r.site_id IN (SELECT site_id FROM imports_namematch)
        GROUP BY r.id
    ) told
    WHERE told.id = t.id AND coalesce(told.fei, '') !~ '^\\s*\\d{{4,11}}(\\.0+)?\\s*$' AND {name} <> ''
"""


def matched_names_fill(apps: Any, schema_editor: Any) -> None:
    """Say of rows that were imported before by which name they came to their site."""
    alias = schema_editor.connection.alias
    with recorded(using=alias, reason="migration: the name a row was matched by"):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('imports_namematch') IS NOT NULL")
            if cursor.fetchone()[0]:
                for table, name in NAMES.items():
                    cursor.execute(FILL.format(table=table, name=name))
                # Foreign keys are checked at commit; a table that waits for it cannot lose a column.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    """The words of an imported row are read from its file, which is kept whole, instead of being kept twice."""

    dependencies = [("audits", "0009_capa_comments")]

    operations = [
        *(
            operation
            for model in ("citation", "inspection", "regulatoryaction")
            for operation in (
                migrations.AddField(
                    model_name=model,
                    name="matched_name",
                    field=models.CharField(
                        blank=True, db_default="", default="", editable=False, max_length=300,
                        verbose_name="matched by the name",
                    ),
                ),
                migrations.AddField(
                    model_name=model,
                    name="source_line",
                    field=models.PositiveIntegerField(
                        blank=True, editable=False, null=True, verbose_name="line of the file"
                    ),
                ),
            )
        ),
        migrations.RunPython(matched_names_fill, migrations.RunPython.noop),
        *(
            migrations.RemoveField(model_name=model, name="verbatim")
            for model in ("citation", "inspection", "regulatoryaction")
        ),
    ]
