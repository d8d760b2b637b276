"""Keeps `SiteIndex` exact: a function that works out the rows of given sites, and triggers that call it.

Words become codes by their place in the vocabulary, counted from 1 (0 is none), and sets of words masks,
so the function is written from the vocabularies; where they change, a migration works the index out again.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from audits.models import Inspection
from partners.models import Organization, Site
from partners.vocabulary import DosageForm, Modality, Operation, Route, Stage, TemperatureBand

NO_DAY = -2147483648
NEVER = 2147483647
EPOCH = "DATE '1970-01-01'"
# Settings of a transaction: whether the index waits, and the sites that it waits for.
HELD = "cmo_eval.site_index_held"
TOUCHED = "cmo_eval.site_index_touched"

# Proven batch by kind of unit: the upper end of each step but the last, in the unit named.
SCALES: tuple[tuple[str, str, float | None], ...] = (
    ("mass-10", "kg", 10),
    ("mass-100", "kg", 100),
    ("mass-1000", "kg", 1_000),
    ("mass-more", "kg", None),
    ("volume-200", "L", 200),
    ("volume-2000", "L", 2_000),
    ("volume-more", "L", None),
    ("units-10k", "units", 10_000),
    ("units-100k", "units", 100_000),
    ("units-more", "units", None),
)


@dataclass(frozen=True, slots=True)
class BitField:
    """Where a part of a packed capability is: its lowest bit, how many, and whether it is a mask."""

    shift: int
    bits: int
    is_mask: bool = False


FIELDS = {
    "modality": BitField(0, 5),
    "dosage_form": BitField(5, 5),
    "route": BitField(10, 5),
    "operation": BitField(15, 4),
    "stages": BitField(19, 5, is_mask=True),
    "bands": BitField(24, 5, is_mask=True),
    "containment": BitField(29, 3),
    "scale": BitField(32, 4),
}
TRIGGERED = {
    "partners_site": "id",
    "partners_sitealias": "site_id",
    "partners_capability": "site_id",
    "audits_inspection": "site_id",
    "audits_regulatoryaction": "site_id",
}


def code(choices: type[models.TextChoices], word: str) -> int:
    """The code of a word: its place in the vocabulary from 1; 0 for a word that is none of it."""
    return choices.values.index(word) + 1 if word in choices.values else 0


def install_after_migrate(using: str, **_: Any) -> None:
    """Receiver of `post_migrate`: function and triggers, and a full index where it is missing or outdated."""
    with connections[using].cursor() as cursor:
        cursor.execute("select to_regclass('public.audits_siteindex') is not null")
        if not cursor.fetchone()[0]:
            return
        text = _function()
        digest = hashlib.sha256(f"{text}{TRIGGERED}".encode()).hexdigest()
        cursor.execute(
            "select obj_description(to_regprocedure('public.site_index_refresh(bigint[])'), 'pg_proc')"
        )
        if cursor.fetchone()[0] == digest:
            return
        cursor.execute(text)
        for table, column in TRIGGERED.items():
            _trigger(cursor, table, column)
        _organization_trigger(cursor)
        cursor.execute("select site_index_refresh(array(select id from partners_site))")
        cursor.execute(f"comment on function public.site_index_refresh(bigint[]) is '{digest}'")


@contextmanager
def site_index_held(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Work the index out once, at the end, for all that the statements within touch. Needs a transaction.

    For work that writes the same sites by several large statements; within, the index tells what was before.
    """
    # Rolled back with its savepoint, the settings are as before too.
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(f"set local {HELD} = 'on'")
        yield
        cursor.execute(f"set local {HELD} = 'off'")
        cursor.execute(
            "select site_index_refresh(array(select distinct id from unnest("
            f"string_to_array(current_setting('{TOUCHED}', true), ',')::bigint[]) id)), "
            f"set_config('{TOUCHED}', '', true)"
        )


def rebuild(using: str) -> None:
    """Work the whole index out again, by the function that the triggers use."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select site_index_refresh(array("
            "select id from partners_site union select site_id from audits_siteindex))"
        )


def _codes(column: str, choices: type[models.TextChoices]) -> str:
    cases = " ".join(f"when '{word}' then {place}" for place, word in enumerate(choices.values, 1))
    return f"case {column} {cases} else 0 end"


def _mask(column: str, choices: type[models.TextChoices]) -> str:
    """A set of words as a mask of bits in the order of the vocabulary."""
    cases = " ".join(f"when '{word}' then {1 << place}" for place, word in enumerate(choices.values))
    return f"(select coalesce(bit_or(case w {cases} else 0 end), 0) from unnest({column}) w)"


def _scale() -> str:
    """The step of the proven batch, from 1; grams count as kilograms, vials and doses as units."""
    amounts = {
        "kg": "case c.batch_unit when 'g' then c.batch_max / 1000 when 'kg' then c.batch_max end",
        "L": "case c.batch_unit when 'L' then c.batch_max end",
        "units": "case when c.batch_unit in ('vials', 'doses', 'units') then c.batch_max end",
    }
    cases = []
    for place, (_key, unit, limit) in enumerate(SCALES, 1):
        ceiling = f" <= {limit}" if limit else " is not null"
        cases.append(f"when ({amounts[unit]}){ceiling} then {place}")
    return f"case {' '.join(cases)} else 0 end"


def _packed() -> str:
    """One capability in one number; `FIELDS` says where each part is."""
    parts = {
        "modality": _codes("c.modality", Modality),
        "dosage_form": _codes("c.dosage_form", DosageForm),
        "route": _codes("c.route", Route),
        "operation": _codes("c.operation", Operation),
        "stages": _mask("c.stages", Stage),
        "bands": _mask("c.temperature_bands", TemperatureBand),
        "containment": "coalesce(c.containment_oeb, 0)",
        "scale": _scale(),
    }
    return " + ".join(f"(({sql})::bigint << {FIELDS[name].shift})" for name, sql in parts.items())


def _function() -> str:
    return f"""
