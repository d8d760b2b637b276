"""Invented names and what was seen at sites of each level, from thin to strong."""

MATERIALS: dict[str, tuple[str, ...]] = {
    "monoclonal_antibody": (
        "Single-use bags",
        "10 mL glass vials",
        "Bromobutyl stoppers",
        "Sterilizing filters",
    ),
    "small_molecule": ("Hypromellose", "Magnesium stearate", "Film-coating system", "Aluminum blister foil"),
    "aav": ("Transfection reagent", "Plasmid DNA", "Affinity resin", "Serum-free medium"),
    "autologous_cell": ("Activation beads", "Lentiviral vector", "Serum-free medium", "Cryobags"),
}
SUPPLIERS = (
    ("Ellenbrook Materials", "US"),
    ("Kastelhof Chemie", "DE"),
    ("Verrières Composants", "FR"),
    ("Minato Process Supply", "JP"),
    ("Hanpu Biomaterials", "CN"),
    ("Rivermoss Polymers", "IE"),
)
MANAGERS = (
    "Aoife Brannagh", "Solveig Tandberg", "Marc Delestraint", "Paloma Arriaga", "Henrik Storgaard", "Lena Vogtland",
    "Priya Raghunandan", "Owen Tresillian", "Giulia Ferrantini", "Noor Vandersteen", "Élodie Marchegay", "Samir Haddadi",
)  # fmt: skip
SEEN: dict[str, tuple[str, str, str, str]] = {
    "quality_authority": (
        "No statement on who may stop a batch.",
        "The quality unit signs batch records; production decides when a line stops.",
        "The head of quality reports to the site head and has stopped two batches in three years.",
        "The quality unit stopped a commercial batch during our audit, and nobody argued.",
    ),
    "capa_transparency": (
        "CAPA records were not opened to us.",
        "A list of CAPAs is shown on request, without root causes.",
        "Open and closed CAPAs of our products are shared every quarter.",
        "We read every deviation and CAPA of our products in their system, the day it is written.",
    ),
    "audit_responses": (
        "No response to our last letter.",
        "Responses come late and restate the finding.",
        "Responses within 30 days, with root causes that hold.",
        "Responses in two weeks that also cover lines we had not looked at.",
    ),
    "documentation": (
        "Only a table of contents was shown.",
        "Paper batch records, corrections partly unexplained.",
        "Hybrid records with a second-person check at every step.",
        "Electronic batch records with review by exception; the audit trail is read weekly.",
    ),
    "limits": (
        "Nothing is said to be out of reach.",
        "Limits are named when asked twice.",
        "The proposal lists three things they do not do.",
        "They declined a project of ours with reasons, and named who could do it.",
    ),
    "reservation": (
        "First come, first served.",
        "Slots are held for two weeks against a fee.",
        "Half of each quarter can be reserved a year ahead.",
        "Take-or-pay with a right of first refusal on the neighboring suite.",
    ),
    "scale_up": (
        "Scale-up means another site.",
        "The commercial line is in another building with other equipment.",
        "The same equipment family from pilot to commercial.",
        "The commercial line runs the pilot recipe; one product made the step without a new transfer.",
    ),
    "transfer_protocols": (
        "No protocol was shown.",
        "A template exists and is filled in afterwards.",
        "Gap list, protocol and report for each transfer.",
        "Staged protocol with exit criteria agreed with the client; the gap list is a living document.",
    ),
    "development_to_production": (
        "Development and production have never met about us.",
        "Hand-over by document.",
        "Development attends the first three batches.",
        "One team from development to PPQ, with a name for every parameter.",
    ),
    "disruption_response": (
        "A policy was shown, no case.",
        "The last event was handled, slowly told.",
        "Clients were told within two days and given a plan.",
        "Alternate line started within a week; clients sat in the daily meeting.",
    ),
    "improvement": (
        "No figures.",
        "Yearly product reviews without follow-up.",
        "Process capability followed for critical parameters.",
        "Continued process verification on screen, three yield improvements last year.",
    ),
    "people": (
        "No figures.",
        "Training budget cut twice in three years.",
        "An apprenticeship with the local college.",
        "Own training line; operators qualify before they touch a product.",
    ),
}

# What was seen at logistics partners, from thin to strong.
PARTNERS_SEEN: dict[str, tuple[str, str, str, str]] = {
    "cold_chain": (
        "No statement.",
        "Loggers are read on arrival; refilling of shippers is left to their maker.",
        "Shippers are requalified every year in an own chamber; refills are logged.",
        "We watched the control tower turn a shipper back upright over the Atlantic, at three in the morning.",
    ),
    "launches": (
        "No statement.",
        "Two trials of cell therapies carried, none to commercial stage.",
        "One approved CAR-T distributed in six countries since three years.",
        "Four approved therapies in two regions; two clients told us which label question they were spared.",
    ),
    "lane_control": (
        "No statement.",
        "Lanes are booked by phone; delays are told when the shipment is late.",
        "Qualified lanes with cut-offs and a second way for each.",
        "The next flight was booked before the first was cancelled; times of each lane are shared monthly.",
    ),
    "identity": (
        "No statement.",
        "Identifier typed from the order into the transport form.",
        "Every handoff is scanned; a mismatch stops the shipment.",
        "One record from collection to dose, shared with the maker; a mismatch was tried in our presence.",
    ),
    "access": (
        "No statement.",
        "Care sites are told to ask the manufacturer.",
        "A desk guides care sites through prior authorization.",
        "Bridged nine months without a code for two therapies; figures by payer shown.",
    ),
    "title_terms": (
        "No statement.",
        "Title stands in the contract; the depot did not know it.",
        "Title, orders, credit and returns are written for each care site.",
        "Three title models in use; terms were loosened for one site after its orders came late.",
    ),
}

DISRUPTIONS = (
    "A freeze dryer failed during the primary drying of a validation batch.",
    "The only qualified lot of filters was recalled by its maker.",
    "A power cut of six hours stopped the air handling of the filling suite.",
    "A customs strike held single-use assemblies for three weeks.",
    "Water for injection was out of limits after the yearly shutdown.",
)
