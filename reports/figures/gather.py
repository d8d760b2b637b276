"""Gathers the figures of a due-diligence report from the rooms below, in a constant number of queries."""

from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings

from audits.selectors import site_regulatory_life
from partners.models import Capability, Site, SiteAlias
from programs.models import Candidate, Program, WorkPackage
from records.past import past
from reports.figures.due_diligence import (
    SCHEMA,
    CapabilityFigures,
    ChainHead,
    CriterionFigures,
    DueDiligence,
    Evaluation,
    EvidenceMark,
    GateFigures,
    Message,
    OpenEvidence,
    OverrideFigures,
    ProgramFigures,
    SiteFigures,
    verified_share,
)
from reports.figures.outcome import groups_of, outcome_of, standing_of
from scorecards.carried import inputs_of
from scorecards.derivation.score import EvidenceRef, Rationale, RuleRef
from scorecards.ranking import CriterionResult, RankedCandidate, Ranking
from scorecards.selectors import ranking_of


class NoCandidate(Exception):
    """The site is no candidate of the program that is in play."""


def due_diligence_figures(
    *,
    program: Program,
    site: Site,
    as_of: date,
    issued_at: datetime,
    requested_by: str,
    history: ChainHead,
) -> DueDiligence:
    """Everything that the report says about a candidate, as of a day.

    Raises:
        NoCandidate: when the site is not, or is no longer, a candidate of the program.
    """
    package = candidate_package(program, site)
    if package is None:
        raise NoCandidate
    ranking = ranking_of(package, as_of)
    candidate = ranking.candidate(site.pk)
    if candidate is None:
        raise NoCandidate
    return DueDiligence(
        schema=SCHEMA,
        product_version=settings.VERSION,
        as_of=as_of,
        issued_at=issued_at,
        requested_by=requested_by,
        program=program_of(program),
        site=_site(site, as_of),
        evaluation=_evaluation(ranking, candidate),
        life=site_regulatory_life(site, as_of),
        history=history,
        outcome=outcome_of(ranking, [row.head.site_id for row in rivals_of(ranking, candidate)]),
    )


def rivals_of(ranking: Ranking, candidate: RankedCandidate) -> list[RankedCandidate]:
    """The candidate and whom it is set against, best first: the leader, or the next where it leads itself.

    Alone where it has no rank, or nobody else has one.
    """
    ranked = [row for row in ranking.candidates if row.result.rank is not None]
    rival = next((row for row in ranked if row.head.site_id != candidate.head.site_id), None)
    if rival is None or candidate.result.rank is None:
        return [candidate]
    return [row for row in ranked if row.head.site_id in {candidate.head.site_id, rival.head.site_id}]


def candidate_package(program: Program, site: Site) -> WorkPackage | None:
    """The first work package of the program in which the site is a candidate in play. One query."""
    candidate = (
        Candidate.objects.filter(work_package__program=program, site=site)
        .exclude(stage=Candidate.Stage.DECLINED)
        .select_related("work_package__program")
        .order_by("work_package__position")
        .first()
    )
    return candidate.work_package if candidate else None


def program_of(program: Program) -> ProgramFigures:
    """What must be made, as figures."""
    return ProgramFigures(
        code=program.code,
        name=program.name,
        product=program.product,
        modality=program.modality,
        dosage_form=program.dosage_form,
        route=program.route,
        stage=program.stage,
        batch_size=program.batch_size,
        batch_unit=program.batch_unit,
        regions=tuple(program.regions),
        version=program.version,
    )


def _site(site: Site, as_of: date) -> SiteFigures:
    aliases = SiteAlias.objects.filter(site=site).exclude(name=site.name).values_list("name", flat=True)
    return SiteFigures(
        fei=site.fei or "",
        name=site.name,
        aliases=tuple(aliases),
        organization=site.organization.legal_name,
        organization_kind=site.organization.kind,
        street=site.street,
        city=site.city,
        state=site.state,
        postal_code=site.postal_code,
        country=str(site.country or ""),
        duns=site.duns,
        standing=site.standing,
        standing_valid_until=site.standing_valid_until,
        is_demo=site.organization.is_demo,
        capabilities=tuple(_capabilities(site, as_of)),
    )


