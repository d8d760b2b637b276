"""What a panel may do when, kept by the database itself.

What is asked of whom is fixed once a panel has opened; it never opens again; scores are written by their
assessor alone, while the panel is open and before they are handed in; agreement comes between closing and the
end of moderation.
"""

from django.db import migrations

RULES = """
create function public.panel_state_moves() returns trigger language plpgsql as $$
begin
    if new.state <> old.state and (old.state, new.state) not in (
        ('draft', 'open'), ('draft', 'cancelled'), ('open', 'closed'), ('open', 'cancelled'),
        ('closed', 'settled'), ('closed', 'cancelled'), ('settled', 'withdrawn')) then
        raise exception 'A panel does not go from % to %.', old.state, new.state
            using errcode = 'integrity_constraint_violation', constraint = 'panel_state_moves';
    end if;
    return new;
end $$;
create trigger panel_state_moves before update of state on public.scorecards_panel
    for each row execute function public.panel_state_moves();

create function public.panel_is_fixed() returns trigger language plpgsql as $$
declare
    panel bigint := case when tg_op = 'DELETE' then old.panel_id else new.panel_id end;
    found text;
begin
    select state into found from public.scorecards_panel where id = panel for share;
    -- Null where the panel itself is being removed, which only a draft can be.
    if coalesce(found, 'draft') <> 'draft' then
        raise exception 'What a panel asks of whom is fixed once it has opened.'
            using errcode = 'integrity_constraint_violation', constraint = 'panel_is_fixed';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger panel_is_fixed before insert or update or delete on public.scorecards_panelcriterion
    for each row execute function public.panel_is_fixed();
create trigger panel_is_fixed before insert or update or delete on public.scorecards_panelcandidate
    for each row execute function public.panel_is_fixed();
create trigger panel_is_fixed before insert or update or delete on public.scorecards_panelassignment
    for each row execute function public.panel_is_fixed();
create trigger panel_is_fixed before insert or delete or update of panel_id, assessor_id on public.scorecards_panelseat
    for each row execute function public.panel_is_fixed();

create function public.panel_score_rules() returns trigger language plpgsql as $$
declare
    panel_state text;
    seat record;
    teller text := current_setting('cmo_eval.actor_id', true);
begin
    if tg_op = 'DELETE' then
        raise exception 'Scores are kept.'
            using errcode = 'integrity_constraint_violation', constraint = 'panel_score_kept';
    end if;
    select state into panel_state from public.scorecards_panel where id = new.panel_id for share;
    select * into seat from public.scorecards_panelseat where id = new.seat_id for share;
    if panel_state <> 'open' or seat.submitted_at is not null then
        raise exception 'Scores are written while the panel is open and before they are handed in.'
            using errcode = 'integrity_constraint_violation', constraint = 'panel_score_open';
    end if;
    if coalesce(teller, '') <> '' and teller <> seat.assessor_id::text then
        raise exception 'Scores are written by their assessor.'
            using errcode = 'integrity_constraint_violation', constraint = 'panel_score_own';
    end if;
    if seat.panel_id <> new.panel_id
        or (tg_op = 'UPDATE' and (old.seat_id, old.criterion_id, old.site_id)
            is distinct from (new.seat_id, new.criterion_id, new.site_id))
        or not exists (select from public.scorecards_panelassignment
            where seat_id = new.seat_id and criterion_id = new.criterion_id)
        or not exists (select from public.scorecards_panelcandidate
            where panel_id = new.panel_id and site_id = new.site_id) then
        raise exception 'This is not asked of this assessor.'
            using errcode = 'integrity_constraint_violation', constraint = 'panel_score_asked';
    end if;
    return new;
end $$;
create trigger panel_score_rules before insert or update or delete on public.scorecards_panelscore
    for each row execute function public.panel_score_rules();

create function public.agreed_score_rules() returns trigger language plpgsql as $$
declare
    panel_state text;
begin
    if tg_op <> 'DELETE' then
        select state into panel_state from public.scorecards_panel where id = new.panel_id for share;
    end if;
    if tg_op = 'DELETE' or panel_state <> 'closed' then
        raise exception 'Scores are agreed after a panel has closed and before its agreement is concluded.'
            using errcode = 'integrity_constraint_violation', constraint = 'agreed_score_rules';
    end if;
    return new;
end $$;
create trigger agreed_score_rules before insert or update or delete on public.scorecards_agreedscore
    for each row execute function public.agreed_score_rules();
"""
NO_RULES = """
drop trigger panel_state_moves on public.scorecards_panel;
drop trigger panel_is_fixed on public.scorecards_panelcriterion;
drop trigger panel_is_fixed on public.scorecards_panelcandidate;
drop trigger panel_is_fixed on public.scorecards_panelassignment;
drop trigger panel_is_fixed on public.scorecards_panelseat;
drop trigger panel_score_rules on public.scorecards_panelscore;
drop trigger agreed_score_rules on public.scorecards_agreedscore;
drop function public.panel_state_moves();
drop function public.panel_is_fixed();
drop function public.panel_score_rules();
drop function public.agreed_score_rules();
"""


class Migration(migrations.Migration):
    dependencies = [("scorecards", "0004_panels")]

    operations = [migrations.RunSQL(RULES, NO_RULES)]
