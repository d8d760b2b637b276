"""The library of needs: sets of requirements per modality and stage.

A set is copied into a work package and edited there. It is a start, not a standard: its figures are what a
practitioner would first ask for, and are meant to be changed.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import Certificate, Service
from partners.vocabulary import DosageForm, Modality, Operation, Stage, TemperatureBand
from programs.models import Requirement
from programs.requirement_services import Draft

WANT = Requirement.Kind.WANT
Op = Requirement.Operator


@dataclass(frozen=True, slots=True)
class NeedSet:
    """A named set of requirements; blank `modalities` fit any."""

    key: str
    title: str | Promise
    about: str | Promise
    drafts: tuple[Draft, ...]
    modalities: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()

    def fits(self, modality: str, stage: str) -> bool:
        """Whether the set is meant for such a program."""
        return (not self.modalities or modality in self.modalities) and (
            not self.stages or stage in self.stages
        )


def _operation(*words: str, why: str | Promise) -> Draft:
    return Draft("capability.operation", Op.INCLUDES, list(words), why)


def _outcome(why: str | Promise) -> Draft:
    return Draft("inspection.outcome", Op.ONE_OF, ["nai", "vai", "compliant"], why)


INSPECTED = _outcome(_("The last drug GMP inspection must have ended without official action."))
GMP_PAPER = Draft(
    "certificate.kind",
    Op.INCLUDES,
    [Certificate.Kind.GMP],
    _("A valid GMP certificate is needed for this stage."),
)
QC_RELEASE = Draft(
    "service.kind",
    Op.INCLUDES,
    [Service.Kind.QC_RELEASE],
    _("Release testing in its own house saves a transfer of methods."),
    kind=WANT,
)
METHODS = Draft(
    "service.kind",
    Op.INCLUDES,
    [Service.Kind.ANALYTICAL_DEVELOPMENT, Service.Kind.METHOD_VALIDATION],
    _("Methods must be developed and validated together with the process."),
    kind=WANT,
)

LIBRARY: tuple[NeedSet, ...] = (
    NeedSet(
        "sterile-antibody",
        _("Sterile injectable antibody"),
        _("Fill and finish of a liquid or lyophilized antibody, kept at 2 to 8 °C."),
        (
            _operation(Operation.FILL_FINISH, why=_("The site does not fill and finish.")),
            Draft(
                "capability.dosage_form",
                Op.ONE_OF,
                [
                    DosageForm.SOLUTION_FOR_INJECTION,
                    DosageForm.LYOPHILIZED_POWDER,
                    DosageForm.PREFILLED_SYRINGE,
                ],
                _("The site makes no sterile injectable form."),
            ),
            Draft(
                "capability.temperature",
                Op.INCLUDES,
                [TemperatureBand.REFRIGERATED],
                _("The site cannot hold the product at 2 to 8 °C."),
            ),
            INSPECTED,
            Draft(
                "capability.batches_made",
                Op.AT_LEAST,
                20,
                _("Fewer than 20 batches of antibodies leave aseptic experience thin."),
                kind=WANT,
            ),
            QC_RELEASE,
        ),
        frozenset({Modality.MONOCLONAL_ANTIBODY, Modality.RECOMBINANT_PROTEIN}),
    ),
    NeedSet(
        "oral-small-molecule",
        _("Oral small molecule"),
        _("Tablets or capsules of a small molecule, bulk to packed goods."),
        (
            Draft(
                "capability.dosage_form",
                Op.ONE_OF,
                [DosageForm.TABLET, DosageForm.MODIFIED_RELEASE_TABLET, DosageForm.CAPSULE],
                _("The site makes neither tablets nor capsules."),
            ),
            _operation(Operation.DRUG_PRODUCT, why=_("The site does not make drug product.")),
            Draft(
                "capability.containment",
                Op.AT_LEAST,
                3,
                _("Containment below OEB 3 rules out most new actives."),
                kind=WANT,
            ),
            Draft(
                "capability.operation",
                Op.INCLUDES,
                [Operation.PACKAGING, Operation.LABELING],
                _("Packing elsewhere adds a partner and a release step."),
                kind=WANT,
            ),
            INSPECTED,
        ),
        frozenset({Modality.SMALL_MOLECULE, Modality.PEPTIDE}),
    ),
    NeedSet(
        "aav",
        _("AAV gene therapy"),
        _("Vector drug substance and fill, frozen at −80 to −60 °C."),
        (
            _operation(Operation.DRUG_SUBSTANCE, why=_("The site does not make vector drug substance.")),
            Draft(
                "capability.temperature",
                Op.INCLUDES,
                [TemperatureBand.ULTRA_LOW],
                _("The site cannot store vectors at −80 to −60 °C."),
            ),
            Draft(
                "capability.batch_max",
                Op.AT_LEAST,
                200,
                _("Bioreactors below 200 L would need a second scale-up."),
                unit="L",
                kind=WANT,
            ),
            METHODS,
        ),
        frozenset({Modality.AAV, Modality.LENTIVIRAL}),
    ),
    NeedSet(
        "car-t",
        _("Autologous CAR-T"),
        _("One batch for each patient, from apheresis to the cryopreserved dose."),
        (
            Draft(
                "capability.modality",
                Op.ONE_OF,
                [Modality.AUTOLOGOUS_CELL, Modality.GENE_EDITED_CELL],
                _("The site has never made an autologous cell therapy."),
            ),
            Draft(
                "capability.temperature",
                Op.INCLUDES,
                [TemperatureBand.CRYOGENIC],
                _("The site cannot hold doses at −150 °C or below."),
            ),
            _operation(
                Operation.DRUG_PRODUCT,
                Operation.STORAGE,
                why=_("Making and storing the dose must be under one roof."),
            ),
            Draft(
                "certificate.kind",
                Op.ONE_OF,
                [Certificate.Kind.FACT, Certificate.Kind.JACIE],
                _("FACT or JACIE accreditation shows that cell handling was looked at."),
                kind=WANT,
            ),
            Draft(
                "capacity.reservable",
                Op.AT_LEAST,
                100,
                _("Fewer than 100 reservable slots a year would make patients wait."),
                unit="batches",
                kind=WANT,
            ),
        ),
        frozenset({Modality.AUTOLOGOUS_CELL, Modality.GENE_EDITED_CELL, Modality.ALLOGENEIC_CELL}),
    ),
    NeedSet(
        "mrna-lnp",
        _("mRNA in lipid nanoparticles"),
        _("In-vitro transcription, encapsulation and frozen fill."),
        (
            _operation(
                Operation.DRUG_SUBSTANCE,
                Operation.FILL_FINISH,
                why=_("Encapsulated mRNA does not travel between two sites unharmed."),
            ),
            Draft(
                "capability.temperature",
                Op.ONE_OF,
                [TemperatureBand.ULTRA_LOW, TemperatureBand.FROZEN],
                _("The site cannot store frozen product."),
            ),
            METHODS,
        ),
        frozenset({Modality.MRNA}),
    ),
    NeedSet(
        "adc",
        _("Antibody-drug conjugate"),
        _("Conjugation and fill of a highly potent product."),
        (
            Draft(
                "capability.containment",
                Op.AT_LEAST,
                5,
                _("The payload needs containment of OEB 5 or better."),
            ),
            Draft(
                "capability.operation",
                Op.INCLUDES,
                [Operation.DRUG_SUBSTANCE, Operation.FILL_FINISH],
                _("Conjugation and fill at one site save a transport of toxic bulk."),
                kind=WANT,
            ),
            INSPECTED,
        ),
        frozenset({Modality.ADC}),
    ),
    NeedSet(
        "early-clinical",
        _("First batches for patients"),
        _("Phase 1 and 2 of any modality: speed and methods before scale."),
        (
            Draft(
                "capability.stage",
                Op.ONE_OF,
                [Stage.PHASE_1, Stage.PHASE_2],
                _("The site does not work on early clinical batches."),
            ),
            METHODS,
            QC_RELEASE,
        ),
        stages=frozenset({Stage.PRECLINICAL, Stage.PHASE_1, Stage.PHASE_2}),
    ),
    NeedSet(
        "pivotal",
        _("Pivotal batches and launch"),
        _("Phase 3 of any modality: a process that will be validated and inspected."),
        (
            Draft(
                "capability.stage",
                Op.ONE_OF,
                [Stage.PHASE_3, Stage.COMMERCIAL],
                _("The site has not worked beyond phase 2."),
            ),
            INSPECTED,
            GMP_PAPER,
            QC_RELEASE,
        ),
        stages=frozenset({Stage.PHASE_3}),
    ),
    NeedSet(
        "commercial",
        _("Commercial supply"),
        _("Any modality: an inspected site with papers, people and room."),
        (
            Draft(
                "capability.stage",
                Op.INCLUDES,
                [Stage.COMMERCIAL],
                _("The site has no commercial experience in this modality."),
            ),
            INSPECTED,
            GMP_PAPER,
            Draft(
                "capacity.lead_months",
                Op.AT_MOST,
                24,
                _("More than 24 months to add capacity is too long if demand doubles."),
                kind=WANT,
            ),
            Draft(
                "audit.rating",
                Op.ONE_OF,
                ["good", "satisfactory"],
                _("Our own last audit must not have been unsatisfactory."),
                kind=WANT,
            ),
        ),
        stages=frozenset({Stage.COMMERCIAL}),
    ),
)
BY_KEY = {entry.key: entry for entry in LIBRARY}


def library_for(modality: str, stage: str) -> list[NeedSet]:
    """The whole library, what fits the program first."""
    return sorted(LIBRARY, key=lambda entry: not entry.fits(modality, stage))
