"""The files of the walk: the real exports where they lie, or generated ones of the same formats."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

SHARED = Path(os.environ.get("CMO_EVAL_SHARED_DIR", Path(__file__).parents[3] / "shared"))
ACTIONS_HEADER = [
    "FEI Number", "Legal Name", "State", "Country/Area", "Product Type", "Action Taken Date", "Action Type",
    "Case/Injunction ID",
]  # fmt: skip
FORMS_HEADER = [
    "Record Date", "FEI Number", "Legal Name", "Record Type", "Date Posted", "Download", "Record ID",
]  # fmt: skip
MEDIA = "https://www.fda.gov/media"
FIRMS = [
    ("97000000011", "Walkfield Sterile"),
    ("97000000012", "Brookwalk Tablets"),
    ("97000000013", "Walkmere Bio"),
]


@dataclass(frozen=True)
class Exports:
    """Two files to import and three sites, as FEI, that both of them name."""

    actions: Path
    forms: Path
    feis: tuple[str, ...]


def exports(folder: Path) -> Exports:
    """The real files when the shared folder is there, else generated ones in `folder`."""
    actions = SHARED / "data" / "fda" / "compliance_actions_2024-07.csv"
    forms = SHARED / "data" / "fda" / "published_483s_2024-07.csv"
    if not actions.exists():
        actions, forms = _generate(folder)
    return Exports(actions, forms, _named_by_both(actions, forms))


def _generate(folder: Path) -> tuple[Path, Path]:
    actions, forms = folder / "compliance_actions.csv", folder / "published_483s.csv"
    _write(actions, ACTIONS_HEADER, [
        [fei, name, "Ohio", "United States", "Drugs", f"2024-0{n}-11", "Warning Letter", f"90000{n}"]
        for n, (fei, name) in enumerate(FIRMS, 1)
    ])  # fmt: skip
    _write(forms, FORMS_HEADER, [
        [f"2023-0{n}-02", fei, name, "483", f"2024-0{n}-21", f"{MEDIA}/99000{n}/download", str(n)]
        for n, (fei, name) in enumerate(FIRMS, 1)
    ])  # fmt: skip
    return actions, forms


def _write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def _named_by_both(actions: Path, forms: Path) -> tuple[str, ...]:
    with actions.open(newline="", encoding="utf-8-sig") as file:
        written_to = {row["FEI Number"] for row in csv.DictReader(file) if row["Product Type"] == "Drugs"}
    with forms.open(newline="", encoding="utf-8-sig") as file:
        observed = [row["FEI Number"] for row in csv.DictReader(file)]
    both = sorted({fei for fei in observed if fei in written_to and len(fei) >= 10})
    return tuple(both[:3])
