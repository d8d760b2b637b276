
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0010_source_line'),
        ('partners', '0002_profile'),
    ]

    operations = [
        migrations.AlterField(
            model_name='inspection',
            name='site',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='inspections', to='partners.site', verbose_name='site'),
        ),
    ]
