"""The written anchors of each practice: what is seen at level 0, 1, 2, 3, 4 and 5.

Each level asks for what the one below asks for as well. A level is chosen by what was seen or shown, not by
what was promised.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import PracticeRating

Practice = PracticeRating.Practice

ANCHORS: Mapping[str, tuple[Promise, ...]] = {
    Practice.QUALITY_AUTHORITY: (
        _("Quality reports to production, or is overruled when delivery is at stake."),
        _("Quality is independent on paper; its objections are settled by production."),
        _("Quality can refuse a batch, but seldom does before somebody from outside asks."),
        _("Quality refuses and stops on its own word, and management supports it."),
        _("Quality has stopped production against the plan; minutes show it, and nobody was blamed."),
        _("Quality sits where investments are decided, and operators stop a line without asking."),
    ),
    Practice.CAPA_TRANSPARENCY: (
        _("Deviations of our product are not shown, or were found by us."),
        _("Deviations are shown on request, after they are closed."),
        _("Deviations are told within the agreed time; causes are often “human error”."),
        _("Deviations and CAPA of our product are open to us while they are worked on."),
        _("Root causes hold, effectiveness is checked, repeated deviations are reported unasked."),
        _("Trends across products are shared, with what was learned from them, before we ask."),
    ),
    Practice.AUDIT_RESPONSES: (
        _("Findings are disputed or left without an answer."),
        _("Answers come late and promise training."),
        _("Answers come in time and treat each finding alone."),
        _("Answers name causes, owners and dates; most dates are kept."),
        _("Answers reach beyond the finding to other lines and systems, with proof."),
        _("The site had found most of it itself, and shows what it changed."),
    ),
    Practice.DOCUMENTATION: (
        _("Records are missing, written afterwards, or not attributable."),
        _("Records exist; corrections and blank fields have no explanation."),
        _("Records are complete; review takes weeks and finds much."),
        _("Records are written when the work is done, and right the first time in most batches."),
        _("Electronic records with an audit trail that is reviewed; data integrity is trained and tested."),
        _("Review by exception works, and its errors are measured and fall."),
    ),
    Practice.LIMITS: (
        _("Everything is possible, and nothing was ever refused."),
        _("Limits are admitted only when they are proven."),
        _("Limits of equipment are stated; limits of experience are not."),
        _("Limits of equipment and experience are stated in the proposal."),
        _("The site says which work it would rather not do, and why."),
        _("The site turned work down or named a better place for it."),
    ),
    Practice.RESERVATION: (
        _("No slot can be reserved."),
        _("Slots are promised by word and moved without notice."),
        _("Slots can be reserved; others may take them under conditions that are not stated."),
        _("Reservation has written terms, fees and notice."),
        _("Reserved slots were kept in the last two years; changes were agreed beforehand."),
        _("Unused slots are offered back, and the plan of the line is open to us."),
    ),
    Practice.SCALE_UP: (
        _("There is no larger line here or in the group."),
        _("A larger line exists, with other technology; the process would be developed again."),
        _("A larger line exists; how to get there is not described."),
        _("The path from pilot to commercial is written, with comparable equipment."),
        _("Several products have taken this path; their data are shown."),
        _("The path was taken without a loss of yield or time, with the same people and the same methods."),
    ),
    Practice.TRANSFER_PROTOCOLS: (
        _("There is no procedure for a transfer."),
        _("A procedure exists; each transfer is done another way."),
        _("Protocol and report exist; gaps are found while the work goes on."),
        _("Gap analysis, risk assessment and acceptance criteria come before the first batch."),
        _("Both sides sign the protocol, and its criteria were met in past transfers."),
        _("What each transfer taught changed the procedure; transfers out are supported like those in."),
    ),
    Practice.DEVELOPMENT_TO_PRODUCTION: (
        _("Development and production do not meet."),
        _("Development hands over a file."),
        _("Production comments on the process before it is handed over."),
        _("A joint team stays until the first commercial batches are done."),
        _("Development uses the materials, scale models and methods of production from the beginning."),
        _("What production learns returns to development, and the next process shows it."),
    ),
    Practice.INTEGRATION: (
        _("Nobody answers for handovers to other companies."),
        _("Handovers are arranged case by case."),
        _("There are contacts and agreements; samples or data were lost on the way."),
        _("Handovers have owners, agreed formats and a calendar."),
        _("The site takes part in planning with the other companies and shares its data with them."),
        _("Materials, data and release run across the companies as if they were one; the figures show it."),
    ),
    Practice.DISRUPTION_RESPONSE: (
        _("Disruptions were hidden or denied."),
        _("Disruptions were told when deliveries failed."),
        _("Disruptions were told in time; recovery was improvised."),
        _("A plan exists, was used, and clients knew what to expect."),
        _("The plan is tested every year, alternatives are qualified, recovery kept its dates."),
        _("Recovery was faster than planned, and what was learned now protects other products."),
    ),
    Practice.EXPOSURE_WATCH: (
        _("Where materials come from is not known."),
        _("The direct suppliers are known."),
        _("Countries of origin are listed; nobody follows what happens there."),
        _("Exposure by country and route is reviewed every year."),
        _("Signals are followed, and stocks or sources were changed because of them."),
        _("Suppliers of suppliers are known, and scenarios are rehearsed with clients."),
    ),
    Practice.IMPROVEMENT: (
        _("Processes stay as they were validated."),
        _("Improvement happens after failures only."),
        _("Process capability is calculated once a year, for the product review."),
        _("Critical parameters are trended, and signals lead to action."),
        _("Continued process verification is established; improvements have owners, aims and results."),
        _("Yields, times and deviations improved over three years, and clients see the figures."),
    ),
    Practice.PEOPLE: (
        _("Posts stay empty, and training is a signature."),
        _("Training is given on hiring; experts leave and are not replaced."),
        _("Training is planned by role; knowledge hangs on a few persons."),
        _("Every critical task has two qualified persons, and turnover is followed."),
        _("People are qualified by what they can do; the site trains its own specialists."),
        _("Turnover is low in quality and technology, and careers lead from the line into them."),
    ),
    Practice.COLD_CHAIN: (
        _("Temperature is read on arrival, if at all."),
        _("Loggers travel along; excursions are found afterwards."),
        _("Shippers are qualified by their maker; who refills them, and when, is not written down."),
        _("The partner qualifies shippers, storage and refilling itself, for our band, and again in time."),
        _("Temperature, tilt and place are watched during the way, with somebody who answers day and night."),
        _("Excursions of two years were foreseen or mended on the way, and the data changed the packing."),
    ),
    Practice.LAUNCHES: (
        _("No cell or gene therapy was ever carried."),
        _("Samples or single trial shipments were carried."),
        _("A trial over several care sites was supplied."),
        _("One approved cell or gene therapy is distributed, from order to care site."),
        _("Several approved therapies were launched, under more than one channel model."),
        _("Launches in several regions; what the partner advised before filing is shown by its clients."),
    ),
    Practice.LANE_CONTROL: (
        _("Lanes are booked case by case."),
        _("Lanes are written down with usual times; handoffs are not."),
        _("Every handoff has a name on both sides; delays are told when the shipment is late."),
        _("Lanes are qualified with buffers and cut-offs, and another way exists for each."),
        _("Lanes are watched as they run, and the next flight is booked before the first is missed."),
        _("Times and delays of every lane are shown to us, and lanes were changed because of them."),
    ),
    Practice.IDENTITY: (
        _("Shipments are told apart by address."),
        _("The patient’s identifier is copied by hand from form to form."),
        _("The identifier is scanned at some handoffs; gaps are filled in afterwards."),
        _("Every handoff is scanned against the identifier, and a mismatch stops the shipment."),
        _("Identity and custody are one record from collection to dose, shared with maker and care site."),
        _("Mismatches are tried in exercises with us, and the record is audited without a gap."),
    ),
    Practice.ACCESS: (
        _("Access and reimbursement are nobody’s task."),
        _("Questions of care sites are passed on to us."),
        _("A desk answers care sites about orders and coverage."),
        _("Care sites are guided through prior authorization and billing while a code is missing."),
        _("Programs for access before the code ran for other therapies, and their figures are shown."),
        _("The way from the missing code to the established one was led for several therapies and payers."),
    ),
    Practice.TITLE_TERMS: (
        _("Who owns the product when is not clear to the people who handle it."),
        _("Title and orders stand in the contract only."),
        _("Title models are explained; credit and returns are settled case by case."),
        _("Title, the four kinds of order, credit and returns are written for each care site."),
        _("Several title models are in use; finance, legal and pharmacies know their part in each."),
        _("The partner shows which orders its terms lead care sites to, and changed terms because of it."),
    ),
}


def anchor(practice: str, level: int) -> str:
    """What is seen at a level; nothing for a practice without anchors."""
    anchors = ANCHORS.get(practice, ())
    return str(anchors[level]) if 0 <= level < len(anchors) else ""
