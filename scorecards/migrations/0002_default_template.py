"""Makes frozen evaluations unchangeable in the database itself.

It once seeded the default template as well; `scorecards.seeding` does that after every migration.
"""

from django.db import migrations

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


class Migration(migrations.Migration):
    dependencies = [("scorecards", "0001_initial")]

    operations = [
        migrations.RunSQL(IMMUTABLE, MUTABLE),
    ]
