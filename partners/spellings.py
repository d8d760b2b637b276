"""Reads the words people write for the vocabulary's values: any case, hyphens, labels, both languages."""

import re
from functools import cache

from django.conf import settings
from django.db import models
from django.utils import translation

from common.text import name_key
from partners.vocabulary import BatchUnit, DosageForm, Modality, Region, Route, Stage

# Usual short forms that are neither a value nor a label. Only those with a single meaning.
SHORT_FORMS: dict[type[models.TextChoices], dict[str, str]] = {
    Modality: {
        "mab": Modality.MONOCLONAL_ANTIBODY,
        "antibody": Modality.MONOCLONAL_ANTIBODY,
        "adeno associated virus": Modality.AAV,
        "aav vector": Modality.AAV,
        "lentivirus": Modality.LENTIVIRAL,
        "lentiviral vector": Modality.LENTIVIRAL,
        "pdna": Modality.PLASMID_DNA,
        "plasmid": Modality.PLASMID_DNA,
        "autologous cell": Modality.AUTOLOGOUS_CELL,
        "allogeneic cell": Modality.ALLOGENEIC_CELL,
        "gene edited cell": Modality.GENE_EDITED_CELL,
        "other": Modality.OTHER,
    },
    DosageForm: {
        "injection": DosageForm.SOLUTION_FOR_INJECTION,
        "lyophilizate": DosageForm.LYOPHILIZED_POWDER,
        "lyophilized powder": DosageForm.LYOPHILIZED_POWDER,
        "lyophilised powder": DosageForm.LYOPHILIZED_POWDER,
        "lyophilised powder for injection": DosageForm.LYOPHILIZED_POWDER,
        "pre filled syringe": DosageForm.PREFILLED_SYRINGE,
        "mr tablet": DosageForm.MODIFIED_RELEASE_TABLET,
        "cell suspension": DosageForm.CELL_SUSPENSION,
        "cream": DosageForm.CREAM_OR_OINTMENT,
        "ointment": DosageForm.CREAM_OR_OINTMENT,
        "api": DosageForm.DRUG_SUBSTANCE,
        "other": DosageForm.OTHER,
    },
    Route: {
        "iv": Route.INTRAVENOUS,
        "sc": Route.SUBCUTANEOUS,
        "im": Route.INTRAMUSCULAR,
        "po": Route.ORAL,
        "per os": Route.ORAL,
        "inhalation": Route.INHALED,
        "intranasal": Route.NASAL,
        "other": Route.OTHER,
    },
    Stage: {
        "phase i": Stage.PHASE_1,
        "phase ii": Stage.PHASE_2,
        "phase iii": Stage.PHASE_3,
        "pre clinical": Stage.PRECLINICAL,
        "marketed": Stage.COMMERCIAL,
    },
    BatchUnit: {
        "kilogram": BatchUnit.KILOGRAM,
        "gram": BatchUnit.GRAM,
        "liter": BatchUnit.LITER,
        "litre": BatchUnit.LITER,
        "vial": BatchUnit.VIAL,
        "dose": BatchUnit.DOSE,
        "unit": BatchUnit.UNIT,
        "batch": BatchUnit.BATCH,
    },
    Region: {
        "usa": Region.US,
        "u s": Region.US,
        "u s a": Region.US,
        "united states of america": Region.US,
        "europe": Region.EU,
        "gb": Region.UK,
        "great britain": Region.UK,
        "japan": Region.JAPAN,
        "china": Region.CHINA,
        "canada": Region.CANADA,
        "other": Region.OTHER,
    },
}


def choice_from_text(choices: type[models.TextChoices], text: str) -> str | None:
    """The vocabulary's value for what someone wrote, or None when it is none of them.

    >>> choice_from_text(Stage, "Phase III")
    'phase_3'
    """
    spellings = _spellings(choices)
    key = _folded(text)
    for candidate in (key, key.removesuffix("s")):
        if candidate in spellings:
            return spellings[candidate]
    return None


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[^0-9a-z]+", " ", name_key(text)).split())


@cache
def _spellings(choices: type[models.TextChoices]) -> dict[str, str]:
    found = {_folded(short): value for short, value in SHORT_FORMS.get(choices, {}).items()}
    for member in choices:
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found[_folded(str(member.label))] = member.value
    # Values last: no label or short form may take the place of one.
    found |= {_folded(member.value): member.value for member in choices}
    found |= {_folded(member.value).replace(" ", ""): member.value for member in choices}
    return found