create or replace function public.site_index_refresh(ids bigint[]) returns void
language sql security definer set search_path = public, pg_temp
-- Rows just copied have no statistics yet: without this the planner reads whole tables for each site.
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $body$
insert into audits_siteindex (
    site_id, organization_id, name_key, organization_key, alias_keys, city_key, fei, country, kind, standing,
    capabilities, expiries, last_outcome, last_inspected, inspections, actions, is_deleted, stamp)
select s.id, s.organization_id, s.name_key, o.name_key, coalesce(aliases.keys, ''), lower(s.city),
    coalesce(s.fei, ''), s.country,
    {_codes("o.kind", Organization.Kind)}, {_codes("s.standing", Site.Standing)},
    coalesce(able.packed, '{{}}'), coalesce(able.until, '{{}}'),
    coalesce(last.outcome, 0), coalesce(last.happened_on - {EPOCH}, {NO_DAY}),
    coalesce(visits.total, 0), coalesce(acts.total, 0), false, pg_current_xact_id()::text::bigint
from partners_site s
join partners_organization o on o.id = s.organization_id
left join lateral (
    select string_agg(distinct a.name_key, E'\n') as keys from partners_sitealias a
    where a.site_id = s.id and a.name_key <> s.name_key
) aliases on true
-- The same capability stated twice holds as long as the later one of them.
left join lateral (
    select array_agg(each.packed order by each.packed) as packed,
        array_agg(each.until order by each.packed) as until
    from (
        select {_packed()} as packed, max(coalesce(c.expires_on - {EPOCH}, {NEVER})) as until
        from partners_capability c where c.site_id = s.id and c.replaced_on is null group by 1
    ) each
) able on true
left join lateral (
    select i.happened_on, {_codes("i.classification", Inspection.Classification)} as outcome
    from audits_inspection i where i.site_id = s.id and i.happened_on is not null
    order by i.happened_on desc limit 1
) last on true
left join lateral (select count(*) as total from audits_inspection i where i.site_id = s.id) visits on true
left join lateral (
    select count(*) as total from audits_regulatoryaction a where a.site_id = s.id) acts on true
where s.id = any(ids)
on conflict (site_id) do update set
    organization_id = excluded.organization_id, name_key = excluded.name_key,
    organization_key = excluded.organization_key, alias_keys = excluded.alias_keys,
    city_key = excluded.city_key, fei = excluded.fei,
    country = excluded.country, kind = excluded.kind, standing = excluded.standing,
    capabilities = excluded.capabilities, expiries = excluded.expiries, last_outcome = excluded.last_outcome,
    last_inspected = excluded.last_inspected, inspections = excluded.inspections, actions = excluded.actions,
    is_deleted = false, stamp = excluded.stamp;
update audits_siteindex x set is_deleted = true, stamp = pg_current_xact_id()::text::bigint
where x.site_id = any(ids) and not x.is_deleted
    and not exists (select from partners_site s where s.id = x.site_id);
$body$;

-- What the triggers call: at once, or once for all statements of `site_index_held`.
create or replace function public.site_index_touch(ids bigint[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $body$
begin
    if current_setting('{HELD}', true) is distinct from 'on' then
        perform site_index_refresh(ids);
    elsif cardinality(ids) > 0 then
        perform set_config('{TOUCHED}', concat_ws(
            ',', nullif(current_setting('{TOUCHED}', true), ''), array_to_string(ids, ',')), true);
    end if;
end $body$;
"""


def _trigger(cursor: Any, table: str, column: str) -> None:
    """Statement triggers that gather the touched sites once, however many rows a statement writes."""
    sources = {
        "insert": ("referencing new table as new_rows", f"select {column} from new_rows"),
        "delete": ("referencing old table as old_rows", f"select {column} from old_rows"),
        "update": (
            "referencing old table as old_rows new table as new_rows",
            f"select {column} from old_rows union select {column} from new_rows",
        ),
    }
    for event, (rows, query) in sources.items():
        name = f"site_index_{table}_{event}"
        cursor.execute(f"""
            create or replace function public.{name}() returns trigger
            language plpgsql security definer set search_path = public, pg_temp as $body$
            begin
                perform site_index_touch(array(
                    select distinct touched.id from ({query}) as touched(id) where touched.id is not null));
                return null;
            end $body$
        """)
        cursor.execute(
            f"create or replace trigger site_index_{event} after {event} on {table} {rows} "
            f"for each statement execute function public.{name}()"
        )


def _organization_trigger(cursor: Any) -> None:
    cursor.execute("""
        create or replace function public.site_index_organization() returns trigger
        language plpgsql security definer set search_path = public, pg_temp as $body$
        begin
            perform site_index_touch(array(
                select s.id from partners_site s join new_rows n on n.id = s.organization_id
                join old_rows o on o.id = n.id where o.kind <> n.kind or o.name_key <> n.name_key));
            return null;
        end $body$
    """)
    cursor.execute(
        "create or replace trigger site_index_update after update on partners_organization "
        "referencing old table as old_rows new table as new_rows "
        "for each statement execute function public.site_index_organization()"
    )
