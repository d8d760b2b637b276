"""Four invented programs, each wanting something else, and their candidates."""

from dataclasses import dataclass
from decimal import Decimal

from partners.vocabulary import BatchUnit, DosageForm, Modality, Region, Route, Stage


@dataclass(frozen=True)
class Need:
    code: str
    name: str
    product: str
    modality: Modality
    dosage_form: DosageForm
    route: Route
    stage: Stage
    batch_size: Decimal
    batch_unit: BatchUnit
    regions: tuple[Region, ...]
    candidates: tuple[str, ...]


PROGRAMS = (
    Need(
        "AURELIA", "Subcutaneous antibody for severe asthma", "CME-101",
        Modality.MONOCLONAL_ANTIBODY, DosageForm.SOLUTION_FOR_INJECTION, Route.SUBCUTANEOUS, Stage.PHASE_3,
        Decimal(120_000), BatchUnit.VIAL, (Region.US, Region.EU),
        ("Corran Bridge", "Dunfell", "Valdaro", "Ashcombe", "Monteloup", "Coldwater Flats", "Lindenau am See",
         "Harrowgate Park", "Riba Alta"),
    ),
    Need(
        "BOREAL", "Once-daily tablet for heart failure", "CME-204",
        Modality.SMALL_MOLECULE, DosageForm.MODIFIED_RELEASE_TABLET, Route.ORAL, Stage.COMMERCIAL,
        Decimal(800), BatchUnit.KILOGRAM, (Region.US, Region.EU, Region.JAPAN),
        ("Saint-Évran", "Norreby", "Pellworth Tablets, Unit I, Sundarvadi",
         "Pellworth Tablets, Unit II, Sundarvadi", "Tamarind Bay", "Harrowgate Park", "Lindenau am See"),
    ),
    Need(
        "CELESTE", "AAV gene therapy for a retinal dystrophy", "CME-317",
        Modality.AAV, DosageForm.SUSPENSION_FOR_INJECTION, Route.INTRAVENOUS, Stage.PHASE_3,
        Decimal(400), BatchUnit.LITER, (Region.US, Region.EU),
        ("Pinehurst Fork", "Cedar Landing", "Clairvaux-sur-Orne", "Silver Mesa", "Harrowgate Park"),
    ),
    Need(
        "DORADO", "Autologous CAR-T for multiple myeloma", "CME-422",
        Modality.AUTOLOGOUS_CELL, DosageForm.CELL_SUSPENSION, Route.INTRAVENOUS, Stage.PHASE_3,
        Decimal(1), BatchUnit.DOSE, (Region.US, Region.EU),
        ("Fjellvik", "Osprey Point", "Clairvaux-sur-Orne", "Willow Bend", "Harrowgate Park"),
    ),
)  # fmt: skip
