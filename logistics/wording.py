"""Reasons, aspects and steps in the reader's language: the only place that turns keys into sentences."""

from collections.abc import Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.numbers import day_text, number_text
from logistics.models import CareSite, DistributionPlan
from logistics.readiness.budget import Part
from logistics.readiness.reason import Aspect, Minutes, Param, Reason, Word, Words
from logistics.vocabulary import CheckKind, Level, Scenario, Task, TermKind, Topic
from partners.vocabulary import Region, TemperatureBand

type Text = str | Promise

ASPECTS: Mapping[Aspect, Text] = {
    Aspect.STORAGE: _("Storage"),
    Aspect.TEAM: _("Team"),
    Aspect.ONBOARDING: _("Onboarding"),
    Aspect.LANE: _("Lane"),
    Aspect.SHIPPER: _("Shipper"),
    Aspect.PACKAGING: _("Packaging"),
    Aspect.LABELS: _("Labels"),
    Aspect.DRY_RUN: _("Dry run"),
    Aspect.ACCESS: _("Reimbursement"),
    Aspect.ROLES: pgettext_lazy("responsibilities", "Roles"),
    Aspect.PRODUCT: _("Product"),
    Aspect.IDENTITY: _("Identity"),
    Aspect.DISRUPTION: _("Disruptions"),
    Aspect.TITLE: pgettext_lazy("ownership", "Title"),
    Aspect.CHANNEL: _("Channel"),
    Aspect.DOSING: _("Dosing"),
    Aspect.STAKEHOLDERS: _("Stakeholders"),
    Aspect.WORDS: _("Glossary"),
    Aspect.REVIEWS: _("Reviews"),
}

VOCABULARIES: Mapping[str, Mapping[str, Text]] = {
    "band": dict(TemperatureBand.choices),
    "remedy": dict(CareSite.Remedy.choices),
    "check": dict(CheckKind.choices),
    "region": dict(Region.choices),
    "level": dict(Level.choices),
    "scenario": dict(Scenario.choices),
    "task": dict(Task.choices),
    "term": dict(TermKind.choices),
    "topic": dict(Topic.choices),
    "identity": dict(DistributionPlan.Identity.choices),
    "milestone": {
        "submission": _("submission of the dossier"),
        "meeting": _("meeting of the committee"),
        "approval": _("approval by the care site"),
        "contract": _("contract"),
        "training": _("training of the team"),
        "storage": _("storage in place"),
        "go_live": _("product may be used"),
        "active": _("care site open"),
        "first_dose": _("first dose"),
    },
}

PARTS: Mapping[Part, Text] = {
    Part.RELEASE: _("Packing to release"),
    Part.WAIT: _("Waiting for the departure"),
    Part.TRANSIT: _("On the way"),
    Part.BUFFER: pgettext_lazy("planned time", "Buffer"),
    Part.CLOSED: _("Waiting for the care site to open"),
}

ORDERINGS: Mapping[str, Text] = {
    "made_to_order": _("made to order"),
    "just_in_time": _("just in time"),
    "stock": _("from a stock of its own"),
    "open": _("cannot be foreseen"),
}

