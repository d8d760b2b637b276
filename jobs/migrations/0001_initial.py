import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60, verbose_name='kind')),
                ('key', models.CharField(max_length=200, unique=True, verbose_name='key')),
                ('payload', models.JSONField(blank=True, default=dict, verbose_name='request')),
                ('state', models.CharField(choices=[('queued', 'waiting'), ('running', 'running'), ('succeeded', 'done'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='queued', max_length=10, verbose_name='state')),
                ('language', models.CharField(choices=[('en', 'English'), ('fr', 'French')], default='en', max_length=2, verbose_name='language')),
                ('attempt', models.PositiveIntegerField(default=0, verbose_name='attempt')),
                ('max_attempts', models.PositiveIntegerField(default=3, verbose_name='attempts allowed')),
                ('lease_until', models.DateTimeField(blank=True, null=True, verbose_name='leased until')),
                ('woken_at', models.DateTimeField(blank=True, null=True, verbose_name='woken at')),
                ('progress_done', models.PositiveIntegerField(default=0, verbose_name='steps done')),
                ('progress_total', models.PositiveIntegerField(default=0, verbose_name='steps in all')),
                ('progress_note', models.CharField(blank=True, default='', max_length=200, verbose_name='step')),
                ('progress_params', models.JSONField(blank=True, default=dict, verbose_name='values of the step')),
                ('result', models.JSONField(blank=True, default=dict, verbose_name='result')),
                ('error_key', models.CharField(blank=True, default='', max_length=300, verbose_name='reason')),
                ('error_params', models.JSONField(blank=True, default=dict, verbose_name='values of the reason')),
                ('error_text', models.TextField(blank=True, default='', verbose_name='technical reason')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='requested at')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='started at')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished at')),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='requested by')),
            ],
            options={
                'verbose_name': 'job',
                'verbose_name_plural': 'jobs',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['created_at'], name='job_unfinished'), models.Index(fields=['requested_by', '-id'], name='job_requested_by')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), ('lease_until__isnull', False), _connector='OR'), name='job_running_has_lease')],
            },
        ),
    ]
