"""Rationales of the rules that read profiles, our audits and proposals: one sentence each."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PROFILE_RATIONALES: Mapping[str, str | Promise] = {
    "rubric.none": _("Nobody has rated %(practice)s, so anything from 0 to 100 is possible."),
    "rubric.one": _("Rated %(level)s of 5 on %(seen_on)s: %(practice)s."),
    "rubric.several": _(
        "Rated between %(level)s and %(highest)s of 5, the latest on %(seen_on)s, and verified by nobody: "
        "%(practice)s."
    ),
    "rubric.verified": _("Rated %(level)s of 5, verified on %(seen_on)s: %(practice)s."),
    "capa.none": _("No CAPA with the site is on record, and nobody has rated its openness about deviations."),
    "capa.rated": _(
        "No CAPA with the site is on record; its openness about deviations is rated %(rated)s of 5."
    ),
    "capa.scored": _(
        "CAPAs with the site: %(capas)s; done or due: %(due)s, on time: %(on_time)s; effective: "
        "%(effective)s, not effective or come back: %(failed)s; openness rated (of 5): %(rated)s."
    ),
    "responses.none": _(
        "No finding of our audits has an answer that is due, and nobody has rated the site's answers."
    ),
    "responses.rated": _(
        "No finding of our audits has an answer that is due; the site's answers are rated %(rated)s of 5."
    ),
    "responses.scored": _(
        "Findings of our audits with an answer due: %(findings)s, answered on time: %(on_time)s, not "
        "answered: %(unanswered)s; answers rated (of 5): %(rated)s."
    ),
    "demand.not_asked": _("The program states no demand for this year or later."),
    "demand.no_line": _("The site has recorded no capacity for this modality."),
    "demand.no_match": _(
        "No capacity is recorded for a year of the demand, or only in a unit that does not convert to "
        "%(unit)s: unknown."
    ),
    "reserved.scored": _(
        "In %(year)s, the tightest year, %(amount)s %(unit)s are known to be free and %(needed)s are "
        "needed; capacity is stated for %(stated)s of %(years)s years of demand."
    ),
    "doubled.scored": _(
        "If demand doubles, %(needed)s %(unit)s are needed in %(year)s, the tightest year, and %(amount)s "
        "are known to be free, expansions in time included; capacity is stated for %(stated)s of "
        "%(years)s years."
    ),
    "slot.not_asked": _("The program does not say when the first batch is needed."),
    "slot.none": _("No line names its next free slot; the first batch is needed on %(needed_on)s."),
    "slot.scored": _("The next free slot is %(slot_on)s; the first batch is needed on %(needed_on)s."),
    "slot.partly": _(
        "The next free slot that a line names is %(slot_on)s, and another line names none; the first "
        "batch is needed on %(needed_on)s."
    ),
    "scale_up.none": _("No line and no path from pilot to commercial is recorded, and nobody has rated it."),
    "scale_up.no_path": _(
        "No line states its path from pilot to commercial; fewest shifts worked: %(shifts)s; practice "
        "rated (of 5): %(rated)s."
    ),
    "scale_up.path": _(
        "A line states its path from pilot to commercial; fewest shifts worked: %(shifts)s; practice "
        "rated (of 5): %(rated)s."
    ),
    "services.none": _("No development or analytical service is recorded."),
    "services.scored": _(
        "Of process development, analytical development and method validation, the site has in its own "
        "house: %(own)s, through others: %(outside)s."
    ),
    "transfers.none": _("No transfer has ended or is overdue: unknown, which is not the same as smooth."),
    "transfers.scored": _(
        "Transfers ended or overdue: %(transfers)s, successful: %(successful)s, failed: %(failed)s, late: "
        "%(late)s; data gaps that surfaced only in validation: %(gaps)s; the latest of %(latest_on)s."
    ),
    "integration.not_asked": _("The program names no operations; handovers are rated (of 5): %(rated)s."),
    "integration.none": _("The site has recorded no capability; handovers are rated (of 5): %(rated)s."),
    "integration.scored": _(
        "The site covers %(covered)s of the %(asked)s operations asked for; handovers are rated (of 5): "
        "%(rated)s."
    ),
    "managers.none": _("No project manager is named."),
    "managers.unsaid": _("Project managers named: %(managers)s; what they may decide is not said."),
    "managers.passes_on": _("Project managers named: %(managers)s; they pass every decision on."),
    "managers.operational": _(
        "Project managers named: %(managers)s; the one with the most authority decides on schedules and "
        "people."
    ),
    "managers.full": _(
        "Project managers named: %(managers)s; the one with the most authority decides on scope, budget "
        "and priorities."
    ),
    "reviews.none": _("No review was planned within the last %(months)s months, as far as is recorded."),
    "reviews.scored": _(
        "Reviews planned within %(months)s months: %(planned)s, held: %(held)s, with minutes: "
        "%(minutes)s; the latest planned for %(latest_on)s."
    ),
    "warnings.none": _("No issue is recorded: unknown, since every site has some."),
    "warnings.scored": _(
        "Issues: %(issues)s, told before they were felt: %(before)s, told late or never: %(after)s; the "
        "latest known to the site on %(latest_on)s."
    ),
    "dual_sourcing.none": _("No critical material is listed."),
    "dual_sourcing.scored": _(
        "Critical materials: %(materials)s, with at least %(enough)s qualified suppliers: %(covered)s, "
        "without a word on suppliers: %(unlisted)s."
    ),
    "stocks.none": _("No critical material is listed."),
    "stocks.unsaid": _(
        "Critical materials: %(materials)s; for none are both the stock and the lead time stated."
    ),
    "stocks.scored": _(
        "Critical materials: %(materials)s, with stock and lead time stated: %(stated)s; the thinnest "
        "stock is %(worst)s times its lead time."
    ),
    "exposure.none": _("No critical material is listed, and nobody has rated the watch over exposure."),
    "exposure.rated": _("No critical material is listed; the watch over exposure is rated %(rated)s of 5."),
    "exposure.scored": _(
        "Critical materials: %(materials)s, from a single country: %(single)s, without a word on "
        "suppliers: %(unlisted)s; concentration at most (1 is one country each): %(concentration)s; watch "
        "rated (of 5): %(rated)s."
    ),
    "disruptions.none": _("No disruption is recorded: unknown, since every site has some."),
    "disruptions.rated": _("No disruption is recorded; the response to disruptions is rated %(rated)s of 5."),
    "disruptions.scored": _(
        "Disruptions: %(disruptions)s, the latest of %(latest_on)s; mean days to recover: %(recovery)s, "
        "mean days of delay: %(impact)s; response rated (of 5): %(rated)s."
    ),
    "ppq.none": _("No PPQ campaign is recorded."),
    "ppq.undated": _("PPQ campaigns: %(campaigns)s, none with a date, so that they cannot be weighed."),
    "ppq.scored": _(
        "PPQ campaigns: %(campaigns)s, in this modality: %(own)s; passed at the first attempt: "
        "%(passed)s, after repetition: %(repeated)s, failed: %(failed)s; the latest of %(latest_on)s."
    ),
    "changes.none": _("No change after approval has been made or is overdue."),
    "changes.scored": _(
        "Changes after approval made or overdue: %(changes)s, late: %(late)s, rejected: %(rejected)s, "
        "made without telling the client: %(unannounced)s; the latest of %(latest_on)s."
    ),
    "accounts.none": _("No accounts of the last %(oldest_years)s years are recorded."),
    "altman.missing": _(
        "The accounts of %(year)s leave a ratio of Altman's Z″ open: unknown, since a missing ratio is "
        "not zero."
    ),
    "altman.scored": _("Altman's Z″ of %(year)s is %(figure)s (below 1.10 is distress, above 2.60 is safe)."),
    "investment.missing": _("The accounts of %(year)s do not state both capital spending and revenue."),
    "investment.scored": _("Capital spending in %(year)s: %(figure)s percent of revenue."),
    "customers.missing": _("The accounts of %(year)s do not state the share of the largest customer."),
    "customers.scored": _("Share of the largest customer in %(year)s: %(figure)s percent."),
    "people.none": _("No figures about people of recent years are recorded, and nobody has rated them."),
    "people.rated": _(
        "No figures about people of recent years are recorded; investment in people is rated %(rated)s of 5."
    ),
    "people.scored": _(
        "In %(year)s, people who left (percent): %(leaving)s, in quality (percent): %(quality)s, training "
        "(hours each): %(training)s; investment in people rated (of 5): %(rated)s."
    ),
    "proposal.none": _("No proposal has been received."),
    "proposal.expired": _("The last proposal, of %(received_on)s, is no longer valid."),
    "cost.not_asked": _("The program states no target cost, no highest cost or no currency."),
    "cost.unsaid": _("The proposal of %(received_on)s names no cost."),
    "cost.currency": _(
        "The proposal of %(received_on)s is in %(currency)s and the budget in %(budget_currency)s: "
        "unknown, since no rate is assumed."
    ),
    "cost.scored": _(
        "Proposed on %(received_on)s: %(cost)s %(currency)s; the target is %(target)s and the highest "
        "acceptable cost %(limit)s."
    ),
    "timeline.not_asked": _("The program does not say when the first batch is needed."),
    "timeline.unsaid": _("The proposal of %(received_on)s names no day of the first batch."),
    "timeline.scored": _(
        "The proposal of %(received_on)s offers the first batch on %(offered_on)s; it is needed on "
        "%(needed_on)s."
    ),
    "cold_years.none": _("The site has recorded no capability yet; asked for: %(lowest)s to %(highest)s °C."),
    "cold_years.no": _(
        "The site states what it does, and nothing of what is asked for is at %(lowest)s to %(highest)s °C."
    ),
    "cold_years.open": _(
        "A capability leaves open whether it is what is asked for, at %(lowest)s to %(highest)s °C."
    ),
    "cold_years.unsaid": _("The site works at %(lowest)s to %(highest)s °C and does not say for how long."),
    "cold_years.scored": _("Years of work at %(lowest)s to %(highest)s °C: %(years)s."),
    "dry_runs.none": _("No step of a dry run of this program was done by the site."),
    "dry_runs.scored": _(
        "Steps of our dry runs done by the site: %(steps)s, in the planned time: %(on_time)s, with a "
        "deviation: %(deviations)s, of which still open: %(open)s; the latest of %(latest_on)s."
    ),
    "operations.not_asked": _("The program names no operations, so none is asked for."),
    "operations.none": _("The site has recorded no capability yet; operations asked for: %(asked)s."),
    "operations.no": _("The site states what it does, and %(operation)s is not part of it."),
    "operations.near": _("The site does %(operation)s only in a modality close to the one asked for."),
    "operations.open": _("A capability leaves the operation open; asked for is %(operation)s."),
    "operations.yes": _("The site covers all operations asked for: %(asked)s."),
    "containment.not_asked": _("The program asks for no containment."),
    "containment.none": _("No containment is recorded for this modality; asked for: OEB %(asked)s."),
    "containment.no": _(
        "The highest containment recorded for this modality is OEB %(oeb)s, below %(asked)s."
    ),
    "containment.open": _(
        "The highest containment recorded is OEB %(oeb)s, below %(asked)s, and another capability names none."
    ),
    "containment.yes": _("Containment for this modality is OEB %(oeb)s; asked for: OEB %(asked)s."),
    "temperature.not_asked": _("The program names no temperature."),
    "temperature.none": _(
        "The site has recorded no capability yet; asked for: %(lowest)s to %(highest)s °C."
    ),
    "temperature.no": _("No temperature band of the site lies within %(lowest)s to %(highest)s °C."),
    "temperature.near": _(
        "A temperature band only overlaps with %(lowest)s to %(highest)s °C, or no usual band fits into it."
    ),
    "temperature.open": _("A capability names no temperature; asked for: %(lowest)s to %(highest)s °C."),
    "temperature.yes": _("A temperature band of the site lies within %(lowest)s to %(highest)s °C."),
}
