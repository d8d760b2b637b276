"""Invented companies, their sites, what they can make, and the kind of regulatory life they had."""

from dataclasses import dataclass, field
from typing import Literal

from partners.models import Organization
from partners.vocabulary import BatchUnit, DosageForm, EvidenceStrength, Modality, Operation, Route, Stage

type Life = Literal["exemplary", "good", "mixed", "troubled", "alert", "young", "unseen"]

EARLY = [Stage.PRECLINICAL, Stage.PHASE_1, Stage.PHASE_2]
LATE = [Stage.PHASE_2, Stage.PHASE_3, Stage.COMMERCIAL]
ALL = list(Stage)


@dataclass(frozen=True)
class Skill:
    """One capability: what, at which stages, between which proven batch sizes, shown how well."""

    modality: Modality
    dosage_form: DosageForm
    route: Route
    operation: Operation
    stages: list[Stage]
    batch: tuple[float, float, BatchUnit]
    batches_made: int
    years: int
    strength: EvidenceStrength
    limits: str = ""


@dataclass(frozen=True)
class Place:
    """A site: where it is, what its regulatory record looks like and what it can do."""

    name: str
    city: str
    country: str
    life: Life
    standing: str = "active"
    state: str = ""
    skills: tuple[Skill, ...] = ()


@dataclass(frozen=True)
class Company:
    name: str
    country: str
    kind: str = Organization.Kind.CDMO
    places: tuple[Place, ...] = field(default=())


def _antibody(life_batches: int, strength: EvidenceStrength, stages: list[Stage], limits: str = "") -> Skill:
    return Skill(
        Modality.MONOCLONAL_ANTIBODY, DosageForm.SOLUTION_FOR_INJECTION, Route.SUBCUTANEOUS, Operation.FILL_FINISH,
        stages, (5_000, 220_000, BatchUnit.VIAL), life_batches, 12, strength, limits,
    )  # fmt: skip


def _tablet(batches: int, largest: float, strength: EvidenceStrength, limits: str = "") -> Skill:
    return Skill(
        Modality.SMALL_MOLECULE, DosageForm.MODIFIED_RELEASE_TABLET, Route.ORAL, Operation.DRUG_PRODUCT,
        ALL, (20, largest, BatchUnit.KILOGRAM), batches, 18, strength, limits,
    )  # fmt: skip


def _vector(batches: int, largest: float, stages: list[Stage], strength: EvidenceStrength) -> Skill:
    return Skill(
        Modality.AAV, DosageForm.SUSPENSION_FOR_INJECTION, Route.INTRAVENOUS, Operation.DRUG_SUBSTANCE,
        stages, (50, largest, BatchUnit.LITER), batches, 7, strength,
        "No lentiviral work under this roof; suspension culture above 500 L was never run at commercial stage.",
    )  # fmt: skip


def _car_t(batches: int, stages: list[Stage], strength: EvidenceStrength, limits: str = "") -> Skill:
    return Skill(
        Modality.AUTOLOGOUS_CELL, DosageForm.CELL_SUSPENSION, Route.INTRAVENOUS, Operation.DRUG_PRODUCT,
        stages, (1, 1, BatchUnit.DOSE), batches, 6, strength, limits,
    )  # fmt: skip


CLAIMED, DOCUMENTED, VERIFIED = (
    EvidenceStrength.CLAIMED,
    EvidenceStrength.DOCUMENTED,
    EvidenceStrength.VERIFIED,
)

