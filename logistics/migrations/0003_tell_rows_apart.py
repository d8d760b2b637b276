"""Tells rows apart that say the same, before the database refuses them: nothing is lost, and each says why."""

from itertools import count
from typing import Any

from django.db import migrations

from records.context import recorded

# Table, the words that a number is added to, how much of them there is room for, what together may stand once.
SAME = (
    ("logistics_consequence", "finding", "{}", "plan_id, topic, finding"),
    ("logistics_labelrequirement", "requirement", "{}", "plan_id, region, level, requirement"),
    ("logistics_mockreview", "scope", "{}", "plan_id, region, planned_on, held_on, scope"),
    ("logistics_packagingqualification", "name", "left({}, 190)", "plan_id, name, band, protocol"),
    ("logistics_planreview", "decisions", "{}", "plan_id, held_on, decisions"),
    ("logistics_reviewgap", "description", "{}", "review_id, description"),
)
# What comes out can be what another row says: then it is numbered again, from a number further on.
NUMBERED = """
    UPDATE {table} AS row SET {column} = {words} || ' (' || same.number + {passed} || ')'
    FROM (SELECT id, row_number() OVER (PARTITION BY {once} ORDER BY id) AS number FROM {table}) AS same
    WHERE same.id = row.id AND same.number > 1
"""


def tell_apart(_apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    with schema_editor.connection.cursor() as cursor:
        filled = []
        for table, column, room, once in SAME:
            cursor.execute(f"SELECT 1 FROM (SELECT {once} FROM {table} GROUP BY {once} HAVING count(*) > 1) same")
            if cursor.fetchone():
                filled.append((table, column, room.format(f"row.{column}"), once))
    # A database that is only being made has neither rows nor the functions of the history.
    if not filled:
        return
    with recorded(actor=None, reason="told apart from a row that says the same", using=alias):
        with schema_editor.connection.cursor() as cursor:
            for table, column, words, once in filled:
                for passed in count():
                    cursor.execute(
                        NUMBERED.format(table=table, column=column, words=words, once=once, passed=passed)
                    )
                    if not cursor.rowcount:
                        break


class Migration(migrations.Migration):
    dependencies = [("logistics", "0002_departures")]

    operations = [migrations.RunPython(tell_apart, migrations.RunPython.noop)]
