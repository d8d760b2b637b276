"""What concerns the whole plan: packaging, labels, roles, identity, disruption, decisions, words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from logistics.readiness.facts import PlanFacts
from logistics.readiness.reason import Aspect, Gap, Minutes, Reason, Word, reason

# Moments at which an identifier is early enough: at or before the first collection.
EARLY = frozenset({"enrollment", "order", "collection"})
# Disruptions that no plan may leave out.
EXPECTED = ("transport_delay", "patient_ill", "excursion")


def packaging_gaps(plan: PlanFacts, needed: int) -> Iterator[Gap]:
    """Packaging must have been shown to hold at the plan's temperature for the minutes needed."""
    if not plan.band:
        return
    fitting = [each for each in plan.packaging if each.band == plan.band]
    if not fitting:
        none = reason("packaging.none", band=Word("band", plan.band))
        yield Gap(Aspect.PACKAGING, none, plan.lead, None, "packaging", 0)
        return
    for each in fitting:
        if each.result != "passed":
            why = reason(f"packaging.{each.result}", name=each.name)
        elif (each.hold or 0) < needed:
            hold = Minutes(each.hold or 0)
            why = reason("packaging.too_short", name=each.name, hold=hold, needed=Minutes(needed))
        else:
            continue
        yield Gap(Aspect.PACKAGING, why, each.owner, each.due_on, "packaging", each.pk)


def label_gaps(plan: PlanFacts, region: str, on: date) -> Iterator[Gap]:
    """Labels of a region: all met, the inner pack thought of, a mock review held and its gaps closed."""
    word = Word("region", region)
    own = [each for each in plan.labels if each.region == region]
    if not any(each.level == "inner" for each in own):
        yield _of_plan(plan, Aspect.LABELS, reason("labels.no_inner", region=word), "labels")
    for each in own:
        if each.met_on is None or each.met_on > on:
            why = reason("labels.unmet", region=word, level=Word("level", each.level))
            yield Gap(Aspect.LABELS, why, each.owner, each.due_on, "labels", each.pk)
    reviews = [each for each in plan.reviews if each.region == region]
    held = [each for each in reviews if each.held_on is not None and each.held_on <= on]
    if not held:
        ahead = [each for each in reviews if each.planned_on is not None]
        if ahead:
            each_ahead = ahead[0]
            assert each_ahead.planned_on is not None
            why = reason("labels.review_planned", region=word, on=each_ahead.planned_on)
            yield Gap(
                Aspect.LABELS, why, each_ahead.owner, each_ahead.planned_on, "mock-reviews", each_ahead.pk
            )
        else:
            yield _of_plan(plan, Aspect.LABELS, reason("labels.no_review", region=word), "mock-reviews")
    for review in held:
        for gap in review.gaps:
            why = reason("labels.review_gap", region=word, text=gap.text)
            yield Gap(Aspect.LABELS, why, gap.owner or review.owner, gap.due_on, "review-gaps", gap.pk)


def role_gaps(plan: PlanFacts) -> Iterator[Gap]:
    """Every task has one who is accountable and somebody who does it."""
    for task in plan.tasks:
        for part in ("a", "r"):
            if (task, part) not in plan.roles:
                why = reason(f"roles.no_{part}", task=Word("task", task))
                yield _of_plan(plan, Aspect.ROLES, why, "roles")


def plan_gaps(plan: PlanFacts, on: date) -> Iterator[Gap]:
    """What is open of the plan itself. Not all of it keeps a patient from a dose."""
    yield from _product(plan, on)
    yield from _identity(plan)
    yield from _disruption(plan)
    yield from _decisions(plan)
    yield from _words(plan)
    yield from _stakeholders(plan)
    yield from _reviews(plan, on)


def _of_plan(
    plan: PlanFacts, aspect: Aspect, why: Reason, kind: str = "plan", *, blocking: bool = True
) -> Gap:
    pk = plan.pk if kind == "plan" else 0
    return Gap(aspect, why, plan.lead, None, kind, pk, blocking)


def _product(plan: PlanFacts, on: date) -> Iterator[Gap]:
    if plan.go_live_on is None:
        yield _of_plan(plan, Aspect.PRODUCT, reason("plan.no_go_live"))
    elif plan.go_live_on > on:
        why = reason("plan.not_yet", on=plan.go_live_on)
        yield Gap(Aspect.PRODUCT, why, plan.lead, plan.go_live_on, "plan", plan.pk)
    if not plan.area.strip():
        yield _of_plan(plan, Aspect.PRODUCT, reason("plan.no_area"))
    if not plan.band:
        yield _of_plan(plan, Aspect.PRODUCT, reason("plan.no_band"))
    elif plan.needed_band and plan.needed_band != plan.band:
        other = reason("plan.other_band", band=Word("band", plan.band), needed=Word("band", plan.needed_band))
        yield _of_plan(plan, Aspect.PRODUCT, other)
    if plan.shelf_life is None or plan.release is None:
        yield _of_plan(plan, Aspect.PRODUCT, reason("plan.no_time"))
    if plan.collects and not plan.turnaround_days:
        yield _of_plan(plan, Aspect.PRODUCT, reason("plan.no_turnaround"))
    if not plan.sites:
        yield _of_plan(plan, Aspect.ONBOARDING, reason("plan.no_sites"), "care-sites")


