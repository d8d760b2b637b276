"""The decision in force, for the page of its program."""

from django import template

from programs.models import Program
from scorecards.decisions.selectors import OUTCOME_TONES, decision_in_force
from scorecards.models import DecisionOutcome

register = template.Library()
Outcome = DecisionOutcome.Outcome


@register.inclusion_tag("scorecards/decisions/_in_force.html")
def decision_note(program: Program) -> dict[str, object]:
    """Who was selected, and who stands by; nothing where nothing is decided. Two queries, else one."""
    decision = decision_in_force(program.package)
    chosen = (
        []
        if decision is None
        else [row for row in decision.outcomes.all() if row.outcome != Outcome.DECLINED]
    )
    order = list(Outcome)
    return {
        "program": program,
        "decision": decision,
        "chosen": [
            (row.site.name, row.get_outcome_display(), OUTCOME_TONES[Outcome(row.outcome)])
            for row in sorted(chosen, key=lambda row: order.index(Outcome(row.outcome)))
        ],
    }
