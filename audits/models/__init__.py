"""Regulatory inspections and actions; our audits, findings, CAPA; questionnaires and invitations."""

from audits.models.action import RegulatoryAction
from audits.models.audit import AgendaItem, Audit, AuditMember, ChecklistItem, QualitySystem
from audits.models.authority import Authority
from audits.models.capa import Capa, CapaAction, CapaExtension
from audits.models.comment import CapaComment
from audits.models.finding import Finding, FindingResponse
from audits.models.inspection import Citation, Inspection
from audits.models.questionnaire import (
    Answer,
    Invitation,
    Question,
    Questionnaire,
    QuestionnaireRequest,
    Reminder,
)
from audits.models.site_index import SiteIndex

__all__ = [
    "AgendaItem",
    "Answer",
    "Audit",
    "AuditMember",
    "Authority",
    "Capa",
    "CapaAction",
    "CapaComment",
    "CapaExtension",
    "ChecklistItem",
    "Citation",
    "Finding",
    "FindingResponse",
    "Inspection",
    "Invitation",
    "QualitySystem",
    "Question",
    "Questionnaire",
    "QuestionnaireRequest",
    "RegulatoryAction",
    "Reminder",
    "SiteIndex",
]
