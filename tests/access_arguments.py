"""What the address of a record of the scene is made of."""

from typing import Any

from partners.models import Contact
from tests.access_scene import Scene


def nothing(_scene: Scene) -> dict[str, Any]:
    return {}


def nowhere(_scene: Scene) -> dict[str, Any]:
    return {"rest": "nowhere"}


def program(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code}


def site(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.site.pk}


def job(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.job.pk}


def session_row(_scene: Scene) -> dict[str, Any]:
    return {"pk": 0}


def key(_scene: Scene) -> dict[str, Any]:
    return {"pk": 0}


def provider(_scene: Scene) -> dict[str, Any]:
    return {"provider_id": "none"}


def person(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.membership.user_id}


def membership(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.membership.pk}


def package(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.candidate.work_package_id}


def requirement(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.requirement.pk}


def proposal(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.proposal.pk}


def plan_kind(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "kind": "lanes"}


def plan_row(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "kind": "dry-runs", "pk": scene.dry_run.pk}


def plan_site(scene: Scene) -> dict[str, Any]:
    assert scene.dry_run.lane is not None
    return {"code": scene.program.code, "pk": scene.dry_run.lane.care_site_id}


def plan_lane(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.dry_run.lane_id}


def dry_run(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.dry_run.pk}


def library(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "key": "aav"}


def candidate(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.candidate.pk}


def candidate_site(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "site_id": scene.candidate.site_id}


def criterion(scene: Scene) -> dict[str, Any]:
    return {**candidate_site(scene), "key": "proven-batch"}


def exception(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.exception.pk}


def override(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.override.pk}


def record_kind(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.site.pk, "kind": "inspection"}


def regulatory_record(scene: Scene) -> dict[str, Any]:
    return {**record_kind(scene), "record_pk": scene.inspection.pk}


def template(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.override.criterion.template_id}


def saved_view(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.saved_view.pk}


def frozen(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "sha256": scene.run.sha256}


def panel(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.panel.pk}


def panel_criterion(scene: Scene) -> dict[str, Any]:
    return {**panel(scene), "key": "quality-authority"}


def closed_panel(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.closed_panel.pk}


def panel_score(scene: Scene) -> dict[str, Any]:
    return {**panel(scene), "key": "quality-authority", "site_id": scene.candidate.site_id}


def panel_cell(scene: Scene) -> dict[str, Any]:
    site_id = scene.closed_panel.candidates.earliest("pk").site_id
    return {**closed_panel(scene), "key": "quality-authority", "site_id": site_id}


def sourcing_decision(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.decision.pk}


def reset_key(_scene: Scene) -> dict[str, Any]:
    return {"uidb36": "1", "key": "set-password"}


def report(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.report.pk}


def decision_paper(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.decision.pk}


def report_file(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.report.pk, "made_as": "pdf"}


def record(scene: Scene) -> dict[str, Any]:
    return {"app": "programs", "model": "program", "pk": scene.program.pk}


def import_run(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.import_run.pk}


def source_row(scene: Scene) -> dict[str, Any]:
    return {"kind": "inspections", "pk": scene.imported.pk}


def name_match(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.name_match.pk}


def attachment(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.attachment.pk}


def site_files(scene: Scene) -> dict[str, Any]:
    return {"app": "partners", "model": "site", "pk": scene.site.pk}


def signing(scene: Scene) -> dict[str, Any]:
    pk = scene.signature.record_pk
    return {"app": "partners", "model": "standingdecision", "pk": pk, "part": "record", "meaning": "approved"}


def signature(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.signature.pk}


def organization(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.site.organization_id}


def section(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.site.pk, "section": "capabilities"}


def section_file(scene: Scene) -> dict[str, Any]:
    return {**section(scene), "kind": "csv"}


def profile_record(scene: Scene) -> dict[str, Any]:
    return {**section(scene), "record": scene.capability.pk}


def contact(scene: Scene) -> dict[str, Any]:
    found, _new = Contact.objects.get_or_create(site=scene.site, name="Left Behind", function="quality")
    return {"pk": scene.site.pk, "record": found.pk}


def kind(_scene: Scene) -> dict[str, Any]:
    return {"section": "capabilities"}


def kind_file(_scene: Scene) -> dict[str, Any]:
    return {"section": "capabilities", "kind": "csv"}


def sheet(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.sheet.pk}


def sheet_problems(scene: Scene) -> dict[str, Any]:
    return {**sheet(scene), "kind": "csv"}


def audit(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.audit.pk}


def audit_list(scene: Scene) -> dict[str, Any]:
    return {**audit(scene), "part": "agenda"}


def audit_move(scene: Scene) -> dict[str, Any]:
    return {**audit(scene), "state": "cancelled"}


def audit_answer(scene: Scene) -> dict[str, Any]:
    return {**audit(scene), "item": scene.audit.checklist.earliest("pk").pk}


def finding(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.audit.findings.earliest("pk").pk}


def capa(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.capa_action.capa_id}


def capa_part(scene: Scene) -> dict[str, Any]:
    return {**capa(scene), "part": "basics"}


def capa_action(scene: Scene) -> dict[str, Any]:
    return {**capa(scene), "action": scene.capa_action.pk}


def capa_extension(scene: Scene) -> dict[str, Any]:
    return {**capa(scene), "extension": scene.capa_action.capa.extensions.get().pk}


def link(scene: Scene) -> dict[str, Any]:
    return {"token": scene.exchange.token}


def invitation(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.exchange.invitation.pk}


def questionnaire(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.exchange.request.questionnaire_id}


def question(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.exchange.question.pk}


def asked(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.exchange.request.pk}


def asked_question(scene: Scene) -> dict[str, Any]:
    return {**asked(scene), "question": scene.exchange.question.pk}


def answered(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.exchange.response.pk}


def ready(_scene: Scene) -> dict[str, Any]:
    return {"key": "rfi-capacity"}


def decision(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.signature.record_pk}


def agreement(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.agreement.pk}


def duty(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.agreement.duties.earliest("pk").pk}