def _identity(plan: PlanFacts) -> Iterator[Gap]:
    if not plan.collects and not plan.made_for_a_patient:
        return
    if not plan.identity_at:
        yield _of_plan(plan, Aspect.IDENTITY, reason("identity.none"))
    elif plan.identity_at not in EARLY:
        late = reason("identity.late", at=Word("identity", plan.identity_at))
        yield _of_plan(plan, Aspect.IDENTITY, late)


def _disruption(plan: PlanFacts) -> Iterator[Gap]:
    written = {each.scenario for each in plan.playbook}
    for scenario in EXPECTED:
        if scenario not in written:
            why = reason("disruption.none", scenario=Word("scenario", scenario))
            yield _of_plan(plan, Aspect.DISRUPTION, why, "playbook")
    for each in plan.playbook:
        word = Word("scenario", each.scenario)
        for key, there in (("owner", bool(each.owner)), ("communication", each.communication)):
            if not there:
                why = reason(f"disruption.no_{key}", scenario=word)
                owner = each.owner or plan.lead
                yield Gap(Aspect.DISRUPTION, why, owner, each.due_on, "playbook", each.pk, blocking=False)


def _decisions(plan: PlanFacts) -> Iterator[Gap]:
    wanted = (
        (Aspect.TITLE, "title.none", bool(plan.title and plan.transfer)),
        (Aspect.TITLE, "title.no_parties", plan.title_parties),
        (Aspect.CHANNEL, "channel.none", bool(plan.channel and plan.channel_decided_on)),
        (Aspect.CHANNEL, "channel.no_reasons", plan.channel_reasons),
        (Aspect.CHANNEL, "channel.no_owner", bool(plan.channel_owner)),
        (Aspect.DOSING, "dosing.none", bool(plan.dosing and plan.ordering)),
        (Aspect.REVIEWS, "reviews.no_cadence", plan.review_every_days is not None),
        (Aspect.ROLES, "roles.no_lead", bool(plan.lead)),
    )
    for aspect, key, there in wanted:
        if not there:
            yield _of_plan(plan, aspect, reason(key), blocking=False)


def _words(plan: PlanFacts) -> Iterator[Gap]:
    for kind in (*plan.orders, "cryogenic") if plan.band == "cryogenic" else plan.orders:
        if kind not in plan.words:
            why = reason("words.none", kind=Word("term", kind))
            yield _of_plan(plan, Aspect.WORDS, why, "glossary", blocking=False)
    if plan.words_on is None:
        return
    for party in plan.parties:
        if party.acknowledged_on is None or party.acknowledged_on < plan.words_on:
            key = "words.unread" if party.acknowledged_on is None else "words.outdated"
            why = reason(key, party=party.name, on=plan.words_on)
            yield Gap(Aspect.WORDS, why, plan.lead, None, "parties", party.pk, blocking=False)


def _stakeholders(plan: PlanFacts) -> Iterator[Gap]:
    known = {each.topic for each in plan.topics}
    for topic in plan.subjects:
        if topic not in known:
            why = reason("stakeholders.none", topic=Word("topic", topic))
            yield _of_plan(plan, Aspect.STAKEHOLDERS, why, "stakeholders", blocking=False)
    for each in plan.topics:
        if each.settled_on is None:
            why = reason("stakeholders.open", topic=Word("topic", each.topic))
            yield Gap(
                Aspect.STAKEHOLDERS, why, each.owner, each.due_on, "stakeholders", each.pk, blocking=False
            )


def _reviews(plan: PlanFacts, on: date) -> Iterator[Gap]:
    if plan.review_every_days is None:
        return
    if plan.reviewed_on is None:
        yield _of_plan(plan, Aspect.REVIEWS, reason("reviews.none"), "reviews", blocking=False)
        return
    due_on = plan.reviewed_on + timedelta(days=plan.review_every_days)
    if due_on < on:
        late = reason("reviews.late", on=due_on)
        yield Gap(Aspect.REVIEWS, late, plan.lead, due_on, "reviews", blocking=False)
