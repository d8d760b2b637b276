"""Audit reports and extracts of the change history held against what they carry, and against the database."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.models import Audit
from common.numbers import number_text
from records.display import SYSTEM
from records.models import Entry
from records.signing.content import sha256_of
from records.signing.state import states_of
from reports.figures.audit import PART
from reports.figures.canonical import as_data
from reports.figures.worded import AuditPaper, HistoryPaper
from reports.proof.checks import Check, Finding
from reports.proof.recompute import CLOSE, CannotCompute, Difference, differences

# What an audit report prints as it was signed.
SIGNED = (
    "mode_rationale", "starts_on", "ends_on", "purpose", "standards", "summary", "rating_rationale",
)  # fmt: skip
OF_FINDING = ("description", "objective_evidence", "regulation", "combination_rationale")


def audit_differences(said: AuditPaper) -> list[Difference]:
    """What an audit report says that is not the content that was signed.

    Raises:
        CannotCompute: when that content cannot be read.
    """
    return list(_of_content(said))


def _of_content(said: AuditPaper) -> Iterator[Difference]:
    try:
        content = json.loads(said.content)
        signed = {name: content["fields"][name] for name in SIGNED}
        findings = _findings(content["children"]["findings"])
        questions = [
            [row["fields"]["question"], row["fields"]["note"]] for row in content["children"]["checklist"]
        ]
    except (ValueError, KeyError, TypeError) as problem:
        raise CannotCompute(_("The signed content cannot be read.")) from problem
    shown = as_data(said.audit)
    yield from differences("audit", {name: shown[name] for name in SIGNED}, signed, CLOSE)
    told = {
        str(row["number"]): {name: row[name] for name in findings.get(str(row["number"]), OF_FINDING)}
        for row in as_data(said.findings)
    }
    yield from differences("findings", told, findings, CLOSE)
    asked = [[one.question, one.note] for system in said.checklist for one in system.questions]
    yield from differences("checklist", sorted(asked), sorted(questions), CLOSE)
    digest = sha256_of(said.content)
    for at, signature in enumerate(said.signatures):
        if signature.stands and signature.content_sha256 != digest:
            yield Difference(f"signatures[{at}].content_sha256", signature.content_sha256, digest)


def _findings(rows: list[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """By number, with those fields that the signature covers."""
    fields = [row["fields"] for row in rows]
    return {str(one["number"]): {name: one[name] for name in OF_FINDING if name in one} for one in fields}


def audit_in_library(said: AuditPaper) -> Check:
    """The signatures are in the database, over content that is as it was signed."""
    name = "signatures"
    pk = json.loads(said.content).get("pk", 0)
    known = {
        (state.printed_name, state.meaning, state.signed_at, state.content_sha256): state.valid
        for state in states_of(Audit._meta.label, pk, PART)
    }
    for each in said.signatures:
        if each.stands and not known.get(
            (each.printed_name, each.meaning, each.signed_at, each.content_sha256)
        ):
            words = _("The signature of %(name)s is not in the library, or its content was altered.") % {
                "name": each.printed_name
            }
            return Check(name, Finding.ALTERED, words)
    return Check(
        name, Finding.HOLDS, _("Every signature is in the library, over the content that was signed.")
    )


def history_differences(said: HistoryPaper) -> list[Difference]:
    """What an extract prints that the entries it carries do not say.

    Raises:
        CannotCompute: when the carried entries cannot be read.
    """
    try:
        carried = [_entry(data) for data in _carried(said)]
    except (ValueError, KeyError, TypeError) as problem:
        raise CannotCompute(_("The carried entries cannot be read.")) from problem
    shown = [
        {
            "id": one.id,
            "at": one.at.isoformat(),
            "op": one.op,
            "reason": one.reason,
            "record": one.record,
            "actor": one.actor if carried_one.get("actor") else "",
        }
        for one, carried_one in zip(said.entries, carried, strict=False)
    ]
    if len(said.entries) != len(carried):
        return [Difference("entries", str(len(said.entries)), str(len(carried)))]
    return list(differences("entries", shown, carried, CLOSE))


def _carried(said: HistoryPaper) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.data.splitlines()[1:]]


def _entry(data: Mapping[str, Any]) -> dict[str, Any]:
    """What of an entry is printed as it is stored; programs and jobs are named in words."""
    actor = data["actor"] or ""
    return {
        "id": data["id"],
        "at": datetime.fromisoformat(data["at"]).isoformat(),
        "op": data["operation"],
        "reason": data["reason"],
        "record": data["record"],
        "actor": "" if actor.startswith(SYSTEM) else actor,
    }


def history_in_library(said: HistoryPaper) -> Check:
    """Every carried entry is in the change history under the hash that it has there. One query."""
    name = "change history"
    carried = {data["id"]: data["hash"] for data in _carried(said)}
    rows = Entry.objects.filter(pk__in=list(carried)).values_list("pk", "hash")
    known = {pk: bytes(digest).hex() for pk, digest in rows}
    wrong = [pk for pk, digest in carried.items() if known.get(pk) != digest]
    if wrong:
        words = ngettext(
            "Entry %(first)s is not in the change history as it stands here.",
            "%(count)s entries are not in the change history as they stand here, first %(first)s.",
            len(wrong),
        ) % {"count": number_text(len(wrong)), "first": wrong[0]}
        return Check(name, Finding.ALTERED, words)
    return Check(name, Finding.HOLDS, _("Every entry is in the change history under the same hash."))
