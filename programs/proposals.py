"""Proposals of candidates: what they would cost, when they could begin, on which terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.db.models.query import RawQuerySet
from django.utils import timezone

from accounts.models import User
from common.versions import apply_changes, locked_at_version
from programs.models import Candidate, Program, Proposal, WorkPackage
from programs.policies import CandidatePolicy
from records.context import recorded
from records.past import past

PROPOSAL_FIELDS = (
    "reference",
    "received_on",
    "valid_until",
    "cost",
    "currency",
    "cost_basis",
    "first_batch_on",
    "transfer_months",
    "terms",
)


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal beside what the program asks for; None where the two cannot be compared."""

    proposal: Proposal
    is_latest: bool
    cost_tone: str
    days_late: int | None

    @property
    def candidate(self) -> Candidate:
        return self.proposal.candidate


def proposals_of(package: WorkPackage) -> list[Proposal]:
    """The proposals for a work package, by site, the latest of each first. One query."""
    return list(
        Proposal.objects.filter(candidate__work_package=package)
        .select_related("candidate__site__organization")
        .order_by("candidate__site__name_key", "candidate_id", "-received_on", "-pk")
    )


def proposals_on(package: WorkPackage, as_of: date) -> list[Proposal]:
    """The same as they stood at the end of a day: what had come in by it, as the scores count them.

    Candidates as well: one that was removed since had its proposals then. One query; four more
    for a past day.
    """
    if as_of >= timezone.localdate():
        return [row for row in proposals_of(package) if row.received_on <= as_of]
    stood = past(as_of, (Candidate, Proposal))
    tables = {"proposal": stood.relation(Proposal), "candidate": stood.relation(Candidate)}
    asked = {**stood.params, "package": package.pk, "as_of": as_of}
    of_package = "SELECT stood.* FROM {candidate} stood WHERE stood.work_package_id = %(package)s"
    candidates = {row.pk: row for row in Candidate.objects.raw(of_package.format_map(tables), asked)}
    prefetch_related_objects(list(candidates.values()), "site__organization")
    rows: RawQuerySet[Proposal] = Proposal.objects.raw(
        "SELECT stood.* FROM {proposal} stood WHERE stood.candidate_id = ANY(%(candidates)s) "
        "AND stood.received_on <= %(as_of)s".format_map(tables),
        {**asked, "candidates": list(candidates)},
    )
    found = list(rows)
    for row in found:
        row.candidate = candidates[row.candidate_id]
    found.sort(key=lambda row: (row.received_on, row.pk), reverse=True)
    return sorted(found, key=lambda row: (row.candidate.site.name_key, row.candidate_id))


def proposals_of_candidate(candidate: Candidate) -> list[Proposal]:
    """One candidate's proposals, the latest first. One query."""
    return list(Proposal.objects.filter(candidate=candidate))


def proposal_lines(program: Program, proposals: list[Proposal]) -> list[ProposalLine]:
    """Proposals with how they compare; the first of each candidate in the order given is its latest."""
    lines = []
    seen: set[int] = set()
    for row in proposals:
        late = None
        if row.first_batch_on and program.first_batch_on:
            late = (row.first_batch_on - program.first_batch_on).days
        lines.append(ProposalLine(row, row.candidate_id not in seen, _cost_tone(program, row), late))
        seen.add(row.candidate_id)
    return lines


def _cost_tone(program: Program, row: Proposal) -> str:
    """good within the target, caution up to the limit, bad above, blank where it cannot be compared."""
    if row.cost is None or row.currency != program.currency:
        return ""
    if program.budget_target is not None and row.cost <= program.budget_target:
        return "good"
    if program.budget_limit is not None and row.cost > program.budget_limit:
        return "bad"
    return "caution" if program.budget_limit is not None else ""


def proposal_add(*, candidate: Candidate, fields: dict[str, Any], actor: User | None) -> Proposal:
    """Record a proposal.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when a value breaks a rule of the model.
    """
    CandidatePolicy.change.require(actor)
    proposal = Proposal(candidate=candidate, **_known(fields))
    proposal.full_clean()
    with recorded(actor=actor):
        proposal.save()
    return proposal


def proposal_change(*, proposal: Proposal, version: int, changes: dict[str, Any], actor: User | None) -> bool:
    """Correct a proposal. False when nothing was different.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when a value breaks a rule of the model.
        StaleRecord: when someone else changed it since it was read.
    """
    CandidatePolicy.change.require(actor)
    with recorded(actor=actor):
        row = locked_at_version(Proposal.objects.all(), pk=proposal.pk, version=version)
        return apply_changes(row, _known(changes))


def proposal_remove(*, proposal: Proposal, reason: str, actor: User | None) -> None:
    """Remove a proposal that was entered by mistake; the change history keeps it.

    Raises:
        PermissionDenied: when the person's role does not allow it.
    """
    CandidatePolicy.change.require(actor)
    with recorded(actor=actor, reason=reason.strip()):
        proposal.delete()


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := fields.keys() - set(PROPOSAL_FIELDS):
        raise TypeError(f"A proposal has no editable field {sorted(unknown)}.")
    return fields
