"""A decision for tests: the first program of the demonstration, its frozen evaluation, who signs."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from programs.models import Program, WorkPackage
from records.models import Signature
from scorecards.decisions.rules import Choice, RunCandidate, run_candidates
from scorecards.decisions.services import decision_draft
from scorecards.engine import Status
from scorecards.models import EvaluationRun, SourcingDecision
from scorecards.services import evaluation_freeze
from tests.conftest import DEMO_DAY
from tests.records.declared import PASSWORD
from tests.records.declared import sign as signed_by

REASON = "Leads on what is documented."


@dataclass(frozen=True)
class Scene:
    """The first program of the demonstration with its frozen evaluation: all three kinds of candidate."""

    program: Program
    package: WorkPackage
    run: EvaluationRun
    lead: User
    approver: User

    def of(self, status: Status) -> RunCandidate:
        return next(row for row in run_candidates(self.run) if row.status is status)

    def choices(self, selected: RunCandidate, **changes: Any) -> list[Choice]:
        """One selected, all others declined."""
        return [
            Choice(row.site_id, "selected", REASON, **changes)
            if row == selected
            else Choice(row.site_id, "declined", REASON)
            for row in run_candidates(self.run)
        ]

    def fields(self) -> dict[str, Any]:
        return {"run": self.run, "rationale": "Fit first.", "risks": "", "decided_on": timezone.localdate()}

    def draft(self) -> SourcingDecision:
        return decision_draft(
            package=self.package,
            fields=self.fields(),
            choices=self.choices(self.of(Status.RANKED)),
            actor=self.lead,
        )

    def effective(self) -> SourcingDecision:
        decision = self.draft()
        sign(decision, "authored", self.lead)
        sign(decision, "approved", self.approver)
        decision.refresh_from_db()
        return decision


def sign(decision: SourcingDecision, meaning: str, actor: User) -> Signature:
    """Sign as the page does."""
    return signed_by(decision, actor, Signature.Meaning(meaning))


def scene_made(settings: Any) -> Scene:
    """On the demonstration, with passwords that are quick to check."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    program = Program.objects.get(code="AURELIA")
    package = program.packages.get()
    package.program = program
    lead = User.objects.get(role=Role.SOURCING, is_demo=True)
    run = evaluation_freeze(package=package, as_of=DEMO_DAY, actor=lead)[0]
    approver = User.objects.get(role=Role.EXECUTIVE, is_demo=True)
    for user in (lead, approver):
        user.set_password(PASSWORD)
        user.save()
    return Scene(program, package, run, lead, approver)


def entered(scene: Scene, selected: RunCandidate) -> dict[str, str]:
    form = {
        "rationale": "Fit first.",
        "risks": "",
        "decided_on": timezone.localdate().isoformat(),
        "version": "0",
    }
    for choice in scene.choices(selected):
        form |= {f"o-{choice.site_id}": choice.outcome, f"r-{choice.site_id}": choice.reason}
    return form
