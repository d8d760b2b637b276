"""Taking what was erased from records out of what checks of sheets list.

The sheet itself is kept under its hash and shown to nobody.
"""

import re
from collections.abc import Collection
from typing import Any

from accounts.models import User
from imports.models import ProfileImport
from records.context import recorded

GONE = "…"


def listed_erase(*, section: str, texts: Collection[str], actor: User | None) -> int:
    """Put an ellipsis for each text wherever a check of sheets of a section tells it; how many checks did.

    Who may erase is said by whoever erases the records.
    """
    told = [re.escape(text) for text in sorted(texts, key=len, reverse=True) if text.strip()]
    if not told:
        return 0
    # Whole words: who is called Li does not take letters out of others.
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(told)})(?!\w)", re.IGNORECASE)
    changed = 0
    with recorded(actor=actor):
        runs = ProfileImport.objects.select_for_update(of=("self",)).filter(section=section)
        for run in runs.only("pk", "details").order_by("pk"):
            details = _without(run.details, pattern)
            if details != run.details:
                ProfileImport.objects.filter(pk=run.pk).update(details=details)
                changed += 1
    return changed


def _without(told: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(told, str):
        return pattern.sub(GONE, told)
    if isinstance(told, list):
        return [_without(each, pattern) for each in told]
    if isinstance(told, dict):
        return {key: _without(each, pattern) for key, each in told.items()}
    return told
