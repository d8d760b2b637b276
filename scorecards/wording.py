"""Rationales, titles and states in the reader's language: the only place that turns keys into sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from audits.models import RegulatoryAction
from common.numbers import day_text, number_text
from partners.models import PracticeRating
from partners.vocabulary import BatchUnit, DosageForm, Modality, Operation, Route, Stage, amount_unit
from scorecards.derivation.batch import WIDENED
from scorecards.derivation.score import ParamValue, Rationale
from scorecards.engine import Status
from scorecards.floors import PREFIX
from scorecards.profile_wording import PROFILE_RATIONALES
from scorecards.requirements import FAMILY, requirement_sentence

RATIONALES: Mapping[str, str | Promise] = {
    **PROFILE_RATIONALES,
    "panel.accepted": _(
        "Agreed at level %(level)s of 5 by a panel of %(assessors)s on %(agreed_on)s, accepted as scored."
    ),
    "panel.moderated": _(
        "Agreed at level %(level)s of 5 after discussion, from the scores of %(assessors)s assessors, on "
        "%(agreed_on)s."
    ),
    "panel.interval": _(
        "The panel left it open between level %(level)s and %(highest)s of 5, from the scores of "
        "%(assessors)s assessors, on %(agreed_on)s."
    ),
    "panel.within_accepted": _(
        "A panel of %(assessors)s put it at level %(level)s of 5 within what the evidence leaves open, on "
        "%(agreed_on)s, accepted as scored."
    ),
    "panel.within_moderated": _(
        "A panel of %(assessors)s put it at level %(level)s of 5 within what the evidence leaves open, after "
        "discussion, on %(agreed_on)s."
    ),
    "panel.within_interval": _(
        "A panel of %(assessors)s left it between level %(level)s and %(highest)s of 5 within what the "
        "evidence leaves open, on %(agreed_on)s."
    ),
    "panel.settled": _(
        "The evidence settles this, so that what a panel agreed on (level %(level)s to %(highest)s of 5, on "
        "%(agreed_on)s) does not count."
    ),
    "floor.pass": _("At least %(low)s points are documented; the floor is %(floor)s."),
    "floor.fail": _("At most %(high)s points are possible; the floor is %(floor)s."),
    "floor.fail_open": _(
        "At most %(high)s points are possible; the floor is %(floor)s. Only a signed exception ranks the "
        "candidate."
    ),
    "floor.unknown": _("Between %(low)s and %(high)s points; the floor is %(floor)s: unknown."),
    "floor.unknown_open": _(
        "Between %(low)s and %(high)s points; the floor is %(floor)s: unknown, unless an exception is signed."
    ),
    "floor.excepted": _(
        "%(low)s points are documented; the floor is %(floor)s. Let pass by the exception that %(author)s "
        "and %(approver)s signed, approved on %(approved_on)s: %(reason)s"
    ),
    "floor.excepted_until": _(
        "%(low)s points are documented; the floor is %(floor)s. Let pass until %(until_on)s by the exception "
        "that %(author)s and %(approver)s signed, approved on %(approved_on)s: %(reason)s"
    ),
    "floor.void": _(
        "Between %(low)s and %(high)s points; the floor is %(floor)s. The exception approved on "
        "%(approved_on)s does not hold any more: less is documented than it accepted, or less well, or the "
        "floor has risen."
    ),
    "unrecorded.none": _("No evidence is recorded, so anything from 0 to 100 is possible."),
    "inspections.none": _(
        "No drug GMP inspection by a stringent authority is known: unknown, which is not the same as clean."
    ),
    "inspections.actions_only": _(
        "No inspection outcome is known, only letters or alerts that concern GMP or may do so: "
        "%(letters)s, the latest of %(latest_on)s."
    ),
    "inspections.scored": _(
        "Inspections known: %(inspections)s (no action indicated or compliant: %(clean)s, "
        "voluntary action: %(voluntary)s, official action or not compliant: %(official)s, "
        "pending: %(pending)s), letters or alerts that concern GMP or may do so: %(letters)s; "
        "the latest of %(latest_on)s; half-life %(half_life_years)s years."
    ),
    "signals.none": _("No public record of the site is known: unknown, which is not the same as clean."),
    "signals.quiet": _(
        "The authority knows the site; no Form 483 and no recall of it is published, which says "
        "little by itself."
    ),
    "signals.scored": _(
        "Published Form 483s: %(forms)s, recall events: %(recalls)s, the latest of "
        "%(latest_on)s; weighted by class and age they make a signal of %(signal)s."
    ),
    "signals.sterility": _(
        "Published Form 483s: %(forms)s, recall events: %(recalls)s, the latest of "
        "%(latest_on)s; the recall that weighs most names sterility and counts three times; by age they make "
        "a signal of %(signal)s."
    ),
    "citations.none": _("No citation is posted: unknown, since handwritten observations are never posted."),
    "citations.scored": _(
        "Citations posted: %(citations)s at %(visits)s visits, repeated within %(repeat_months)s months: "
        "%(repeated)s, on data integrity: %(integrity)s; the latest of %(latest_on)s."
    ),
    "modality.none": _("The site has recorded no capability yet; asked for: %(modality)s."),
    "modality.no": _(
        "The site states what it makes, and neither %(modality)s nor anything close is part of it."
    ),
    "modality.near": _("The site makes something close to %(modality)s, not the modality itself."),
    "modality.open": _("A capability leaves the modality open; asked for: %(modality)s."),
    "modality.yes": _("The site makes %(modality)s."),
    "form_route.none": _("The site has recorded no capability yet; asked for: %(dosage_form)s, %(route)s."),
    "form_route.no": _("No capability covers %(dosage_form)s or the route %(route)s."),
    "form_route.near": _("A capability covers %(dosage_form)s or the route %(route)s, none covers both."),
    "form_route.open": _(
        "A capability leaves the dosage form or the route open; asked for: %(dosage_form)s, %(route)s."
    ),
    "form_route.yes": _("A capability covers %(dosage_form)s by the route %(route)s."),
    "stage.none": _("The site has recorded no capability yet; asked for: %(stage)s."),
    "stage.no": _("The stages that the site states are more than one step away from %(stage)s."),
    "stage.near": _(
        "The site states a stage one step away from %(stage)s, or this stage in another modality."
    ),
    "stage.open": _("The site does not say at which stages it works; asked for: %(stage)s."),
    "stage.yes": _("The site works at the stage %(stage)s in this modality."),
    "depth.none": _("The site has recorded no capability yet; asked for: %(modality)s."),
    "depth.other": _("The site states what it makes, and %(modality)s is not part of it."),
    "depth.unsaid": _("The site makes %(modality)s and says neither how often nor for how long."),
    "depth.batches": _("Batches of %(modality)s made: %(batches)s; for how long is not said."),
    "depth.years": _("Years of work in %(modality)s: %(years)s; how many batches is not said."),
    "depth.scored": _("Batches of %(modality)s made: %(batches)s, in %(years)s years."),
    "limits.none": _("The site has not said where its expertise ends."),
    "limits.stated": _(
        "The site says in its own words where its expertise ends; how clearly, a person judges."
    ),
    "limits.rated": _(
        "The site has not said where its expertise ends; how clear it is about it is rated %(rated)s of 5."
    ),
    "limits.both": _(
        "The site says in its own words where its expertise ends; how clearly, is rated %(rated)s of 5."
    ),
    "batch.not_asked": _("The program states no batch size."),
    "batch.none": _("No batch of this modality is on record; needed: %(needed)s %(unit)s."),
    "batch.unit": _("The proven batch is stated in a unit that does not convert to %(unit)s: unknown."),
    "batch.scored": _(
        "Largest proven batch: %(proven)s %(unit)s, needed: %(needed)s %(unit)s, a ratio of %(ratio)s."
    ),
    "batch.scored_peak": _(
        "Largest proven batch: %(proven)s %(unit)s, needed: %(needed)s %(unit)s now, a ratio of %(ratio)s, "
        "and %(peak)s %(unit)s at the peak."
    ),
    "batch.within": _("The needed %(needed)s %(unit)s lie in the proven range, up to %(proven)s %(unit)s."),
    "batch.near": _(
        "The needed %(needed)s %(unit)s lie outside the proven range (%(smallest)s to %(proven)s "
        "%(unit)s) by no more than a factor of two."
    ),
    "batch.too_large": _(
        "The needed %(needed)s %(unit)s are more than twice the largest proven batch, %(proven)s %(unit)s."
    ),
    "batch.too_small": _(
        "The needed %(needed)s %(unit)s are less than half of the smallest proven batch, "
        "%(smallest)s %(unit)s."
    ),
    "standing.none": _("No warning letter, import alert or statement of non-compliance is known."),
    "standing.other_subject": _("Letters are known, none of them about GMP; the latest of %(issued_on)s."),
    "standing.closed": _("The %(kind)s of %(issued_on)s was closed on %(closed_on)s."),
    "standing.subject_unknown": _(
        "The subject of the %(kind)s of %(issued_on)s is not known: it may concern GMP."
    ),
    "standing.open_long": _(
        "The %(kind)s of %(issued_on)s concerns GMP, is older than %(open_years)s years, and no "
        "closeout is known."
    ),
    "standing.open": _("The %(kind)s of %(issued_on)s concerns GMP, and no closeout is known."),
    "critical.none": _(
        "No critical outcome within %(months)s months; the latest final inspection ended on %(decided_on)s."
    ),
    "critical.unseen": _(
        "No stringent authority has a final inspection outcome of this site: unknown, not clean."
    ),
    "critical.long_ago": _(
        "The latest final inspection outcome, of %(decided_on)s, is older than %(months)s "
        "months: nothing recent is known."
    ),
    "critical.unsettled": _("The visit of %(decided_on)s has no final outcome yet."),
    "critical.subject_unknown": _(
        "A letter or alert of %(decided_on)s, within %(months)s months, may concern GMP: its "
        "subject is not known."
    ),
    "critical.letter": _("A letter or alert of %(decided_on)s, within %(months)s months, concerns GMP."),
    "critical.outcome": _(
        "The inspection that ended on %(decided_on)s, within %(months)s months, found official "
        "action indicated or non-compliance."
    ),
}

CRITERIA: Mapping[str, str | Promise] = {
    "regulatory": _("Regulatory record and quality culture"),
    "inspection-outcomes": _("Inspection outcomes"),
    "public-signals": _("Published observations and recalls"),
    "documentation": _("Documentation and data integrity"),
    "documentation-seen": _("Documentation practice as seen"),
    "quality-authority": _("Authority of the quality unit"),
    "deviations-capa": _("Deviations and CAPA"),
    "audit-responses": _("Answers to audits"),
    "fit": _("Technical fit"),
    "form-route-fit": _("Dosage form and route"),
    "modality-fit": _("Modality"),
    "stage-fit": _("Stage"),
    "depth": _("Depth of experience"),
    "stated-limits": _("Stated limits"),
    "scale": _("Scale and capacity"),
    "proven-batch": _("Proven batch size"),
    "reserved-capacity": _("Reserved capacity"),
    "next-slot": _("Next free slot"),
    "doubled-demand": _("Doubled demand"),
    "scale-up": _("Scale-up without a break"),
    "transfer": _("Technology transfer and integration"),
    "development-support": _("Development and analytical support"),
    "transfer-protocols": _("Transfer protocols"),
    "transfer-communication": _("Development to production"),
    "transfer-record": _("Record of transfers"),
    "integration": _("Operations under one roof"),
    "communication": _("Communication"),
    "project-managers": _("Project managers with authority"),
    "reviews": _("Regular reviews"),
    "early-warning": _("Early warning"),
    "supply": _("Supply"),
    "dual-sourcing": _("Qualified suppliers"),
    "strategic-stocks": _("Strategic stocks"),
    "exposure": _("Exposure to countries and lanes"),
    "disruptions": _("Disruptions as handled"),
    "lifecycle": _("Lifecycle"),
    "cold-chain-handling": _("Cold chain as handled"),
    "launch-experience": _("Launches supported"),
    "temperature-experience": _("Years at this temperature"),
    "flow": _("Lanes, identity and dry runs"),
    "dry-runs": _("Dry runs with us"),
    "lane-control": _("Control of lanes and handoffs"),
    "identity-custody": _("Chain of identity and custody"),
    "access": _("Channel and access"),
    "access-support": _("Support of access"),
    "title-terms": _("Title, orders and terms"),
    "validation": _("Process validation and PPQ"),
    "improvement": _("Continuous improvement"),
    "post-approval": _("Post-approval changes"),
    "finance": _("Finance"),
    "stability": _("Financial stability"),
    "capital-spending": _("Capital spending"),
    "customers": _("Independence of one customer"),
    "people": _("Investment in people"),
    "commercial": _("Commercial terms"),
    "cost": _("Cost"),
    "timeline": _("Timeline"),
    "no-open-gmp-action": _("No open GMP action"),
    "no-critical-outcome": _("No critical inspection outcome"),
    "modality": _("Modality"),
    "form-and-route": _("Dosage form and route"),
    "stage": _("Stage"),
    "batch-scale": _("Batch scale"),
    "operations": _("Operations"),
    "containment": _("Containment"),
    "temperature": _("Temperature"),
}

TEMPLATES: Mapping[str, str | Promise] = {
    "drug-cdmo": _("Contract manufacturer of drugs and biologics"),
    "cgt-3pl": _("Logistics partner (3PL) of cell and gene therapies"),
}

STATUSES: Mapping[Status, str | Promise] = {
    Status.RANKED: _("ranked"),
    Status.CONDITIONAL: _("conditional"),
    Status.EXCLUDED: _("excluded"),
}

STATUS_TONES: Mapping[Status, str] = {
    Status.RANKED: "good",
    Status.CONDITIONAL: "unknown",
    Status.EXCLUDED: "bad",
}

WORDS: Mapping[str, Mapping[str, str | Promise]] = {
    "modality_code": dict(Modality.choices),
    "dosage_form_code": dict(DosageForm.choices),
    "route_code": dict(Route.choices),
    "stage_code": dict(Stage.choices),
    "unit_code": dict(BatchUnit.choices),
    "kind_code": dict(RegulatoryAction.Kind.choices),
    "operation_code": dict(Operation.choices),
    "practice_code": dict(PracticeRating.Practice.choices),
}

# The figures that a unit stands behind; it says "dose" where each of them is one.
AMOUNTS = frozenset({"needed", "proven", "peak", "smallest", "amount"})


def sentence(rationale: Rationale) -> str:
    """The rationale in the active language, one sentence with figures and dates."""
    if rationale.key.startswith(FAMILY):
        return requirement_sentence(rationale)
    told = _sentence(get_language() or "", rationale.key, tuple(rationale.params.items()))
    if widened := rationale.params.get(WIDENED):
        points = _word(WIDENED, widened)
        return gettext("%(sentence)s Claimed: widened by %(points)s points down.") % {
            "sentence": told,
            "points": points,
        }
    return told


@lru_cache(maxsize=4096)
def _sentence(language: str, key: str, params: tuple[tuple[str, ParamValue], ...]) -> str:
    """Most candidates share most sentences, and a sentence depends on nothing but its arguments."""
    words = {name.removesuffix("_code"): _word(name, value) for name, value in params}
    amounts = [value for name, value in params if name in AMOUNTS and isinstance(value, int | float)]
    if "unit_code" in dict(params) and amounts:
        words["unit"] = amount_unit(str(dict(params)["unit_code"]), *amounts)
    return str(RATIONALES[key]) % words


def sentence_of_data(data: Mapping[str, object]) -> str:
    """The same for a rationale that was kept as JSON, such as in a frozen evaluation."""
    params = data["params"]
    assert isinstance(params, dict)
    revived = {
        name: date.fromisoformat(str(value)) if name.endswith("_on") else value
        for name, value in params.items()
    }
    return sentence(Rationale(str(data["key"]), revived))


def criterion_title(key: str, stored: str) -> str:
    """A criterion's title; one added by hand has the title it was stored with."""
    if key.startswith(PREFIX):
        return gettext("Floor: %(criterion)s") % {"criterion": criterion_title(key[len(PREFIX) :], stored)}
    return str(CRITERIA.get(key, stored))


def template_title(key: str, stored: str) -> str:
    return str(TEMPLATES.get(key, stored))


def status_word(status: Status) -> str:
    return str(STATUSES[status])


def _word(name: str, value: ParamValue) -> str:
    if isinstance(value, date):
        return day_text(value)
    if name.endswith("_code"):
        return str(WORDS[name].get(str(value), value)) or gettext("any")
    if isinstance(value, float):
        return number_text(value, 0 if value == int(value) else 2)
    if isinstance(value, int):
        return number_text(value)
    return value or gettext("not known")
