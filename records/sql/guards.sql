-- Locks of signed content and reasons for changes; installed after every migration by records/guards.py.
-- What is refused names itself by its constraint: `signed_content`, `reason_required`, `signature_kept`,
-- `record_exists`, `attachment_kept`, `signature_proof`. The product turns those into sentences (records/refusals.py).

-- Refuses to go on where somebody has signed this part of a record. The shared lock waits for a signature that
-- is being made; the query after it sees that signature. A thousand locks at most, however many rows change.
create or replace function history.refuse_signed(label text, pk bigint, signed_part text, act text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    if pk is null then
        return;
    end if;
    perform pg_advisory_xact_lock_shared(hashtext('cmo_eval signing'), hashtext(label || ' ' || pk) & 1023);
    if exists (
        select from public.records_signature s
        where s.model = label and s.record_pk = pk and s.withdrawn_at is null
          and case when signed_part = '*' then s.covers_attachments else s.locks and s.part = signed_part end
    ) then
        raise exception '% % is signed: % is refused. Amend it by a new revision.', label, pk, act
            using errcode = 'integrity_constraint_violation', constraint = 'signed_content';
    end if;
end
$function$;

-- Before an update of signed columns or a delete of the record. Arguments: label, key column, part.
create or replace function history.lock_record() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    perform history.refuse_signed(tg_argv[0], (to_jsonb(old) ->> tg_argv[1])::bigint, tg_argv[2], tg_op);
    return case when tg_op = 'DELETE' then old else new end;
end
$function$;

-- The record that a child belongs to. Steps lead from a foreign key upwards: table, key column, foreign key.
create or replace function history.root_of(start text, steps text[]) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    found text := start;
begin
    for step in 1 .. coalesce(array_length(steps, 1), 0) by 3 loop
        execute format('select %I::text from public.%I where %I = %L',
                       steps[step + 2], steps[step], steps[step + 1], found) into found;
    end loop;
    return found::bigint;
end
$function$;

-- Before any change of a child. Arguments: label of the record, part, foreign key, then the steps upwards.
create or replace function history.lock_child() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    steps constant text[] := tg_argv[3:];
    act constant text := tg_op || ' on ' || tg_table_name;
begin
    if tg_op <> 'INSERT' then
        perform history.refuse_signed(tg_argv[0], history.root_of(to_jsonb(old) ->> tg_argv[2], steps), tg_argv[1], act);
    end if;
    if tg_op <> 'DELETE' then
        perform history.refuse_signed(tg_argv[0], history.root_of(to_jsonb(new) ->> tg_argv[2], steps), tg_argv[1], act);
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end
$function$;

-- Before any change of an attachment, where a signature covers the record's files.
create or replace function history.lock_attachment() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    if tg_op <> 'INSERT' then
        perform history.refuse_signed(old.model, old.record_pk, '*', tg_op || ' of an attachment');
    end if;
    if tg_op <> 'DELETE' then
        perform history.refuse_signed(new.model, new.record_pk, '*', tg_op || ' of an attachment');
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end
$function$;

-- Before any change of a file of a child. Arguments: label of the record, part, label of the child, then the steps.
create or replace function history.lock_child_file() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    steps constant text[] := tg_argv[3:];
    act constant text := tg_op || ' of an attachment';
begin
    if tg_op <> 'INSERT' and old.model = tg_argv[2] then
        perform history.refuse_signed(tg_argv[0], history.root_of(old.record_pk::text, steps), tg_argv[1], act);
    end if;
    if tg_op <> 'DELETE' and new.model = tg_argv[2] then
        perform history.refuse_signed(tg_argv[0], history.root_of(new.record_pk::text, steps), tg_argv[1], act);
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end
$function$;

-- Before a signature or an attachment is written: is its record there? Arguments: label, table, key column; again.
create or replace function history.require_record() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    at constant int := array_position(tg_argv, new.model);
    present boolean := false;
begin
    if at is not null then
        -- As a foreign key would: the record cannot be deleted until this is committed.
        execute format('select true from public.%I where %I = %L for key share',
                       tg_argv[at + 1], tg_argv[at + 2], new.record_pk) into present;
    end if;
    if present is not true then
        raise exception 'There is no % % that could carry this.', new.model, new.record_pk
            using errcode = 'foreign_key_violation', constraint = 'record_exists';
    end if;
    return new;
end
$function$;

-- Before a signature is written: does its proof fit? The product makes it with a key of its own once it has seen the
-- password of whoever signs (records/signing/proof.py), so that the password of the database alone signs nothing.
create or replace function history.require_proof() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
    told constant bytea := convert_to(concat_ws(chr(10), new.model, new.record_pk, new.part, new.revision, new.user_id,
        new.printed_name, new.meaning, new.content_sha256, new.locks::text, new.covers_attachments::text, new.nonce), 'UTF8');
    proof constant text := current_setting('cmo_eval.signing_proof', true);
begin
    if not exists (
        select from vault.signing k
        where encode(sha256(k.outer_block || sha256(k.inner_block || told)), 'hex') = proof
    ) then
        raise exception 'A signature without the proof that its password was asked for.'
            using errcode = 'integrity_constraint_violation', constraint = 'signature_proof';
    end if;
    return new;
end
$function$;

-- After records were deleted: their attachments go with them. Arguments: label, key column.
create or replace function history.remove_attachments() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    execute format('delete from public.records_attachment a using old_rows o where a.model = %L and a.record_pk = o.%I',
                   tg_argv[0], tg_argv[1]);
    return null;
end
$function$;

-- After attachments were deleted: the bytes that nothing names any more go with them.
create or replace function history.remove_contents() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    delete from public.records_attachmentcontent c using old_rows o
    where c.id = o.content_id
      and not exists (select from public.records_attachment a where a.content_id = c.id);
    return null;
end
$function$;

-- The bytes, hash and place of an attachment never change; its description may.
create or replace function history.keep_attachment() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    raise exception 'An attached file is never changed; remove it and attach another.'
        using errcode = 'integrity_constraint_violation', constraint = 'attachment_kept';
end
$function$;

-- A signature stands for good; only before approval can it be withdrawn, once.
create or replace function history.keep_signature() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    if tg_op = 'UPDATE' and old.withdrawn_at is null and new.withdrawn_at is not null
        and new.withdrawn_by_id is not null
        and to_jsonb(new) - 'withdrawn_at' - 'withdrawn_by_id' = to_jsonb(old) - 'withdrawn_at' - 'withdrawn_by_id'
    then
        perform pg_advisory_xact_lock(hashtext('cmo_eval signing'), hashtext(old.model || ' ' || old.record_pk) & 1023);
        if not exists (
            select from public.records_signature s
            where s.model = old.model and s.record_pk = old.record_pk and s.part = old.part
              and s.meaning = 'approved' and s.withdrawn_at is null
        ) then
            return new;
        end if;
    end if;
    raise exception 'A signature is never changed or deleted.'
        using errcode = 'integrity_constraint_violation', constraint = 'signature_kept';
end
$function$;

-- After a change of rows that have left draft: was a reason told? Arguments: label, key column, condition of a
-- draft over the row `r`, columns that change freely (separated by commas).
create or replace function history.require_reason() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    free constant text[] := string_to_array(tg_argv[3], ',');
    beyond_draft text;
    changed text;
    found text;
begin
    -- What a trigger does in turn was caused by a statement that was judged itself.
    if btrim(coalesce(current_setting('cmo_eval.reason', true), '')) <> '' or pg_trigger_depth() > 1 then
        return null;
    end if;
    beyond_draft := format(
        case when tg_op = 'INSERT' then 'select r.* from new_rows r where not coalesce((%s), false)'
             else 'select r.* from old_rows r where not coalesce((%s), false)' end, tg_argv[2]);
    if tg_op = 'UPDATE' then
        changed := format(
            'select o.%1$I::text from (%2$s) o left join new_rows n on n.%1$I = o.%1$I
             where n.%1$I is null or to_jsonb(o) - $1 <> to_jsonb(n) - $1 limit 1', tg_argv[1], beyond_draft);
    else
        changed := format('select o.%1$I::text from (%2$s) o limit 1', tg_argv[1], beyond_draft);
    end if;
    execute changed into found using free;
    if found is not null then
        raise exception '% of % % needs a reason.', tg_op, tg_argv[0], found
            using errcode = 'integrity_constraint_violation', constraint = 'reason_required';
    end if;
    return null;
end
$function$;

revoke all on function history.lock_record(), history.lock_child(), history.lock_child_file(),
    history.lock_attachment(),
    history.require_record(), history.remove_attachments(), history.remove_contents(), history.keep_attachment(),
    history.keep_signature(), history.require_reason() from public;
