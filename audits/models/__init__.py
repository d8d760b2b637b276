"""What authorities saw and did at a site; later our own audits, findings and CAPA."""

from audits.models.action import RegulatoryAction
from audits.models.authority import Authority
from audits.models.inspection import Citation, Inspection

__all__ = ["Authority", "Citation", "Inspection", "RegulatoryAction"]