COMPANIES: tuple[Company, ...] = (
    Company("Alderwick Biologics", "IE", places=(
        Place("Alderwick Biologics, Corran Bridge", "Corran Bridge", "IE", "exemplary", "qualified",
              skills=(_antibody(310, VERIFIED, ALL, "Lyophilization only up to 40,000 vials a batch."),)),
        Place("Alderwick Biologics, Dunfell", "Dunfell", "IE", "good", skills=(_antibody(84, DOCUMENTED, LATE),)),
    )),
    Company("Brisemont Pharma", "FR", places=(
        Place("Brisemont Pharma, Saint-Évran", "Saint-Évran", "FR", "good", "qualified",
              skills=(_tablet(640, 900, VERIFIED, "Osmotic release systems are not offered."),)),
        Place("Brisemont Pharma, Hauterive-la-Forêt", "Hauterive-la-Forêt", "FR", "mixed",
              skills=(_antibody(22, CLAIMED, EARLY),)),
    )),
    Company("Corvenna Sterile Services", "IT", places=(
        Place("Corvenna Sterile Services, Valdaro", "Valdaro", "IT", "good",
              skills=(_antibody(190, DOCUMENTED, LATE, "Prefilled syringes from 2027 only."),)),
    )),
    Company("Dunmarrow Fill & Finish", "GB", places=(
        Place("Dunmarrow Fill & Finish, Ashcombe", "Ashcombe", "GB", "mixed", "conditional",
              skills=(_antibody(120, DOCUMENTED, LATE),)),
    )),
    Company("Eskeld Oral Solids", "DK", places=(
        Place("Eskeld Oral Solids, Norreby", "Norreby", "DK", "exemplary",
              skills=(_tablet(1_180, 1_400, VERIFIED, "Potent compounds up to OEB 4; no cytotoxics."),)),
    )),
    Company("Fontarelle Injectables", "FR", places=(
        Place("Fontarelle Injectables, Monteloup", "Monteloup", "FR", "troubled",
              skills=(_antibody(260, DOCUMENTED, LATE),)),
    )),
    Company("Greyhollow Vectors", "US", places=(
        Place("Greyhollow Vectors, Pinehurst Fork", "Pinehurst Fork", "US", "young", state="North Carolina",
              skills=(_vector(46, 500, [*EARLY, Stage.PHASE_3], DOCUMENTED),)),
        Place("Greyhollow Vectors, Cedar Landing", "Cedar Landing", "US", "good", "qualified",
              state="Massachusetts", skills=(_vector(88, 1_000, ALL, VERIFIED),)),
    )),
    Company("Hestrand Cell Works", "NO", places=(
        Place("Hestrand Cell Works, Fjellvik", "Fjellvik", "NO", "good",
              skills=(_car_t(420, LATE, VERIFIED, "Fresh leukapheresis only from within 36 hours."),)),
    )),
    Company("Inverlyth Peptides", "GB", places=(
        Place("Inverlyth Peptides, Strathmoor", "Strathmoor", "GB", "good", skills=(
            Skill(Modality.PEPTIDE, DosageForm.DRUG_SUBSTANCE, Route.SUBCUTANEOUS, Operation.DRUG_SUBSTANCE,
                  LATE, (1, 60, BatchUnit.KILOGRAM), 150, 15, DOCUMENTED),)),
    )),
    Company("Lumivast", "US", places=(
        Place("Lumivast Global Services, Harrowgate Park", "Harrowgate Park", "US", "mixed", state="New Jersey",
              skills=(_antibody(40, CLAIMED, ALL), _tablet(60, 200, CLAIMED),
                      _vector(3, 50, EARLY, CLAIMED), _car_t(5, EARLY, CLAIMED))),
        Place("Lumivast Global Services, Tamarind Bay", "Tamarind Bay", "SG", "troubled",
              skills=(_tablet(300, 700, CLAIMED),)),
    )),
    Company("Marisolde Biotech", "ES", places=(
        Place("Marisolde Biotech, Riba Alta", "Riba Alta", "ES", "young", skills=(_antibody(35, CLAIMED, EARLY),)),
    )),
    Company("Norrvale Oligos", "SE", places=(
        Place("Norrvale Oligos, Kvarnholm", "Kvarnholm", "SE", "exemplary", skills=(
            Skill(Modality.OLIGONUCLEOTIDE, DosageForm.DRUG_SUBSTANCE, Route.INTRATHECAL,
                  Operation.DRUG_SUBSTANCE, ALL, (1, 12, BatchUnit.KILOGRAM), 96, 9, VERIFIED),)),
    )),
    Company("Ombrelune Thérapies", "FR", places=(
        Place("Ombrelune Thérapies, Clairvaux-sur-Orne", "Clairvaux-sur-Orne", "FR", "good", "qualified",
              skills=(_vector(31, 200, EARLY, DOCUMENTED), _car_t(64, EARLY, DOCUMENTED))),
    )),
    Company("Pellworth Tablets", "IN", places=(
        Place("Pellworth Tablets, Unit I, Sundarvadi", "Sundarvadi", "IN", "alert",
              skills=(_tablet(2_400, 1_800, DOCUMENTED),)),
        Place("Pellworth Tablets, Unit II, Sundarvadi", "Sundarvadi", "IN", "mixed",
              skills=(_tablet(1_600, 1_500, DOCUMENTED),)),
    )),
    Company("Quillbrook Analytics", "US", Organization.Kind.LABORATORY, places=(
        Place("Quillbrook Analytics, Maple Run", "Maple Run", "US", "good", state="Pennsylvania"),
    )),
    Company("Ravenmoor Biomanufacturing", "US", places=(
        Place("Ravenmoor Biomanufacturing, Coldwater Flats", "Coldwater Flats", "US", "exemplary",
              state="Maryland", skills=(_antibody(275, DOCUMENTED, ALL),)),
        Place("Ravenmoor Biomanufacturing, Osprey Point", "Osprey Point", "US", "mixed", state="Florida",
              skills=(_car_t(150, ALL, DOCUMENTED, "Cryopreserved starting material only."),)),
    )),
    Company("Sableford Sterile", "DE", places=(
        Place("Sableford Sterile, Lindenau am See", "Lindenau am See", "DE", "good",
              skills=(_antibody(205, VERIFIED, LATE), _tablet(20, 80, CLAIMED))),
    )),
    Company("Tarnwick Cold Chain", "NL", Organization.Kind.LOGISTICS, places=(
        Place("Tarnwick Cold Chain, Vlierdam hub", "Vlierdam", "NL", "unseen"),
    )),
    Company("Ulvestad Cryo Logistics", "US", Organization.Kind.LOGISTICS, places=(
        Place("Ulvestad Cryo Logistics, Beacon Mills depot", "Beacon Mills", "US", "unseen", state="Tennessee"),
    )),
    Company("Valdoreille Conditionnement", "FR", Organization.Kind.PACKAGER, places=(
        Place("Valdoreille Conditionnement, Port-Ancel", "Port-Ancel", "FR", "good"),
    )),
    Company("Wexcombe Vaccines", "GB", places=(
        Place("Wexcombe Vaccines, Merestead", "Merestead", "GB", "mixed", skills=(
            Skill(Modality.VACCINE, DosageForm.PREFILLED_SYRINGE, Route.INTRAMUSCULAR, Operation.FILL_FINISH,
                  LATE, (10_000, 400_000, BatchUnit.DOSE), 210, 20, DOCUMENTED),)),
    )),
    Company("Yarrowgate mRNA", "CA", places=(
        Place("Yarrowgate mRNA, Northmere", "Northmere", "CA", "young", skills=(
            Skill(Modality.MRNA, DosageForm.LYOPHILIZED_POWDER, Route.INTRAMUSCULAR, Operation.DRUG_PRODUCT,
                  EARLY, (1_000, 30_000, BatchUnit.VIAL), 28, 4, DOCUMENTED),)),
    )),
    Company("Zephyrine Gene Works", "US", places=(
        Place("Zephyrine Gene Works, Silver Mesa", "Silver Mesa", "US", "troubled", state="Arizona",
              skills=(_vector(17, 250, EARLY, CLAIMED),)),
        Place("Zephyrine Gene Works, Willow Bend", "Willow Bend", "US", "unseen", state="Ohio",
              skills=(_car_t(12, EARLY, CLAIMED),)),
    )),
    Company("Thornbury Herbal Direct", "US", Organization.Kind.UNCLASSIFIED, places=(
        Place("Thornbury Herbal Direct", "Juniper Falls", "US", "alert", "draft", state="Nevada"),
    )),
    Company("Oakhaven Wellness Online", "US", Organization.Kind.UNCLASSIFIED, places=(
        Place("Oakhaven Wellness Online", "Pebble Creek", "US", "alert", "draft", state="Utah"),
    )),
    Company("Polar Line Logistics", "NO", Organization.Kind.LOGISTICS, places=(
        Place("Polar Line Logistics, Sundvik depot", "Sundvik", "NO", "unseen"),
    )),
)  # fmt: skip
