"""What the invented plan says in words: responsibilities, glossary, stakeholders."""

RACI: dict[str, dict[str, str]] = {
    "site_onboarding": {"medical": "a", "clinical": "r", "supply": "c", "access": "i"},
    "order_to_delivery": {"supply": "a", "patient": "r", "clinical": "i"},
    "identity": {"quality": "a", "supply": "r", "clinical": "c"},
    "release": {"quality": "a", "supply": "r", "regulatory": "c", "clinical": "i"},
    "transport": {"supply": "a", "patient": "r", "quality": "c"},
    "packaging_labels": {"regulatory": "a", "quality": "r", "supply": "c"},
    "disruption": {"supply": "a", "patient": "r", "quality": "c", "medical": "i"},
    "reimbursement": {"access": "a", "patient": "r", "finance": "c", "sales": "i"},
    "title_and_terms": {"finance": "a", "legal": "r", "sales": "c"},
    "training": {"medical": "a", "clinical": "r", "quality": "c"},
}

TERMS: tuple[tuple[str, str, str], ...] = (
    (
        "order_prescription",
        "Treatment order",
        "The physician’s order of the treatment; begins the chain of identity.",
    ),
    ("order_shipment", "Shipment request", "Our request to the 3PL to move one dose on one day."),
    ("order_site", "Site purchase order", "The care site’s order to the 3PL; made for one patient."),
    (
        "order_distributor",
        "Distributor purchase order",
        "The 3PL’s order to us; title passes at its receipt.",
    ),
    ("cryogenic", "Vapor phase", "Stored above liquid nitrogen, at −150 °C or below; never in the liquid."),
    (
        "cryogenic",
        "Charge",
        "Filling a shipper with nitrogen until its weight is stable; hold time begins then.",
    ),
    (
        "cryogenic",
        "Transient warming",
        "Every minute outside; added up over all handoffs, at most 3 minutes.",
    ),
    ("title", "Title", "Who owns the dose; not the same as who holds it, nor who bears the risk."),
)

TOPICS: tuple[tuple[str, str, str], ...] = (
    (
        "patients",
        "About 240 a year, half of them more than 200 km from a center.",
        "Six sites first; travel program.",
    ),
    ("places", "Centers with experience in CAR-T, mostly lymphoma units.", "Own check of each myeloma team."),
    (
        "opinion_leaders",
        "Four of six principal investigators work at the sites chosen.",
        "Sites open in this order.",
    ),
    (
        "safety",
        "Cytokine release in the first ten days; intensive care within the hour.",
        "Emergency check for each site.",
    ),
    (
        "administration",
        "One infusion within 30 minutes of thawing.",
        "Delivery to the unit, not to the pharmacy.",
    ),
    ("price", "Sites will not carry the stock or pay before they are paid.", ""),
)
