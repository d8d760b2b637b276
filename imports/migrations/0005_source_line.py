from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("imports", "0004_undo"), ("audits", "0010_source_line")]

    operations = [
        migrations.RemoveField(model_name="heldrow", name="verbatim"),
        migrations.AddField(
            model_name="heldrow",
            name="matched_name",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=300,
                verbose_name="matched by the name",
            ),
        ),
        migrations.AddField(
            model_name="heldrow",
            name="source_line",
            field=models.PositiveIntegerField(
                blank=True, editable=False, null=True, verbose_name="line of the file"
            ),
        ),
        migrations.DeleteModel(name="ReplacedCells"),
    ]
