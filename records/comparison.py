"""Do the records still say what their history says? Finds what was changed while the recording was off.

Every row is compared with the last entry about it. Columns that came later, or that the product no longer
has, are passed over.
"""

from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper
from psycopg import sql

from records.tracking import Tracked, tracked, tracked_models

SHOWN = 20
# As `history.record()` writes values, whatever the session prefers.
AS_RECORDED = """
    set local timezone = 'UTC'; set local datestyle = 'ISO, YMD';
    set local intervalstyle = 'iso_8601'; set local extra_float_digits = 1"""
DIFFERENT = """
    select coalesce(now.record, last.record),
           case when last.record is null then 'unrecorded' when now.record is null then 'removed'
                when last.op = 'D' then 'unrecorded' else 'changed' end
    from (
        select r.{key}::text as record, to_jsonb(r) as body from (select {columns} from public.{table}) r
    ) now
    full join (
        select distinct on (e.record) e.record, e.op, e.new from history.entry e where e.model = {model}
        order by e.record, e.id desc
    ) last on last.record = now.record
    where (now.record is null and last.op <> 'D')
       or (now.record is not null and (last.record is null or last.op = 'D'))
       or (now.body <> last.new and exists (
            select from jsonb_each(now.body) n join jsonb_each(last.new) l using (key)
            where n.value <> l.value))
    order by 1 limit {shown}"""
COLUMNS = """
    select attname from pg_attribute
    where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by attnum"""


@dataclass(frozen=True)
class Difference:
    """A record that is not as its history says: `changed`, `removed` or `unrecorded`."""

    model: str
    record: str
    kind: str


def differences(cursor: CursorWrapper) -> list[Difference]:
    """The first records of each model that differ from their history. One query for each model.

    Runs inside a transaction, whose settings it changes.
    """
    cursor.execute(AS_RECORDED)
    return [found for model in tracked_models() for found in _of(cursor, tracked(model))]


def _of(cursor: CursorWrapper, recording: Tracked) -> list[Difference]:
    cursor.execute(COLUMNS, [f'public."{recording.table}"'])
    columns = [name for (name,) in cursor.fetchall() if name not in recording.left_out]
    if not columns:
        return []
    cursor.execute(
        sql.SQL(DIFFERENT).format(
            key=sql.Identifier(recording.key),
            columns=sql.SQL(", ").join(_expression(name, recording) for name in columns),
            table=sql.Identifier(recording.table),
            model=sql.Literal(recording.model),
            shown=sql.Literal(SHOWN),
        )
    )
    return [Difference(recording.model, record, kind) for record, kind in cursor.fetchall()]


def _expression(column: str, recording: Tracked) -> sql.Composable:
    name = sql.Identifier(column)
    if column not in recording.hashed:
        return name
    return sql.SQL("encode(sha256({name}), 'hex') as {name}").format(name=name)
