-- Installed after every migration, so that the code and the database agree.

-- Writes one entry for each row that a statement inserted, changed or deleted.
-- Arguments: model label, key column, columns left out and columns of bytes, which are hashed (both separated by commas); a fifth
-- one marks the update that enters rows written before the recording began, as if they were created now.
create or replace function history.record() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC' set datestyle = 'ISO, YMD' set intervalstyle = 'iso_8601' set extra_float_digits = 1
as $function$
declare
    left_out constant text[] := string_to_array(tg_argv[2], ',');
    hashed constant text[] := string_to_array(tg_argv[3], ',');
    said_at constant timestamptz := clock_timestamp();
    actor_id constant bigint := nullif(current_setting('cmo_eval.actor_id', true), '')::bigint;
    actor constant text := coalesce(current_setting('cmo_eval.actor', true), '');
    request_id constant text := coalesce(current_setting('cmo_eval.request_id', true), '');
    reason constant text := coalesce(current_setting('cmo_eval.reason', true), '');
    open_batch bigint;
    from_entry bigint;
    kept text;
    rows_before text;
    rows_after text;
    changes text;
    head text;
    written bigint;
begin
    select string_agg(
        case
            when attname <> all (hashed) then quote_ident(attname)
            else format('encode(sha256(%1$I), ''hex'') as %1$I', attname) end, ', ' order by attnum)
    into kept
    from pg_attribute
    where attrelid = tg_relid and attnum > 0 and not attisdropped and attname <> all (left_out);

    rows_before := format(
        'select r.%I::text as record, to_jsonb(r) as body from (select %s from old_rows) r', tg_argv[1], kept);
    rows_after := format(
        'select r.%I::text as record, to_jsonb(r) as body from (select %s from new_rows) r', tg_argv[1], kept);
    changes := case
        when tg_op = 'INSERT' or tg_nargs > 4 then format(
            'select record, ''I'' as op, null::jsonb as old, body as new from (%s) n', rows_after)
        when tg_op = 'DELETE' then format(
            'select record, ''D'' as op, body as old, null::jsonb as new from (%s) o', rows_before)
        else format(
            'select coalesce(n.record, o.record) as record,
                    case when o.record is null then ''I'' when n.record is null then ''D'' else ''U'' end as op,
                    o.body as old, n.body as new
             from (%s) o full join (%s) n on n.record = o.record
             where n.body is distinct from o.body', rows_before, rows_after)
        end;

    select b.id into open_batch from history.batch b where b.open_xact = pg_current_xact_id();
    if open_batch is null then
        open_batch := nextval('history.batch_id_seq');
        from_entry := (select s.last_value from history.entry_id_seq s);
    end if;
    head := encode(sha256(convert_to(jsonb_build_array(
        open_batch, tg_table_name, tg_argv[0], (extract(epoch from said_at) * 1000000)::bigint,
        actor_id, actor, request_id, reason, session_user)::text, 'UTF8')), 'hex');

    -- OFFSET keeps the planner from working out each row's JSON once for the column and again for the hash.
    execute format(
        'insert into history.entry (batch_id, table_name, model, record, op, at, actor_id, actor, request_id,
                                    reason, session_role, old, new, hash)
         select $1, $2, $3, record, op, $4, $5, $6, $7, $8, session_user, old, new,
                sha256(convert_to($9 || op || octet_length(record) || '':'' || record || chr(10)
                    || coalesce(old::text, ''-'') || chr(10) || coalesce(new::text, ''-''), ''UTF8''))
         from (%s offset 0) changes', changes)
    using open_batch, tg_table_name, tg_argv[0], said_at, actor_id, actor, request_id, reason, head;
    get diagnostics written = row_count;

    -- Only now, so that a sealing that was made immediate (SET CONSTRAINTS) finds the entries.
    if written > 0 and from_entry is not null then
        insert into history.batch (id, first_entry, open_xact)
        values (open_batch, from_entry, pg_current_xact_id());
    end if;
    return null;
end
$function$;

-- At commit: adds up the transaction's entries and links them to the batch before.
create or replace function history.seal() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set work_mem = '64MB'
as $function$
declare
    said_at timestamptz;
    before record;
    total record;
begin
    select count(*) as entries, sha256(coalesce(string_agg(e.hash, ''::bytea order by e.id), '')) as hash
    into total
    from history.entry e where e.id >= new.first_entry and e.batch_id = new.id;

    -- Orders the chain. Taken last and held only until this commit is over; unique positions refuse a fork
    -- where an isolation level hides the newest batch from us.
    perform pg_advisory_xact_lock(hashtextextended('cmo_eval history', 0));
    select b.position, b.hash into before
    from history.batch b where b.position is not null order by b.position desc limit 1;
    said_at := clock_timestamp();

    update history.batch b
    set open_xact = null,
        position = coalesce(before.position, 0) + 1,
        previous_hash = coalesce(before.hash, decode(repeat('00', 32), 'hex')),
        entries = total.entries,
        entries_hash = total.hash,
        sealed_at = said_at,
        hash = sha256(convert_to(jsonb_build_array(
            coalesce(before.position, 0) + 1, new.id, total.entries, encode(total.hash, 'hex'),
            (extract(epoch from said_at) * 1000000)::bigint,
            coalesce(encode(before.hash, 'hex'), repeat('00', 32)))::text, 'UTF8'))
    where b.id = new.id;
    return null;
end
$function$;

-- History is only ever added to, and only by the function above.
create or replace function history.refuse() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    if tg_op = 'INSERT' and pg_trigger_depth() > 1 then
        return null;
    end if;
    raise exception 'The change history is append-only: % on %.% is refused.', tg_op, tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege';
end
$function$;

-- A batch changes once: from open to sealed, within the transaction that opened it.
create or replace function history.refuse_resealing() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    if old.hash is null and new.hash is not null and old.open_xact = pg_current_xact_id()
        and new.id = old.id and new.first_entry = old.first_entry then
        return new;
    end if;
    raise exception 'The change history is append-only: batch % is sealed.', old.id
        using errcode = 'insufficient_privilege';
end
$function$;

-- TRUNCATE would pass by the rows; nothing that is recorded may be emptied that way.
create or replace function history.refuse_truncate() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    raise exception 'TRUNCATE of %.% is refused: its changes are recorded row by row.', tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege';
end
$function$;

-- Notes the head of the chain under a name; the same values are told to the outside by the caller.
drop function if exists history.anchor_head(text);
create function history.anchor_head(told_to text) returns setof history.anchor
language sql security definer
set search_path = pg_catalog, pg_temp
as $function$
    insert into history.anchor (position, hash, at, source)
    select b.position, b.hash, clock_timestamp(), told_to
    from history.batch b where b.position is not null order by b.position desc limit 1
    returning *
$function$;

-- The right to attach a trigger would let a table of one's own write entries in another's name.
revoke all on function history.record(), history.seal(), history.refuse(), history.refuse_resealing(),
    history.refuse_truncate(), history.anchor_head(text) from public;

create or replace trigger entry_append_only before insert or update or delete or truncate on history.entry
    for each statement execute function history.refuse();
create or replace trigger batch_append_only before insert or delete or truncate on history.batch
    for each statement execute function history.refuse();
create or replace trigger batch_sealed_once before update on history.batch
    for each row execute function history.refuse_resealing();
create or replace trigger anchor_append_only before update or delete or truncate on history.anchor
    for each statement execute function history.refuse();

do $body$
begin
    if not exists (select from pg_trigger where tgrelid = 'history.batch'::regclass and tgname = 'batch_seal') then
        create constraint trigger batch_seal after insert on history.batch
            deferrable initially deferred for each row execute function history.seal();
    end if;
end
$body$;
