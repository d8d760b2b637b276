"""What of a distribution plan is signed and asks for a reason."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from logistics.kinds.registry import KINDS
from logistics.models import DistributionPlan, DryRun, DryRunStep
from logistics.policies import PlanPolicy
from logistics.services import dry_run_refusal, dry_run_signed
from programs.models.program import address_of
from records.declarations import Child, gmp_relevant, signable
from records.models import Signature

Meaning = Signature.Meaning


def _dry_run_address(run: DryRun) -> str:
    package = run.plan.work_package
    program = package.program
    return reverse("logistics:dry-run", args=[address_of(program.code, package, program.parts[0]), run.pk])


gmp_relevant(DistributionPlan, draft=Q(state=DistributionPlan.State.DRAFT))
for _kind in KINDS.values():
    # A plan in force keeps asking why: what changes here changes when a patient is treated.
    gmp_relevant(_kind.model, parent="plan", free=("signed_off_on",) if _kind.model is DryRun else ())

signable(
    DryRun,
    fields=("plan", "name", "lane", "held_on", "material", "observers", "outcome"),
    children={
        "steps": Child(
            DryRunStep,
            "dry_run",
            ("position", "step", "party", "planned_hours", "taken_hours", "deviation"),
        )
    },
    meanings={Meaning.AUTHORED: PlanPolicy.change, Meaning.APPROVED: PlanPolicy.sign_off},
    title=_("dry run"),
    refusal=dry_run_refusal,
    signed=dry_run_signed,
    address=_dry_run_address,
)
