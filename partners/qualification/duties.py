"""The duties that a quality agreement usually shares out (FDA guidance of 2016, EU GMP chapter 7)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import AgreementDuty

Bearer = AgreementDuty.Bearer
USUAL: tuple[tuple[Promise, AgreementDuty.Bearer], ...] = (
    (_("Release of the finished product to the market"), Bearer.OWNER),
    (_("Release of batches by the manufacturer’s quality unit"), Bearer.CMO),
    (_("Master batch record: approval"), Bearer.SHARED),
    (_("Executed batch records: review"), Bearer.CMO),
    (_("Specifications of starting materials and product"), Bearer.OWNER),
    (_("Purchase and release of starting materials"), Bearer.CMO),
    (_("Qualification of material suppliers"), Bearer.SHARED),
    (_("Validation of the process"), Bearer.SHARED),
    (_("Validation of cleaning"), Bearer.CMO),
    (_("Validation of analytical methods"), Bearer.SHARED),
    (_("Qualification of facility, utilities and equipment"), Bearer.CMO),
    (_("Deviations: notification and investigation"), Bearer.CMO),
    (_("Deviations that affect the product: approval"), Bearer.OWNER),
    (_("Out-of-specification results"), Bearer.SHARED),
    (_("Change control: notification and approval"), Bearer.SHARED),
    (_("Complaints: receipt and report to authorities"), Bearer.OWNER),
    (_("Complaints: investigation at the site"), Bearer.CMO),
    (_("Recalls: decision"), Bearer.OWNER),
    (_("Stability program"), Bearer.OWNER),
    (_("Retention and reference samples"), Bearer.SHARED),
    (_("Annual product quality review"), Bearer.SHARED),
    (_("Subcontracting: only with prior consent"), Bearer.CMO),
    (_("Audits and inspections: access and notification"), Bearer.CMO),
    (_("Retention of records"), Bearer.CMO),
)
