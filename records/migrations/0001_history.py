from django.db import migrations, models

from records.install import sql_text


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.RunSQL(sql_text("tables.sql"), reverse_sql="drop schema history cascade"),
        migrations.CreateModel(
            name='Anchor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.BigIntegerField(verbose_name='position')),
                ('hash', models.BinaryField(verbose_name='hash')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('source', models.TextField(verbose_name='told to')),
            ],
            options={
                'verbose_name': 'anchor',
                'verbose_name_plural': 'anchors',
                'db_table': '"history"."anchor"',
                'ordering': ['-id'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.BigIntegerField(null=True, verbose_name='position')),
                ('previous_hash', models.BinaryField(null=True, verbose_name='hash before')),
                ('entries', models.BigIntegerField(null=True, verbose_name='entries')),
                ('entries_hash', models.BinaryField(null=True, verbose_name='hash of the entries')),
                ('sealed_at', models.DateTimeField(null=True, verbose_name='sealed at')),
                ('hash', models.BinaryField(null=True, verbose_name='hash')),
            ],
            options={
                'verbose_name': 'recorded transaction',
                'verbose_name_plural': 'recorded transactions',
                'db_table': '"history"."batch"',
                'ordering': ['-id'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch_id', models.BigIntegerField(verbose_name='transaction')),
                ('table_name', models.TextField(verbose_name='table')),
                ('model', models.TextField(verbose_name='kind of record')),
                ('record', models.TextField(verbose_name='record')),
                ('op', models.TextField(choices=[('I', 'created'), ('U', 'changed'), ('D', 'deleted')], verbose_name='operation')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('actor_id', models.BigIntegerField(null=True, verbose_name='person')),
                ('actor', models.TextField(verbose_name='who')),
                ('request_id', models.TextField(verbose_name='request')),
                ('reason', models.TextField(verbose_name='reason')),
                ('session_role', models.TextField(verbose_name='database role')),
                ('old', models.JSONField(null=True, verbose_name='before')),
                ('new', models.JSONField(null=True, verbose_name='after')),
                ('hash', models.BinaryField(verbose_name='hash')),
            ],
            options={
                'verbose_name': 'history entry',
                'verbose_name_plural': 'history entries',
                'db_table': '"history"."entry"',
                'ordering': ['-id'],
                'managed': False,
            },
        ),
    ]
