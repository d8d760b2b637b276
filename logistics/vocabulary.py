"""The words of distribution: what is stored, and what it is called."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PartyRole(models.TextChoices):
    """What an organization does on the way to the patient."""

    SPONSOR = "sponsor", _("our company")
    MANUFACTURER = "manufacturer", _("manufacturer (CDMO)")
    THREE_PL = "3pl", _("logistics partner (3PL)")
    CARRIER = "carrier", _("carrier")
    DISTRIBUTOR = "distributor", _("distributor")
    APHERESIS = "apheresis", _("collection center")
    CARE_SITE = "care_site", _("care site")
    LABORATORY = "laboratory", _("testing laboratory")


class Function(models.TextChoices):
    """The functions that have to decide together."""

    SUPPLY = "supply", _("supply chain")
    QUALITY = "quality", _("quality")
    REGULATORY = "regulatory", _("regulatory affairs")
    CLINICAL = "clinical", _("clinical")
    MEDICAL = "medical", _("medical affairs")
    ACCESS = "access", _("market access")
    SALES = "sales", _("sales")
    FINANCE = "finance", _("finance")
    LEGAL = "legal", _("legal")
    PATIENT = "patient", _("patient operations")


class Task(models.TextChoices):
    """What somebody has to answer for before a first dose."""

    SITE_ONBOARDING = "site_onboarding", _("taking up care sites")
    ORDER_TO_DELIVERY = "order_to_delivery", _("order to delivery")
    IDENTITY = "identity", _("chain of identity")
    RELEASE = "release", _("release of the product")
    TRANSPORT = "transport", _("transport and lanes")
    PACKAGING_LABELS = "packaging_labels", _("packaging and labels")
    DISRUPTION = "disruption", _("response to disruptions")
    REIMBURSEMENT = "reimbursement", _("reimbursement and access")
    TITLE_AND_TERMS = "title_and_terms", _("title and commercial terms")
    TRAINING = "training", _("training of care sites")


class Part(models.TextChoices):
    """RACI."""

    ACCOUNTABLE = "a", pgettext_lazy("RACI", "accountable")
    RESPONSIBLE = "r", pgettext_lazy("RACI", "responsible")
    CONSULTED = "c", pgettext_lazy("RACI", "consulted")
    INFORMED = "i", pgettext_lazy("RACI", "informed")


class CheckKind(models.TextChoices):
    """What a care site must have for one product in one therapeutic area."""

    TEAM = "team", _("care team trained")
    PHARMACY = "pharmacy", _("pharmacy procedure: receipt, thawing, preparation")
    IDENTITY = "identity", _("chain of identity in use")
    COLLECTION = "collection", _("collection of cells qualified")
    EMERGENCY = "emergency", _("care of adverse reactions arranged")
    ORDERING = "ordering", _("ordering and scheduling tried")


class Level(models.TextChoices):
    """The layers of packaging that carry a label."""

    CONTAINER = "container", _("immediate container (vial, bag)")
    INNER = "inner", _("inner pack (cassette, carton)")
    OUTER = "outer", _("outer pack")
    SHIPPER = "shipper", _("shipper")


class Scenario(models.TextChoices):
    """What goes wrong between the maker and the patient."""

    TRANSPORT_DELAY = "transport_delay", _("transport delayed or flight cancelled")
    PATIENT_ILL = "patient_ill", _("patient falls ill, treatment postponed")
    EXCURSION = "excursion", _("temperature excursion")
    SHIPPER_FAILURE = "shipper_failure", _("shipper fails or is lost")
    BATCH_FAILURE = "batch_failure", _("batch fails or is out of specification")
    SITE_CLOSED = "site_closed", _("care site cannot receive")
    CUSTOMS = "customs", _("held at customs")
    IDENTITY_BROKEN = "identity_broken", _("identity in doubt")


class Topic(models.TextChoices):
    """What a product does to those who deal with it."""

    PATIENTS = "patients", _("patients and where they live")
    PLACES = "places", _("places of treatment")
    OPINION_LEADERS = "opinion_leaders", _("key opinion leaders")
    SAFETY = "safety", _("safety profile")
    ADMINISTRATION = "administration", _("administration")
    PRICE = "price", _("price, and who carries the stock")


class TermKind(models.TextChoices):
    """Words that mean something else to each team; the four orders are told apart by name."""

    ORDER_PRESCRIPTION = "order_prescription", _("order: the physician’s prescription")
    ORDER_SHIPMENT = "order_shipment", _("order: shipment request")
    ORDER_SITE = "order_site", _("order: purchase order of the care site")
    ORDER_DISTRIBUTOR = "order_distributor", _("order: purchase order of the distributor")
    CRYOGENIC = "cryogenic", _("cryogenic handling")
    TITLE = "title", _("title and ownership")
    OTHER = "other", _("other word")


ORDERS = (
    TermKind.ORDER_PRESCRIPTION,
    TermKind.ORDER_SHIPMENT,
    TermKind.ORDER_SITE,
    TermKind.ORDER_DISTRIBUTOR,
)
