"""The change history as data: JSON lines with everything an auditor needs to compute the hashes again."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from records.models import Entry
from records.selectors import HistoryHead, history_head

# Each entry carries whole rows before and after; the file is made in memory.
MOST_EXPORTED = 20_000


def head_text() -> str:
    """The head as it is printed beside an extract, `POSITION:HASH`; empty while nothing is recorded."""
    head: HistoryHead | None = history_head()
    return str(head) if head else ""


def entry_data(entry: Entry) -> dict[str, Any]:
    """One entry as it is stored; `docs/records.md` says how its hash is made."""
    return {
        "id": entry.pk,
        "transaction": entry.batch_id,
        "at": entry.at.isoformat(),
        "table": entry.table_name,
        "model": entry.model,
        "record": entry.record,
        "operation": entry.op,
        "actor_id": entry.actor_id,
        "actor": entry.actor,
        "request_id": entry.request_id,
        "reason": entry.reason,
        "database_role": entry.session_role,
        "old": entry.old,
        "new": entry.new,
        "hash": bytes(entry.hash).hex(),
    }


def json_lines(entries: Iterable[Entry], *, about: Mapping[str, str]) -> str:
    """One line about the extract with the head of the chain, then one for each entry."""
    told = {"exported_at": timezone.now().isoformat(), "history_head": head_text(), "filters": dict(about)}
    lines = [json.dumps(told, ensure_ascii=False)]
    lines += [json.dumps(entry_data(entry), ensure_ascii=False) for entry in entries]
    return "\n".join(lines) + "\n"


def json_lines_response(entries: Iterable[Entry], *, about: Mapping[str, str], name: str) -> HttpResponse:
    """The lines as a download."""
    response = HttpResponse(json_lines(entries, about=about), content_type="application/x-ndjson")
    response["Content-Disposition"] = f'attachment; filename="{name}.jsonl"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