def _capabilities(site: Site, as_of: date) -> Iterator[CapabilityFigures]:
    stood = past(as_of, (Capability,))
    query = "SELECT stood.* FROM {} stood WHERE stood.site_id = %(site)s ORDER BY stood.id"
    asked = {**stood.params, "site": site.pk}
    rows = Capability.objects.raw(query.format(stood.relation(Capability)), asked)
    for row in rows:
        known_on = row.known_on or row.happened_on or row.recorded_at.date()
        replaced = row.replaced_on is not None and row.replaced_on <= as_of
        if replaced or known_on > as_of or (row.expires_on and row.expires_on < as_of):
            continue
        yield CapabilityFigures(
            modality=row.modality,
            dosage_form=row.dosage_form,
            route=row.route,
            operation=row.operation,
            stages=tuple(row.stages),
            batch_min=row.batch_min,
            batch_max=row.batch_max,
            batch_unit=row.batch_unit,
            batches_made=row.batches_made,
            years_experience=row.years_experience,
            stated_limits=row.stated_limits,
            strength=row.strength,
            stated_on=row.happened_on,
            expires_on=row.expires_on,
        )


def _evaluation(ranking: Ranking, candidate: RankedCandidate) -> Evaluation:
    titles = {row.key: row.title for row in ranking.plan.criteria}
    criteria = tuple(_criterion(row, titles) for row in candidate.criteria)
    return Evaluation(
        template_key=ranking.plan.template_key,
        template=ranking.plan.template_title,
        template_version=ranking.plan.template_version,
        digest=ranking.evaluation.digest,
        standing=standing_of(candidate),
        verified_share=verified_share(criteria),
        gates=tuple(
            GateFigures(
                key=gate.criterion.key,
                label=gate.criterion.title,
                status=gate.derived.status.value,
                reason=message_of(gate.derived.reason),
                evidence=_evidence(gate.derived.evidence),
                rule=rule_of(gate.derived.rule),
            )
            for gate in candidate.gates
        ),
        groups=tuple(groups_of(ranking, candidate)),
        criteria=criteria,
        open_evidence=tuple(
            OpenEvidence(
                cell.criterion, titles[cell.criterion], cell.low, cell.high, cell.gain, cell.decisive
            )
            for cell in candidate.result.open_cells
        ),
        field=tuple(standing_of(each) for each in ranking.candidates),
        inputs=inputs_of(ranking),
    )


def _criterion(row: CriterionResult, titles: dict[str, str]) -> CriterionFigures:
    group = row.criterion.parent or row.criterion.key
    return CriterionFigures(
        key=row.criterion.key,
        label=row.criterion.title,
        group=group,
        group_label=titles[group],
        weight=row.weight,
        low=row.low,
        high=row.high,
        strength=row.strength,
        rationale=why_of(row),
        evidence=_evidence(row.derived.evidence),
        rule=rule_of(row.derived.rule),
        override=override_of(row),
    )


def override_of(row: CriterionResult) -> OverrideFigures | None:
    """What people put in place of the derived value: a person, else a panel, under its title.

    The reason is empty where the panel accepted its scores as they were.
    """
    if row.override is None and row.agreed is not None and row.agreed_counts:
        return OverrideFigures(
            derived_low=row.derived.low,
            derived_high=row.derived.high,
            reason=row.agreed.reason,
            made_by=row.agreed.panel,
            made_on=row.agreed.agreed_on,
        )
    if row.override is None:
        return None
    return OverrideFigures(
        derived_low=row.derived.low,
        derived_high=row.derived.high,
        reason=row.override.reason,
        made_by=row.override.made_by,
        made_on=row.override.made_on,
    )


def why_of(row: CriterionResult) -> Message:
    """Why the value that counts is what it is; what a panel agreed on goes before the rule."""
    counts = row.agreed_counts and row.override is None
    return message_of(row.agreed.rationale if row.agreed and counts else row.rationale)


def message_of(rationale: Rationale) -> Message:
    """A reason as figures."""
    return Message(
        rationale.key,
        {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in rationale.params.items()
        },
    )


def _evidence(references: tuple[EvidenceRef, ...]) -> tuple[EvidenceMark, ...]:
    return tuple(EvidenceMark(each.kind, each.id) for each in references)


def rule_of(rule: RuleRef) -> str:
    """A rule and its version in one word."""
    return f"{rule.key}@{rule.version}"
