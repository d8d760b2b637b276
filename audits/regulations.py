"""The regulations that findings refer to, with short titles of our own, for a field filled by typing.

The titles follow the headings of the texts: 21 CFR parts 210, 211, 600 and 610 (US), EudraLex volume 4
(EU GMP), ICH Q7, Q9(R1) and Q10. Another reference can be typed as well.
"""

from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Regulation:
    """One provision: how it is cited, and what it is about."""

    code: str
    title: str | Promise


CFR_211 = (
    ("22", _("responsibilities of the quality control unit")),
    ("25", _("personnel qualifications")),
    ("28", _("personnel responsibilities, hygiene and clothing")),
    ("34", _("consultants")),
    ("42", _("design and construction of buildings, aseptic areas")),
    ("44", _("lighting")),
    ("46", _("ventilation, air filtration, heating and cooling")),
    ("48", _("plumbing")),
    ("50", _("sewage and refuse")),
    ("52", _("washing and toilet facilities")),
    ("56", _("sanitation")),
    ("58", _("maintenance of buildings")),
    ("63", _("design, size and location of equipment")),
    ("65", _("construction of equipment")),
    ("67", _("cleaning and maintenance of equipment")),
    ("68", _("automatic, mechanical and electronic equipment")),
    ("72", _("filters")),
    ("80", _("written procedures for components and containers")),
    ("82", _("receipt and storage of untested components")),
    ("84", _("testing and approval or rejection of components")),
    ("86", _("use of approved components")),
    ("87", _("retesting of approved components")),
    ("89", _("rejected components")),
    ("94", _("drug product containers and closures")),
    ("100", _("written procedures, deviations")),
    ("101", _("charge-in of components")),
    ("103", _("calculation of yield")),
    ("105", _("equipment identification")),
    ("110", _("sampling and testing of in-process materials")),
    ("111", _("time limits on production")),
    ("113", _("control of microbiological contamination")),
    ("115", _("reprocessing")),
    ("122", _("materials examination and usage criteria for labeling")),
    ("125", _("labeling issuance")),
    ("130", _("packaging and labeling operations")),
    ("132", _("tamper-evident packaging")),
    ("134", _("drug product inspection")),
    ("137", _("expiration dating")),
    ("142", _("warehousing procedures")),
    ("150", _("distribution procedures")),
    ("160", _("general requirements of laboratory controls")),
    ("165", _("testing and release for distribution")),
    ("166", _("stability testing")),
    ("167", _("special testing requirements")),
    ("170", _("reserve samples")),
    ("173", _("laboratory animals")),
    ("176", _("penicillin contamination")),
    ("180", _("general requirements of records")),
    ("182", _("equipment cleaning and use log")),
    ("184", _("records of components, containers and labeling")),
    ("186", _("master production and control records")),
    ("188", _("batch production and control records")),
    ("192", _("production record review, investigations")),
    ("194", _("laboratory records")),
    ("196", _("distribution records")),
    ("198", _("complaint files")),
    ("204", _("returned drug products")),
    ("208", _("drug product salvaging")),
)
CFR_OTHER = (
    ("21 CFR 210.1", _("status of the GMP regulations")),
    ("21 CFR 210.2", _("applicability of the GMP regulations")),
    ("21 CFR 600.10", _("personnel, biological products")),
    ("21 CFR 600.11", _("physical establishment, equipment, animals and care")),
    ("21 CFR 600.12", _("records, biological products")),
    ("21 CFR 600.13", _("retention samples")),
    ("21 CFR 600.14", _("reporting of biological product deviations")),
    ("21 CFR 600.15", _("temperatures during shipment")),
    ("21 CFR 610.1", _("tests prior to release")),
    ("21 CFR 610.10", _("potency")),
    ("21 CFR 610.12", _("sterility")),
    ("21 CFR 610.13", _("purity")),
    ("21 CFR 610.14", _("identity")),
    ("21 CFR 610.18", _("cultures")),
    ("21 CFR 610.30", _("test for mycoplasma")),
)
EU_CHAPTERS = (
    _("pharmaceutical quality system"),
    _("personnel"),
    _("premises and equipment"),
    _("documentation"),
    _("production"),
    _("quality control"),
    _("outsourced activities"),
    _("complaints and product recall"),
    _("self inspection"),
)
EU_ANNEXES = (
    ("1", _("sterile medicinal products")),
    ("2", _("biological active substances and medicinal products")),
    ("3", _("radiopharmaceuticals")),
    ("4", _("veterinary medicinal products")),
    ("5", _("immunological veterinary medicinal products")),
    ("6", _("medicinal gases")),
    ("7", _("herbal medicinal products")),
    ("8", _("sampling of starting and packaging materials")),
    ("9", _("liquids, creams and ointments")),
    ("10", _("pressurised metered dose aerosols")),
    ("11", _("computerised systems")),
    ("12", _("ionising radiation")),
    ("13", _("investigational medicinal products")),
    ("14", _("products derived from human blood or plasma")),
    ("15", _("qualification and validation")),
    ("16", _("certification by a qualified person and batch release")),
    ("17", _("real time release testing and parametric release")),
    ("19", _("reference and retention samples")),
    ("21", _("importation of medicinal products")),
)
ICH_Q7 = (
    ("2", _("quality management")),
    ("3", _("personnel")),
    ("4", _("buildings and facilities")),
    ("5", _("process equipment")),
    ("6", _("documentation and records")),
    ("7", _("materials management")),
    ("8", _("production and in-process controls")),
    ("9", _("packaging and identification labeling")),
    ("10", _("storage and distribution")),
    ("11", _("laboratory controls")),
    ("12", _("validation")),
    ("13", _("change control")),
    ("14", _("rejection and reuse of materials")),
    ("15", _("complaints and recalls")),
    ("16", _("contract manufacturers")),
    ("17", _("agents, brokers, traders and distributors")),
    ("18", _("cell culture and fermentation")),
    ("19", _("active substances for clinical trials")),
)
ICH_OTHER = (
    ("ICH Q9(R1) 4", _("quality risk management process")),
    ("ICH Q9(R1) 5", _("risk management methodology, formality and subjectivity")),
    ("ICH Q9(R1) 6", _("integration of risk management into operations")),
    ("ICH Q10 2", _("management responsibility")),
    ("ICH Q10 2.7", _("management of outsourced activities and purchased materials")),
    ("ICH Q10 3.2.1", _("process performance and product quality monitoring")),
    ("ICH Q10 3.2.2", _("corrective action and preventive action system")),
    ("ICH Q10 3.2.3", _("change management system")),
    ("ICH Q10 3.2.4", _("management review of process performance and product quality")),
    ("ICH Q10 4", _("continual improvement of the pharmaceutical quality system")),
)


@cache
def regulations() -> tuple[Regulation, ...]:
    """All of them, in the order of their texts."""
    return (
        *(Regulation(f"21 CFR 211.{number}", title) for number, title in CFR_211),
        *(Regulation(code, title) for code, title in CFR_OTHER),
        *(Regulation(f"EU GMP chapter {number}", title) for number, title in enumerate(EU_CHAPTERS, start=1)),
        *(Regulation(f"EU GMP annex {number}", title) for number, title in EU_ANNEXES),
        *(Regulation(f"ICH Q7 {number}", title) for number, title in ICH_Q7),
        *(Regulation(code, title) for code, title in ICH_OTHER),
    )


def same_regulation(code: str) -> str:
    """What two references are compared by: case and blanks do not count, nor does a paragraph of a section.

    >>> same_regulation("21 CFR 211.22(d)") == same_regulation("21 cfr  211.22")
    True
    """
    return code.casefold().replace("(r1)", "").partition("(")[0].replace(" ", "")
