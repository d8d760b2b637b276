"""The field's words for what is made and how. Programs and capabilities speak the same ones."""

from decimal import Decimal

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class Modality(models.TextChoices):
    SMALL_MOLECULE = "small_molecule", _("small molecule")
    PEPTIDE = "peptide", _("peptide")
    OLIGONUCLEOTIDE = "oligonucleotide", _("oligonucleotide")
    MONOCLONAL_ANTIBODY = "monoclonal_antibody", _("monoclonal antibody")
    ADC = "adc", _("antibody-drug conjugate")
    RECOMBINANT_PROTEIN = "recombinant_protein", _("recombinant protein")
    VACCINE = "vaccine", _("vaccine")
    MRNA = "mrna", _("mRNA")
    PLASMID_DNA = "plasmid_dna", _("plasmid DNA")
    AAV = "aav", _("viral vector, AAV")
    LENTIVIRAL = "lentiviral", _("viral vector, lentiviral")
    AUTOLOGOUS_CELL = "autologous_cell", _("autologous cell therapy")
    ALLOGENEIC_CELL = "allogeneic_cell", _("allogeneic cell therapy")
    GENE_EDITED_CELL = "gene_edited_cell", _("gene-edited cell therapy")
    OTHER = "other", _("other modality")


class DosageForm(models.TextChoices):
    TABLET = "tablet", _("tablet")
    MODIFIED_RELEASE_TABLET = "modified_release_tablet", _("modified-release tablet")
    CAPSULE = "capsule", _("capsule")
    ORAL_LIQUID = "oral_liquid", _("oral liquid")
    POWDER = "powder", _("powder")
    SOLUTION_FOR_INJECTION = "solution_for_injection", _("solution for injection")
    LYOPHILIZED_POWDER = "lyophilized_powder", _("lyophilized powder for injection")
    SUSPENSION_FOR_INJECTION = "suspension_for_injection", _("suspension for injection")
    PREFILLED_SYRINGE = "prefilled_syringe", _("prefilled syringe")
    CELL_SUSPENSION = "cell_suspension", _("cell suspension for infusion")
    CREAM_OR_OINTMENT = "cream_or_ointment", _("cream or ointment")
    INHALATION = "inhalation", _("inhalation product")
    OPHTHALMIC_SOLUTION = "ophthalmic_solution", _("ophthalmic solution")
    TRANSDERMAL_PATCH = "transdermal_patch", _("transdermal patch")
    DRUG_SUBSTANCE = "drug_substance", _("drug substance")
    OTHER = "other", _("other dosage form")


class Route(models.TextChoices):
    ORAL = "oral", _("oral")
    INTRAVENOUS = "intravenous", _("intravenous")
    SUBCUTANEOUS = "subcutaneous", _("subcutaneous")
    INTRAMUSCULAR = "intramuscular", _("intramuscular")
    INTRATHECAL = "intrathecal", _("intrathecal")
    INTRAVITREAL = "intravitreal", _("intravitreal")
    SUBRETINAL = "subretinal", _("subretinal")
    OPHTHALMIC = "ophthalmic", _("ophthalmic")
    INHALED = "inhaled", _("inhaled")
    NASAL = "nasal", _("nasal")
    TOPICAL = "topical", _("topical")
    TRANSDERMAL = "transdermal", _("transdermal")
    OTHER = "other", _("other route")


class Operation(models.TextChoices):
    DRUG_SUBSTANCE = "drug_substance", _("drug substance")
    DRUG_PRODUCT = "drug_product", _("drug product")
    FILL_FINISH = "fill_finish", _("fill and finish")
    PACKAGING = "packaging", _("packaging")
    LABELING = "labeling", _("labeling")
    TESTING = "testing", _("testing")
    STORAGE = "storage", _("storage")


class Stage(models.TextChoices):
    PRECLINICAL = "preclinical", _("preclinical")
    PHASE_1 = "phase_1", _("phase 1")
    PHASE_2 = "phase_2", _("phase 2")
    PHASE_3 = "phase_3", _("phase 3")
    COMMERCIAL = "commercial", _("commercial")


class BatchUnit(models.TextChoices):
    KILOGRAM = "kg", _("kg")
    GRAM = "g", _("g")
    LITER = "L", _("L")
    VIAL = "vials", _("vials")
    DOSE = "doses", _("doses")
    UNIT = "units", _("units")
    BATCH = "batches", _("batches")


# Units that are counted, as they are called where there is one.
ONE_OF = {
    BatchUnit.VIAL: _("vial"),
    BatchUnit.DOSE: _("dose"),
    BatchUnit.UNIT: pgettext_lazy("amount", "unit"),
    BatchUnit.BATCH: pgettext_lazy("amount", "batch"),
}


def amount_unit(unit: str, *amounts: float | Decimal) -> str:
    """The unit behind figures in the reader's language: "dose" behind 1, "doses" behind 2.

    French counts everything below two as one. A unit that is no `BatchUnit` is returned as it is.
    """
    french = (get_language() or "").startswith("fr")
    single = all(-2 < amount < 2 if french else amount == 1 for amount in amounts)
    if unit not in BatchUnit.values:
        return unit
    word = BatchUnit(unit)
    return str(ONE_OF.get(word, word.label) if single else word.label)


class TemperatureBand(models.TextChoices):
    CRYOGENIC = "cryogenic", _("cryogenic, −150 °C or below")
    ULTRA_LOW = "ultra_low", _("ultra-low, −80 to −60 °C")
    FROZEN = "frozen", _("frozen, −25 to −15 °C")
    REFRIGERATED = "refrigerated", _("refrigerated, 2 to 8 °C")
    AMBIENT = "ambient", _("controlled ambient, 15 to 25 °C")


class EvidenceStrength(models.TextChoices):
    """How far a piece of evidence may be trusted: the site says so, a document shows it, someone checked."""

    CLAIMED = "claimed", _("claimed")
    DOCUMENTED = "documented", _("documented")
    VERIFIED = "verified", _("verified")


class Region(models.TextChoices):
    US = "us", _("United States")
    EU = "eu", _("European Union")
    UK = "uk", _("United Kingdom")
    JAPAN = "jp", _("Japan")
    CHINA = "cn", _("China")
    CANADA = "ca", _("Canada")
    OTHER = "other", _("other region")
