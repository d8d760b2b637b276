"""Four invented programs, each wanting something else, and their candidates."""

from dataclasses import dataclass
from decimal import Decimal

from partners.vocabulary import BatchUnit, DosageForm, Modality, Operation, Region, Route, Stage


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
    operations: tuple[Operation, ...]
    area: str
    temperature: tuple[int, int]
    months_to_first_batch: int
    batches_a_year: tuple[int, int, int]
    budget: tuple[int, int]
    offers: tuple[tuple[str, int, int], ...] = ()
    """Who offered: place, cost and months to the first batch."""
    peak: Decimal | None = None
    containment_oeb: int | None = None


PROGRAMS = (
    Need(
        "AURELIA", "Subcutaneous antibody for severe asthma", "CME-101",
        Modality.MONOCLONAL_ANTIBODY, DosageForm.SOLUTION_FOR_INJECTION, Route.SUBCUTANEOUS, Stage.PHASE_3,
        Decimal(120_000), BatchUnit.VIAL, (Region.US, Region.EU),
        ("Corran Bridge", "Dunfell", "Valdaro", "Ashcombe", "Monteloup", "Coldwater Flats", "Lindenau am See",
         "Harrowgate Park", "Riba Alta"),
        (Operation.FILL_FINISH,), "Respiratory", (2, 8), 14, (6, 9, 14), (2_600_000, 4_200_000),
        (("Corran Bridge", 2_900_000, 12), ("Coldwater Flats", 2_450_000, 15), ("Lindenau am See", 2_750_000, 16),
         ("Harrowgate Park", 2_300_000, 11)), Decimal(200_000),
    ),
    Need(
        "BOREAL", "Once-daily tablet for heart failure", "CME-204",
        Modality.SMALL_MOLECULE, DosageForm.MODIFIED_RELEASE_TABLET, Route.ORAL, Stage.COMMERCIAL,
        Decimal(800), BatchUnit.KILOGRAM, (Region.US, Region.EU, Region.JAPAN),
        ("Saint-Évran", "Norreby", "Pellworth Tablets, Unit I, Sundarvadi",
         "Pellworth Tablets, Unit II, Sundarvadi", "Tamarind Bay", "Harrowgate Park", "Lindenau am See"),
        (Operation.DRUG_PRODUCT,), "Cardiology", (15, 25), 9, (30, 42, 60), (1_400_000, 2_400_000),
        (("Norreby", 1_620_000, 9), ("Saint-Évran", 1_550_000, 10), ("Harrowgate Park", 1_300_000, 8)), Decimal(1_200), 3,
    ),
    Need(
        "CELESTE", "AAV gene therapy for a retinal dystrophy", "CME-317",
        Modality.AAV, DosageForm.SUSPENSION_FOR_INJECTION, Route.INTRAVENOUS, Stage.PHASE_3,
        Decimal(400), BatchUnit.LITER, (Region.US, Region.EU),
        ("Pinehurst Fork", "Cedar Landing", "Clairvaux-sur-Orne", "Silver Mesa", "Harrowgate Park"),
        (Operation.DRUG_SUBSTANCE,), "Ophthalmology", (-80, -60), 16, (4, 6, 9), (5_500_000, 9_000_000),
        (("Cedar Landing", 6_400_000, 15), ("Pinehurst Fork", 5_200_000, 19), ("Harrowgate Park", 4_900_000, 14)),
    ),
    Need(
        "DORADO", "Autologous CAR-T for multiple myeloma", "CME-422",
        Modality.AUTOLOGOUS_CELL, DosageForm.CELL_SUSPENSION, Route.INTRAVENOUS, Stage.PHASE_3,
        Decimal(1), BatchUnit.DOSE, (Region.US, Region.EU),
        ("Fjellvik", "Osprey Point", "Clairvaux-sur-Orne", "Willow Bend", "Harrowgate Park"),
        (Operation.DRUG_PRODUCT,), "Oncology", (-196, -150), 12, (60, 120, 200), (3_800_000, 6_500_000),
        (("Fjellvik", 4_300_000, 11), ("Osprey Point", 4_050_000, 13), ("Harrowgate Park", 3_600_000, 10)),
    ),
)  # fmt: skip
