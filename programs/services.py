"""Changes to programs, their members and their candidates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import STAFF
from common.versions import apply_changes, locked_at_version
from partners.models import Site
from programs.models import Candidate, Membership, Program, Proposal, WorkPackage
from programs.policies import CandidatePolicy, ProgramPolicy
from programs.proposals import PROPOSAL_FIELDS
from records.context import recorded

PROGRAM_FIELDS = frozenset(
    {
        "code",
        "name",
        "product",
        "modality",
        "dosage_form",
        "route",
        "stage",
        "batch_size",
        "batch_size_peak",
        "batch_unit",
        "operations",
        "containment_oeb",
        "temperature_min",
        "temperature_max",
        "regions",
        "therapeutic_area",
        "transfer_on",
        "first_batch_on",
        "submission_on",
        "launch_on",
        "budget_target",
        "budget_limit",
        "currency",
        "notes",
    }
)


@dataclass(frozen=True, slots=True)
class CandidateState:
    """What a removed candidate was, so that the removal can be undone."""

    site_id: int
    stage: str
    reason: str
    proposals: tuple[Mapping[str, Any], ...] = ()


def program_create(*, fields: dict[str, Any], actor: User | None, is_demo: bool = False) -> Program:
    """Create a program with its default work package; whoever creates it becomes a member.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when a value breaks a rule of the model, such as a code that is taken.
    """
    ProgramPolicy.create.require(actor)
    _only_known(fields)
    program = Program(**fields, is_demo=is_demo)
    program.full_clean()
    with recorded(actor=actor):
        program.save()
        WorkPackage.objects.create(program=program, position=1)
        if actor is not None:
            Membership.objects.create(program=program, user=actor)
    return program


def program_update(
    *, program: Program, version: int, changes: dict[str, Any], actor: User | None, reason: str = ""
) -> bool:
    """Change a program's needs. False when nothing was different.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when a value breaks a rule of the model.
        StaleRecord: when someone else changed it since it was read.
    """
    ProgramPolicy.change.require(actor)
    _only_known(changes)
    with recorded(actor=actor, reason=reason):
        row = locked_at_version(Program.objects.all(), pk=program.pk, version=version)
        return apply_changes(row, changes)


def candidates_add(
    *, package: WorkPackage, sites: Iterable[Site], actor: User | None, reason: str = ""
) -> list[Candidate]:
    """Add sites to the longlist; those that are candidates already stay as they are. Returns the new ones.

    Raises:
        PermissionDenied: when the person's role does not allow it.
    """
    CandidatePolicy.change.require(actor)
    wanted = {site.pk: site for site in sites}
    with recorded(actor=actor, reason=reason):
        # The lock makes two people who add the same site at once take turns.
        WorkPackage.objects.select_for_update().get(pk=package.pk)
        present = Candidate.objects.filter(work_package=package, site_id__in=wanted)
        for site_id in present.values_list("site_id", flat=True):
            del wanted[site_id]
        return Candidate.objects.bulk_create(
            Candidate(work_package=package, site=site, reason=reason) for site in wanted.values()
        )


def candidate_remove(*, candidate: Candidate, actor: User | None, reason: str = "") -> CandidateState:
    """Take a candidate out of the program. What it was is returned, for `candidate_restore`.

    Raises:
        PermissionDenied: when the person's role does not allow it.
    """
    CandidatePolicy.change.require(actor)
    with recorded(actor=actor, reason=reason):
        offers = Proposal.objects.filter(candidate=candidate).order_by("pk").values(*PROPOSAL_FIELDS)
        state = CandidateState(candidate.site_id, candidate.stage, candidate.reason, tuple(offers))
        candidate.delete()
    return state


def candidate_restore(*, package: WorkPackage, state: CandidateState, actor: User | None) -> Candidate:
    """Undo a removal, proposals included; a candidate that is back already stays as it is.

    Raises:
        PermissionDenied: when the person's role does not allow it.
    """
    CandidatePolicy.change.require(actor)
    with recorded(actor=actor):
        candidate, created = Candidate.objects.get_or_create(
            work_package=package,
            site_id=state.site_id,
            defaults={"stage": state.stage, "reason": state.reason},
        )
        # As they stood: an older rule may have let something through that a newer one would not.
        for fields in state.proposals if created else ():
            Proposal.objects.create(candidate=candidate, **fields)
    return candidate


def candidates_take_back(*, package: WorkPackage, ids: Iterable[int], actor: User | None) -> int:
    """Undo an addition: the candidates named that are still on the longlist leave. Returns how many.

    Raises:
        PermissionDenied: when the person's role does not allow it.
    """
    CandidatePolicy.change.require(actor)
    with recorded(actor=actor, reason=_("Addition to the candidates undone.")):
        gone = Candidate.objects.filter(
            work_package=package, pk__in=list(ids), stage=Candidate.Stage.LONGLIST
        )
        _total, by_model = gone.delete()
    return by_model.get("programs.Candidate", 0)


def candidate_stage_set(
    *, candidate: Candidate, stage: str, reason: str, actor: User | None, version: int | None = None
) -> Candidate:
    """Move a candidate to another stage. Declining needs a reason.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: for an unknown stage, or a candidate declined without a reason.
        StaleRecord: when someone else changed it since it was read.
    """
    CandidatePolicy.change.require(actor)
    if stage == Candidate.Stage.DECLINED and not reason.strip():
        raise ValidationError({"reason": _("Say why the site is declined: the reason is kept.")})
    with recorded(actor=actor, reason=reason.strip()):
        seen = candidate.version if version is None else version
        row = locked_at_version(Candidate.objects.all(), pk=candidate.pk, version=seen)
        apply_changes(row, {"stage": stage, "reason": reason.strip()})
    return row


def member_add(*, program: Program, user: User, actor: User | None) -> bool:
    """Let a person see and work on the program. False when they could already.

    Raises:
        PermissionDenied: when the acting person's role does not allow it.
        ValidationError: for a disabled person or a partner contact, who never sees a program.
    """
    ProgramPolicy.change.require(actor)
    if not user.is_active or user.role not in STAFF:
        raise ValidationError(_("Only active people of the company can be members."))
    with recorded(actor=actor):
        _membership, created = Membership.objects.get_or_create(program=program, user=user)
    return created


def member_remove(*, program: Program, user: User, actor: User | None) -> bool:
    """End a person's part in the program. False when they had none.

    Raises:
        PermissionDenied: when the acting person's role does not allow it.
    """
    ProgramPolicy.change.require(actor)
    with recorded(actor=actor):
        deleted, _by_model = Membership.objects.filter(program=program, user=user).delete()
    return bool(deleted)


def _only_known(fields: dict[str, Any]) -> None:
    if unknown := fields.keys() - PROGRAM_FIELDS:
        raise TypeError(f"A program has no editable field {sorted(unknown)}.")
