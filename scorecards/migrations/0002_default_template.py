"""Seeds the default template and makes frozen evaluations unchangeable in the database itself."""

from decimal import Decimal

from django.db import migrations

from scorecards import default_template

IMMUTABLE = """
create function public.refuse_change_of_evaluation() returns trigger language plpgsql as $$
begin
    raise exception 'A frozen evaluation cannot be changed or deleted.' using errcode = 'integrity_constraint_violation';
end $$;
create trigger evaluation_is_frozen before update or delete on public.scorecards_evaluationrun
    for each row execute function public.refuse_change_of_evaluation();
"""
MUTABLE = """
drop trigger evaluation_is_frozen on public.scorecards_evaluationrun;
drop function public.refuse_change_of_evaluation();
"""


def seed(apps, schema_editor):
    using = schema_editor.connection.alias
    template_model = apps.get_model("scorecards", "ScorecardTemplate")
    criterion_model = apps.get_model("scorecards", "Criterion")
    template = template_model.objects.using(using).create(
        key=default_template.TEMPLATE_KEY,
        version=default_template.TEMPLATE_VERSION,
        title=default_template.TEMPLATE_TITLE,
        status="active",
    )
    made = {}
    for position, plan in enumerate(default_template.criteria(), start=1):
        made[plan.key] = criterion_model.objects.using(using).create(
            template=template,
            parent=made.get(plan.parent),
            key=plan.key,
            title=plan.title,
            position=position,
            weight=Decimal(str(plan.weight)),
            rule=plan.rule,
            anchors=plan.anchors,
            coverage=list(plan.coverage),
            is_must_have=plan.is_must_have,
        )


class Migration(migrations.Migration):
    dependencies = [("scorecards", "0001_initial")]

    operations = [
        migrations.RunPython(seed, migrations.RunPython.noop),
        migrations.RunSQL(IMMUTABLE, MUTABLE),
    ]
