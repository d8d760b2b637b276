"""Brings the templates of the code into the database, as versions beside the older ones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from records.context import recorded
from scorecards import default_template
from scorecards.models import Criterion, ScorecardTemplate
from scorecards.product_templates import TEMPLATES
from scorecards.template_plan import TemplatePlan


def seed_after_migrate(*, using: str, **_signal: Any) -> None:
    """Receiver of `post_migrate`; waits until every migration of this room has been applied."""
    executor = MigrationExecutor(connections[using])
    targets = [node for node in executor.loader.graph.leaf_nodes() if node[0] == "scorecards"]
    if not executor.migration_plan(targets):
        for plan in TEMPLATES:
            template_ensure(plan, using=using)


def default_template_ensure(*, using: str = "default") -> ScorecardTemplate:
    """The default template in the version of the code."""
    return template_ensure(default_template.PLAN, using=using)


def template_ensure(plan: TemplatePlan, *, using: str = "default") -> ScorecardTemplate:
    """A template in the version of the code; older versions retire, and keep their scorecards.

    A scorecard stays with the version it began with: its weights are somebody's decision, and siblings may
    differ between versions. New scorecards take the newest active version.
    """
    templates = ScorecardTemplate.objects.using(using).filter(key=plan.key)
    found = templates.filter(version=plan.version).first()
    if found is not None:
        return found
    with recorded(actor=None, reason="Template of the product", using=using):
        newer = templates.filter(version__gt=plan.version).exists()
        status = ScorecardTemplate.Status
        made = ScorecardTemplate.objects.using(using).create(
            key=plan.key,
            version=plan.version,
            title=plan.title,
            status=status.RETIRED if newer else status.ACTIVE,
        )
        _write_criteria(made, plan, using)
        templates.filter(version__lt=made.version, status=status.ACTIVE).update(status=status.RETIRED)
    return made


def _write_criteria(template: ScorecardTemplate, plan: TemplatePlan, using: str) -> None:
    made: dict[str, Criterion] = {}
    for position, row in enumerate(plan.criteria(), start=1):
        made[row.key] = Criterion.objects.using(using).create(
            template=template,
            parent=made.get(row.parent or ""),
            key=row.key,
            title=row.title,
            position=position,
            weight=Decimal(str(row.weight)),
            rule=row.rule,
            anchors=row.anchors,
            coverage=list(row.coverage),
            is_must_have=row.is_must_have,
        )
