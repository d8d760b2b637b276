import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import reports.models

# Figures and files of reports issued so far: the one PDF of each.
COPY = """
    insert into reports_reportfigures (report_id, inputs) select report_id, inputs from reports_pdf;
    insert into reports_reportfile (report_id, format, content, sha256, size_bytes, pages)
        select file.report_id, 'pdf', file.content, report.file_sha256, report.file_bytes, report.pages
        from reports_pdf file join reports_report report on report.id = file.report_id
        order by file.report_id;
"""
# The triggers of the deferred foreign keys run now, or the tables could not be altered below.
SETTLE = "set constraints all immediate; set constraints all deferred;"
FORMATS = [('pdf', 'PDF'), ('xlsx', 'Spreadsheet'), ('pptx', 'Slides')]


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0001_initial'),
        ('programs', '0002_needs'),
        ('scorecards', '0003_overrides'),
        ('reports', '0001_initial'),
    ]

    operations = [
        migrations.AlterModelTable(name='reportfile', table='reports_pdf'),
        migrations.RenameModel(old_name='ReportFile', new_name='Pdf'),
        migrations.AlterField(
            model_name='pdf',
            name='report',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='pdf', serialize=False, to='reports.report', verbose_name='report'),
        ),
        migrations.CreateModel(
            name='ReportFigures',
            fields=[
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='figures', serialize=False, to='reports.report', verbose_name='report')),
                ('inputs', models.BinaryField(verbose_name='figures, as canonical JSON')),
            ],
            options={
                'verbose_name': 'figures of a report',
                'verbose_name_plural': 'figures of reports',
            },
        ),
        migrations.CreateModel(
            name='ReportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(choices=FORMATS, default='pdf', max_length=4, verbose_name='format')),
                ('content', models.BinaryField(verbose_name='content')),
                ('sha256', models.CharField(max_length=64, verbose_name='file hash')),
                ('size_bytes', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('pages', models.PositiveIntegerField(blank=True, null=True, verbose_name='pages')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='reports.report', verbose_name='report')),
            ],
            options={
                'verbose_name': 'report file',
                'verbose_name_plural': 'report files',
                'ordering': ['report_id', 'id'],
                'constraints': [models.UniqueConstraint(fields=('report', 'format'), name='report_file_once')],
            },
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.RunSQL(SETTLE, migrations.RunSQL.noop),
        migrations.DeleteModel(name='Pdf'),
        migrations.RemoveConstraint(model_name='report', name='report_issued_whole'),
        migrations.RemoveField(model_name='report', name='file_sha256'),
        migrations.RemoveField(model_name='report', name='file_bytes'),
        migrations.RemoveField(model_name='report', name='pages'),
        migrations.AlterField(
            model_name='report',
            name='kind',
            field=models.CharField(choices=[('due_diligence', 'Due diligence'), ('comparison', 'Comparison')], default='due_diligence', max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='report',
            name='site',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='partners.site', verbose_name='site'),
        ),
        migrations.AddField(
            model_name='report',
            name='package',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='programs.workpackage', verbose_name='work package'),
        ),
        migrations.AddField(
            model_name='report',
            name='run',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='scorecards.evaluationrun', verbose_name='frozen evaluation'),
        ),
        migrations.AddField(
            model_name='report',
            name='formats',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=FORMATS, max_length=4), default=reports.models.pdf_alone, size=None, verbose_name='formats'),
        ),
        migrations.CreateModel(
            name='ReportCandidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='candidates', to='reports.report', verbose_name='report')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='compared_in', to='partners.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'candidate of a report',
                'verbose_name_plural': 'candidates of reports',
                'ordering': ['report_id', 'position'],
                'constraints': [models.UniqueConstraint(fields=('report', 'site'), name='report_candidate_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('inputs_sha256', ''), ('issued_at__isnull', True)), models.Q(('issued_at__isnull', False), models.Q(('inputs_sha256', ''), _negated=True)), _connector='OR'), name='report_issued_whole', violation_error_message='An issued report has its figures.'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'due_diligence'), ('package__isnull', True), ('run', None), ('site__isnull', False)), models.Q(('kind', 'comparison'), ('package__isnull', False), ('site__isnull', True)), _connector='OR'), name='report_subject', violation_error_message='A report is about one site or about candidates of a work package.'),
        ),
    ]
