"""Files in the formats of the sources, made up from a seed: no row is a real record."""

import csv
import datetime as dt
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

INSPECTION_HEADER = (
    "FEI Number",
    "Legal Name",
    "City",
    "State",
    "Zip",
    "Country/Area",
    "Fiscal Year",
    "Inspection ID",
    "Posted Citations",
    "Inspection End Date",
    "Classification",
    "Project Area",
    "Product Type",
    "Additional Details",
    "FMD-145 Date",
)
# The same columns by the agency's own field names, as its programming interface gives them.
INSPECTION_FIELDS = (
    "FEINumber",
    "LegalName",
    "City",
    "State",
    "ZipCode",
    "CountryName",
    "FiscalYear",
    "InspectionID",
    "PostedCitations",
    "InspectionEndDate",
    "Classification",
    "ProjectArea",
    "ProductType",
    "FirmProfile",
    "FMD145Date",
)
COMPLIANCE_HEADER = (
    "FEI Number",
    "Legal Name",
    "State",
    "Country/Area",
    "Product Type",
    "Action Taken Date",
    "Action Type",
    "Case/Injunction ID",
)
FORM_483_HEADER = (
    "Record Date",
    "FEI Number",
    "Legal Name",
    "Record Type",
    "Date Posted",
    "Download",
    "Record ID",
)
RECALL_HEADER = (
    "FEI Number",
    "Recalling Firm Name",
    "Product Type",
    "Product Classification",
    "Status",
    "Distribution Pattern",
    "Recalling Firm City",
    "Recalling Firm State",
    "Recalling Firm Country",
    "Center Classification Date",
    "Reason for Recall",
    "Product Description",
    "Event ID",
    "Event Classification",
    "Product ID",
    "Center",
    "Recall Details",
)
WARNING_LETTER_HEADER = (
    "Posted Date",
    "Letter Issue Date",
    "Company Name",
    "Issuing Office",
    "Subject",
    "Response Letter",
    "Closeout Letter",
)
CITATION_HEADER = (
    "Inspection ID",
    "FEI Number",
    "Legal Name",
    "Inspection End Date",
    "Program Area",
    "Act/CFR Number",
    "Short Description",
    "Long Description",
)

AREAS = (
    ("Drug Quality Assurance", "Drugs"),
    ("Bioresearch Monitoring", "Drugs"),
    ("Foodborne Biological Hazards", "Food/Cosmetics"),
    ("Compliance: Devices", "Devices"),
    ("Vaccines and Allergenic Products", "Biologics"),
)
CLASSES = ("No Action Indicated (NAI)", "Voluntary Action Indicated (VAI)", "Official Action Indicated (OAI)")
PLACES = (
    ("Springfield", "Illinois", "62701", "United States"),
    ("Lyon", "-", "69002", "France"),
    ("Pune", "-", "411001", "India"),
    ("Basel", "-", "-", "Switzerland"),
)


def inspection_rows(count: int, *, sites: int, seed: int = 7) -> Iterable[tuple[str, ...]]:
    """Rows of the inspection export: several project areas of one inspection now and then."""
    random_ = random.Random(seed)
    first = dt.date(2009, 1, 1)
    for number in range(count):
        site = random_.randrange(sites)
        city, state, postal, country = PLACES[site % len(PLACES)]
        ended = first + dt.timedelta(days=number * 6_200 // max(count, 1))
        area, product_type = AREAS[random_.randrange(len(AREAS))]
        yield (
            str(3_000_000_000 + site),
            f"Made-up Works {site} Ltd." if number % 17 else f"MADE-UP WORKS {site},  LTD",
            city,
            state,
            postal,
            country,
            str(ended.year),
            str(1_000_000 + number),
            ("Yes", "No", "-")[number % 3],
            ended.strftime("%m/%d/%Y"),
            CLASSES[min(2, int(random_.random() ** 2 * 3))],
            area,
            product_type,
            "-",
            "-",
        )


def write_csv(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[str]], encoding: str = "utf-8"
) -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def write_xlsx(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """A workbook with dates as date cells where a value is a date."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"default_date_format": "mm/dd/yyyy"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header)
        for index, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(index, column, dt.datetime.combine(value, dt.time()))
                else:
                    sheet.write(index, column, value)
    return path


def compliance_row(
    number: int,
    *,
    fei: str | None = None,
    name: str = "",
    product_type: str = "Drugs",
    date: str = "2024-03-05",
    action: str = "Warning Letter",
) -> tuple[str, ...]:
    return (
        fei if fei is not None else str(3_100_000_000 + number),
        name or f"Invented Pharma {number}",
        "-",
        "France",
        product_type,
        date,
        action,
        str(700_000 + number),
    )


def form_483_row(
    number: int,
    *,
    fei: str | None = None,
    name: str = "",
    record_date: str = "2023-05-04",
    posted: str = "2024-01-17",
    download: str = "",
    record_id: str = "",
) -> tuple[str, ...]:
    return (
        record_date,
        fei if fei is not None else str(3_200_000_000 + number),
        name or f"Invented Pharma {number}",
        "483",
        posted,
        download or f"https://www.fda.gov/media/{900_000 + number}/download",
        record_id or str(number),
    )


def compliance(path: Path, *rows: tuple[str, ...]) -> Path:
    """An export of compliance actions."""
    return write_csv(path, COMPLIANCE_HEADER, rows)


def forms(path: Path, *rows: tuple[str, ...]) -> Path:
    """An export of Forms 483."""
    return write_csv(path, FORM_483_HEADER, rows)