REASONS: Mapping[str, Text] = {
    "storage.none": _("It cannot store the product (%(band)s), and no remedy is chosen."),
    "storage.remedy": _("It cannot store the product (%(band)s). Chosen, not yet in place: %(remedy)s."),
    "team.open": _("Not yet in place: %(what)s."),
    "team.other_area": _("Seen for %(other)s only, which does not count for %(area)s: %(what)s."),
    "team.unasked": _("Never asked: %(what)s."),
    "onboarding.none": _("Nobody has begun to bring the product onto its list."),
    "onboarding.no_frequency": _("How often its committee meets is not known."),
    "onboarding.no_meeting": _("No meeting of its committee is known."),
    "onboarding.no_contract": _("How long its contract takes is not known."),
    "onboarding.no_training": _("How long the training of its team takes is not known."),
    "onboarding.ahead": _("Still to come: %(step)s, %(on)s at the earliest."),
    "access.none": _("No way of reimbursement is known in this region: %(region)s."),
    "access.unapplied": _("%(code)s was not applied for, and no access until then is arranged."),
    "access.waiting": _("%(code)s is applied for, and no access until it is there is arranged."),
    "access.interim": _("%(code)s is expected on %(on)s; access until then is arranged."),
    "access.interim_undated": _("%(code)s has no date; access until then is arranged."),
    "lane.none": _("No lane leads to it."),
    "lane.no_legs": _("%(lane)s has no legs yet, so nobody knows how long it takes."),
    "lane.no_packing_hour": _("The hour of packing is not known, so cut-offs cannot be kept to."),
    "lane.too_late": _(
        "%(lane)s takes %(needed)s from packing, %(over)s longer than the product may be used."
    ),
    "lane.too_late_on": _(
        "%(lane)s comes too late on %(late)s of the coming %(days)s days of packing, first on %(on)s."
    ),
    "lane.never_leaves": _("%(lane)s, %(leg)s: on the days chosen it never leaves."),
    "lane.never_open": _("On the days and hours chosen, the care site never receives."),
    "lane.no_second_departure": _("%(lane)s leaves %(left)s: one missed departure and the dose is lost."),
    "lane.no_buffer": _("%(lane)s plans no time for delays."),
    "lane.loose_handoff": _("%(lane)s, %(leg)s: who hands over or who carries is not named."),
    "lane.partner_band": _("%(party)s does not handle the product’s temperature (%(band)s)."),
    "shipper.none": _("%(lane)s has no shipper."),
    "shipper.band": _("%(name)s is qualified for another temperature: %(band)s."),
    "shipper.never": _("%(name)s has never been requalified, as far as is known."),
    "shipper.expired": _("The requalification of %(name)s counted until %(on)s only."),
    "shipper.no_hold": _("How long %(name)s holds is not known."),
    "shipper.too_short": _("%(name)s holds %(hold)s; %(lane)s needs %(needed)s."),
    "packaging.none": _("No packaging is qualified for the product’s temperature (%(band)s)."),
    "packaging.running": _("The qualification of %(name)s is under way."),
    "packaging.failed": _("%(name)s failed its qualification."),
    "packaging.too_short": _("%(name)s was shown to hold %(hold)s; %(needed)s are needed."),
    "labels.no_inner": _("%(region)s: nobody has asked what the inner pack must say."),
    "labels.unmet": _("%(region)s, %(level)s: the label does not say yet what it must."),
    "labels.no_review": _("%(region)s: no mock review of labels and packaging is planned."),
    "labels.review_planned": _("%(region)s: the mock review of labels and packaging is planned for %(on)s."),
    "labels.review_gap": _("%(region)s, found in the mock review: %(text)s"),
    "dry_run.none": _("No dry run of %(lane)s is planned."),
    "dry_run.planned": _("%(name)s is planned for %(on)s."),
    "dry_run.failed": _("%(name)s failed."),
    "dry_run.no_outcome": _("%(name)s was held and has no outcome."),
    "dry_run.deviation": _("%(name)s, open deviation: %(text)s"),
    "dry_run.absent": _("%(party)s did not take part in %(name)s."),
    "dry_run.unsigned": _("%(name)s is not signed off."),
    "roles.no_a": _("Nobody is accountable: %(task)s."),
    "roles.no_r": _("Nobody is responsible for doing it: %(task)s."),
    "roles.no_lead": _("The plan has no lead."),
    "plan.no_go_live": _("The day from which the product may be used is not known."),
    "plan.not_yet": _("The product may be used from %(on)s only."),
    "plan.no_area": _("The therapeutic area of the product is not named."),
    "plan.no_band": _("The temperature band of the product is not chosen."),
    "plan.other_band": _("The plan says %(band)s, the program %(needed)s."),
    "plan.no_time": _("Time to release or shelf life after packing is not known."),
    "plan.no_turnaround": _(
        "The days from the collection of cells to the dose are not given, so none are reckoned."
    ),
    "plan.no_sites": _("No care site is chosen."),
    "identity.none": _("It is not said when the identifier of the patient’s product is issued."),
    "identity.late": _("The identifier is issued after the first collection: at %(at)s."),
    "disruption.none": _("Not thought through: %(scenario)s."),
    "disruption.no_owner": _("Nobody leads the response: %(scenario)s."),
    "disruption.no_communication": _("Who is told is not written down: %(scenario)s."),
    "title.none": _("Who owns the product when is not decided."),
    "title.no_parties": _("Who is part of the change of ownership is not said."),
    "channel.none": _("The channel is not decided."),
    "channel.no_reasons": _("The channel has no reasons."),
    "channel.no_owner": _("The channel has no owner."),
    "dosing.none": _("How the product is dosed and ordered is not said."),
    "reviews.no_cadence": _("How often the functions review the plan is not said."),
    "reviews.none": _("The functions have not reviewed the plan yet."),
    "reviews.late": _("A review of the plan was due on %(on)s."),
    "words.none": _("Not explained in the glossary: %(kind)s."),
    "words.unread": _("%(party)s has not acknowledged the glossary."),
    "words.outdated": _("%(party)s acknowledged the glossary before it changed on %(on)s."),
    "stakeholders.none": _("Not assessed: %(topic)s."),
    "stakeholders.open": _("Assessed, with nothing settled: %(topic)s."),
    "ordering.made_to_order": _("Each dose is made for one patient, so the site orders it for that patient."),
    "ordering.no_returns": _("Without returns the site bears every unused dose, so it orders just in time."),
    "ordering.short_payment": _(
        "It pays within %(days)s days, before it is paid itself, so it orders just in time."
    ),
    "ordering.stock": _("It may return doses and pays within %(days)s days, so it can afford a stock."),
    "ordering.open": _("Terms of payment and returns are not settled."),
}


def sentence(reason: Reason) -> str:
    """The reason in the active language."""
    return str(REASONS[reason.key]) % {name: _word(value) for name, value in reason.params}


def milestone_word(key: str) -> str:
    """A step of the onboarding."""
    return str(VOCABULARIES["milestone"][key])


def hours_text(minutes: int) -> str:
    """A stretch of time: hours up to ten days, as hold times are stated; days and hours beyond.

    >>> hours_text(90), hours_text(14 * 1440 + 120)
    ('1.5 h', '14 d 2 h')
    """
    if abs(minutes) <= 240 * 60:
        whole = minutes % 60 == 0
        return gettext("%(hours)s h") % {"hours": number_text(minutes / 60, 0 if whole else 1)}
    days, rest = divmod(round(abs(minutes) / 60), 24)
    parts = {"days": number_text(days), "hours": number_text(rest)}
    text = gettext("%(days)s d %(hours)s h") % parts if rest else gettext("%(days)s d") % parts
    return text if minutes >= 0 else f"−{text}"


def _word(value: Param) -> str:
    if isinstance(value, Word):
        return str(VOCABULARIES[value.vocabulary].get(value.key, value.key))
    if isinstance(value, Words):
        return " · ".join(str(VOCABULARIES[value.vocabulary].get(key, key)) for key in value.keys)
    if isinstance(value, Minutes):
        return hours_text(value.total)
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, int):
        return number_text(value)
    return value
