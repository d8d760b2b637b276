"""One row for each address: what it takes to ask for it, and whose it is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from accounts.policies import Permission
from partners.models import Contact
from reports.policies import ReportPolicy
from tests.access_scene import CODE, Scene


class Scope(Enum):
    """Who may know that the record exists."""

    OPEN = "no record behind it"
    ROWS = "a record that the whole staff may see"
    PROGRAM = "members of the program and administrators"
    # Who acts beyond seeing it is said by the record's own declaration.
    DECLARED = "a record that the whole staff may see, with rights of its own"
    OWNER = "the person who asked for it and administrators"
    SEAT = "members of the program who sit on the panel; to all others there is no such page"


@dataclass(frozen=True)
class Row:
    scope: Scope
    kwargs: Callable[[Scene], dict[str, Any]]
    # A form names its record in its body: sent empty it names none, and is answered with 404.
    empty_form_finds_nothing: bool = False
    query: str = ""
    # The program comes by query, so the role is asked first; it is refused alike for every program.
    role_first: bool = False
    # Where the record decides what is asked, and this one asks for more than its address declares.
    asks: Permission | None = None


def _nothing(_scene: Scene) -> dict[str, Any]:
    return {}


def _nowhere(_scene: Scene) -> dict[str, Any]:
    return {"rest": "nowhere"}


def _program(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code}


def _site(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.site.pk}


def _job(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.job.pk}


def _session_row(_scene: Scene) -> dict[str, Any]:
    return {"pk": 0}


def _key(_scene: Scene) -> dict[str, Any]:
    return {"pk": 0}


def _provider(_scene: Scene) -> dict[str, Any]:
    return {"provider_id": "none"}


def _person(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.membership.user_id}


def _membership(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.membership.pk}


def _package(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.candidate.work_package_id}


def _requirement(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.requirement.pk}


def _proposal(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.proposal.pk}


def _plan_kind(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "kind": "lanes"}


def _plan_row(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "kind": "dry-runs", "pk": scene.dry_run.pk}


def _plan_site(scene: Scene) -> dict[str, Any]:
    assert scene.dry_run.lane is not None
    return {"code": scene.program.code, "pk": scene.dry_run.lane.care_site_id}


def _plan_lane(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.dry_run.lane_id}


def _dry_run(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.dry_run.pk}


def _library(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "key": "aav"}


def _candidate(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.candidate.pk}


def _candidate_site(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "site_id": scene.candidate.site_id}


def _criterion(scene: Scene) -> dict[str, Any]:
    return {**_candidate_site(scene), "key": "proven-batch"}


def _exception(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.exception.pk}


def _override(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.override.pk}


def _record_kind(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.site.pk, "kind": "inspection"}


def _regulatory_record(scene: Scene) -> dict[str, Any]:
    return {**_record_kind(scene), "record_pk": scene.inspection.pk}


def _template(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.override.criterion.template_id}


def _saved_view(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.saved_view.pk}


def _frozen(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "sha256": scene.run.sha256}


def _panel(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.panel.pk}


def _panel_criterion(scene: Scene) -> dict[str, Any]:
    return {**_panel(scene), "key": "quality-authority"}


def _closed_panel(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.closed_panel.pk}


def _panel_score(scene: Scene) -> dict[str, Any]:
    return {**_panel(scene), "key": "quality-authority", "site_id": scene.candidate.site_id}


def _panel_cell(scene: Scene) -> dict[str, Any]:
    site_id = scene.closed_panel.candidates.earliest("pk").site_id
    return {**_closed_panel(scene), "key": "quality-authority", "site_id": site_id}


def _sourcing_decision(scene: Scene) -> dict[str, Any]:
    return {"code": scene.program.code, "pk": scene.decision.pk}


def _reset_key(_scene: Scene) -> dict[str, Any]:
    return {"uidb36": "1", "key": "set-password"}


def _report(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.report.pk}


def _decision_paper(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.decision.pk}


def _report_file(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.report.pk, "made_as": "pdf"}


def _record(scene: Scene) -> dict[str, Any]:
    return {"app": "programs", "model": "program", "pk": scene.program.pk}


def _import_run(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.import_run.pk}


def _source_row(scene: Scene) -> dict[str, Any]:
    return {"kind": "inspections", "pk": scene.imported.pk}


def _name_match(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.name_match.pk}


def _attachment(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.attachment.pk}


def _site_files(scene: Scene) -> dict[str, Any]:
    return {"app": "partners", "model": "site", "pk": scene.site.pk}


def _signing(scene: Scene) -> dict[str, Any]:
    pk = scene.signature.record_pk
    return {"app": "partners", "model": "standingdecision", "pk": pk, "part": "record", "meaning": "approved"}


def _signature(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.signature.pk}


def _organization(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.site.organization_id}


def _section(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.site.pk, "section": "capabilities"}


def _section_file(scene: Scene) -> dict[str, Any]:
    return {**_section(scene), "kind": "csv"}


def _profile_record(scene: Scene) -> dict[str, Any]:
    return {**_section(scene), "record": scene.capability.pk}


def _contact(scene: Scene) -> dict[str, Any]:
    found, _new = Contact.objects.get_or_create(site=scene.site, name="Left Behind", function="quality")
    return {"pk": scene.site.pk, "record": found.pk}


def _kind(_scene: Scene) -> dict[str, Any]:
    return {"section": "capabilities"}


def _kind_file(_scene: Scene) -> dict[str, Any]:
    return {"section": "capabilities", "kind": "csv"}


def _sheet(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.sheet.pk}


def _sheet_problems(scene: Scene) -> dict[str, Any]:
    return {**_sheet(scene), "kind": "csv"}


def _audit(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.audit.pk}


def _audit_list(scene: Scene) -> dict[str, Any]:
    return {**_audit(scene), "part": "agenda"}


def _audit_move(scene: Scene) -> dict[str, Any]:
    return {**_audit(scene), "state": "cancelled"}


def _audit_answer(scene: Scene) -> dict[str, Any]:
    return {**_audit(scene), "item": scene.audit.checklist.earliest("pk").pk}


def _finding(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.audit.findings.earliest("pk").pk}


def _capa(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.capa_action.capa_id}


def _capa_part(scene: Scene) -> dict[str, Any]:
    return {**_capa(scene), "part": "basics"}


def _capa_action(scene: Scene) -> dict[str, Any]:
    return {**_capa(scene), "action": scene.capa_action.pk}


def _capa_extension(scene: Scene) -> dict[str, Any]:
    return {**_capa(scene), "extension": scene.capa_action.capa.extensions.get().pk}


def _link(scene: Scene) -> dict[str, Any]:
    return {"token": scene.exchange.token}


def _invitation(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.exchange.invitation.pk}


def _questionnaire(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.exchange.request.questionnaire_id}


def _question(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.exchange.question.pk}


def _asked(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.exchange.request.pk}


def _asked_question(scene: Scene) -> dict[str, Any]:
    return {**_asked(scene), "question": scene.exchange.question.pk}


def _answered(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.exchange.response.pk}


def _ready(_scene: Scene) -> dict[str, Any]:
    return {"key": "rfi-capacity"}


def _decision(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.signature.record_pk}


def _agreement(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.agreement.pk}


def _duty(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.agreement.duties.earliest("pk").pk}


OPEN = Row(Scope.OPEN, _nothing)
ONE_AUDIT = Row(Scope.ROWS, _audit)
ONE_FINDING = Row(Scope.ROWS, _finding)
ONE_REPORT = Row(Scope.PROGRAM, _report)
STAFF_SITE = Row(Scope.ROWS, _site)
ONE_PERSON = Row(Scope.ROWS, _person)
OWN_JOB = Row(Scope.OWNER, _job)
IN_PROGRAM = Row(Scope.PROGRAM, _program)
ONE_MEMBER = Row(Scope.PROGRAM, _membership)
ONE_CANDIDATE = Row(Scope.PROGRAM, _candidate)
ONE_PANEL = Row(Scope.PROGRAM, _panel)
ONE_DECISION = Row(Scope.PROGRAM, _sourcing_decision)
ONE_FROZEN = Row(Scope.PROGRAM, _frozen)

ONE_IMPORT = Row(Scope.ROWS, _import_run)
ONE_SHEET = Row(Scope.ROWS, _sheet)

ROWS: dict[str, Row] = {
    "livez": OPEN,
    "readyz": OPEN,
    "gallery": OPEN,
    "set_language": OPEN,
    "account_login": OPEN,
    "account_logout": OPEN,
    "account_inactive": OPEN,
    "account_reauthenticate": OPEN,
    "account_change_password": OPEN,
    "account_set_password": OPEN,
    "account_reset_password": OPEN,
    "account_reset_password_done": OPEN,
    "account_reset_password_from_key": Row(Scope.OPEN, _reset_key),
    "account_reset_password_from_key_done": OPEN,
    "account_session_end": Row(Scope.OWNER, _session_row),
    "account_sessions": OPEN,
    "api:openapi": OPEN,
    "api:nothing": Row(Scope.OWNER, _nowhere),
    "api:me": OPEN,
    "api:sites": OPEN,
    "api:site": STAFF_SITE,
    "api:programs": OPEN,
    "api:program": IN_PROGRAM,
    "api:ranking": IN_PROGRAM,
    "api:evaluations": IN_PROGRAM,
    "api:evaluation": ONE_FROZEN,
    "api:findings": OPEN,
    "api:capas": OPEN,
    "api:reports": OPEN,
    "api:report": ONE_REPORT,
    "api:report-file": Row(Scope.PROGRAM, _report_file),
    "api:imports": OPEN,
    "api:import": ONE_IMPORT,
    "api:import-problems": ONE_IMPORT,
    "api:import-commit": ONE_IMPORT,
    "account_tokens": OPEN,
    "account_token_make": OPEN,
    "account_token_revoke": Row(Scope.OWNER, _key),
    "account_sessions_end": OPEN,
    "audits:amend": ONE_AUDIT,
    "audits:answer": Row(Scope.ROWS, _audit_answer),
    "audits:audit": ONE_AUDIT,
    "audits:audit-edit": ONE_AUDIT,
    "audits:audit-list": OPEN,
    "audits:calendar": OPEN,
    "audits:checklist": ONE_AUDIT,
    "audits:checklist-fill": ONE_AUDIT,
    "audits:combine": ONE_AUDIT,
    "audits:conduct": ONE_AUDIT,
    "audits:finding": ONE_FINDING,
    "audits:finding-edit": ONE_FINDING,
    "audits:finding-enter": ONE_AUDIT,
    "audits:finding-remove": ONE_FINDING,
    "audits:findings": ONE_AUDIT,
    "audits:move": Row(Scope.ROWS, _audit_move),
    "audits:noted": ONE_AUDIT,
    "audits:parts": Row(Scope.ROWS, _audit_list),
    "audits:plan": OPEN,
    "audits:rate": ONE_AUDIT,
    "audits:report": ONE_AUDIT,
    "audits:risk": OPEN,
    "audits:worker": OPEN,
    "quality:figures": OPEN,
    "capas:board": OPEN,
    "capas:list": OPEN,
    "capas:calendar": OPEN,
    "capas:add": OPEN,
    "capas:capa": Row(Scope.ROWS, _capa),
    "capas:edit": Row(Scope.ROWS, _capa_part),
    "capas:move": Row(Scope.ROWS, _capa),
    "capas:comment": Row(Scope.ROWS, _capa),
    "capas:reopen": Row(Scope.ROWS, _capa),
    "capas:action-add": Row(Scope.ROWS, _capa),
    "capas:action": Row(Scope.ROWS, _capa_action),
    "capas:action-remove": Row(Scope.ROWS, _capa_action),
    "capas:extension-ask": Row(Scope.ROWS, _capa),
    "capas:extension": Row(Scope.ROWS, _capa_extension),
    "imports:import-list": OPEN,
    "imports:import-create": OPEN,
    "imports:import-detail": ONE_IMPORT,
    "imports:import-problems": ONE_IMPORT,
    "imports:import-missing": ONE_IMPORT,
    "imports:import-changes": ONE_IMPORT,
    "imports:import-commit": ONE_IMPORT,
    "imports:import-retry": ONE_IMPORT,
    "imports:import-undo": ONE_IMPORT,
    "imports:firm-list": OPEN,
    "imports:firm-decisions": OPEN,
    "imports:firm-review": OPEN,
    "imports:firm-decide": OPEN,
    "imports:source-row": Row(Scope.ROWS, _source_row),
    "imports:firm-undo": Row(Scope.ROWS, _name_match),
    "imports:profile-import": Row(Scope.OPEN, _kind),
    "imports:profile-template": Row(Scope.OPEN, _kind_file),
    "imports:profile-detail": ONE_SHEET,
    "imports:profile-problems": Row(Scope.ROWS, _sheet_problems),
    "imports:profile-commit": ONE_SHEET,
    "imports:profile-undo": ONE_SHEET,
    "jobs:job-progress": OWN_JOB,
    "jobs:job-cancel": OWN_JOB,
    "jobs:job-list": OPEN,
    "jobs:job-retry": Row(Scope.OPEN, _job),
    "jobs:job-stop": Row(Scope.OPEN, _job),
    "mfa_activate_totp": OPEN,
    "mfa_add_webauthn": OPEN,
    "mfa_authenticate": OPEN,
    "mfa_deactivate_totp": OPEN,
    "mfa_edit_webauthn": Row(Scope.OWNER, _key),
    "mfa_generate_recovery_codes": OPEN,
    "mfa_index": OPEN,
    "mfa_list_webauthn": OPEN,
    "mfa_login_webauthn": OPEN,
    "mfa_reauthenticate": OPEN,
    "mfa_reauthenticate_webauthn": OPEN,
    "mfa_remove_webauthn": Row(Scope.OWNER, _key),
    # Codes are asked for where there are any.
    "mfa_view_recovery_codes": Row(Scope.OWNER, _nothing),
    # Without a provider in the environment there is nothing at these addresses.
    "openid_connect_callback": Row(Scope.OWNER, _provider),
    "openid_connect_login": Row(Scope.OWNER, _provider),
    "socialaccount_login_cancelled": OPEN,
    "socialaccount_login_error": Row(Scope.OWNER, _nothing),
    "people:person-factors-remove": ONE_PERSON,
    "people:person-list": OPEN,
    "people:token-list": OPEN,
    "people:person-create": OPEN,
    "people:person-update": ONE_PERSON,
    "people:person-sessions-end": ONE_PERSON,
    "people:sign-in-policy": OPEN,
    "portal:home": OPEN,
    "portal:enter": Row(Scope.OPEN, _link),
    "portal:agreement": OPEN,
    "portal:leave": OPEN,
    "portal:finding": Row(Scope.ROWS, _finding),
    "portal:finding-save": Row(Scope.ROWS, _finding),
    "portal:finding-files": Row(Scope.ROWS, _finding),
    "portal:capa": Row(Scope.ROWS, _capa),
    "portal:capa-files": Row(Scope.ROWS, _capa),
    "portal:request": Row(Scope.ROWS, _asked),
    "portal:request-save": Row(Scope.ROWS, _asked),
    "portal:answer-files": Row(Scope.ROWS, _asked_question),
    "portal:file": Row(Scope.ROWS, _attachment),
    "programs:program-list": OPEN,
    "programs:program-create": OPEN,
    "programs:candidates-pick": Row(Scope.OPEN, _nothing, empty_form_finds_nothing=True),
    "programs:program": IN_PROGRAM,
    "programs:program-update": IN_PROGRAM,
    "programs:program-copy": IN_PROGRAM,
    "programs:needs": IN_PROGRAM,
    "programs:demand": IN_PROGRAM,
    "programs:demand-save": IN_PROGRAM,
    "programs:demand-paste": IN_PROGRAM,
    "programs:packages": IN_PROGRAM,
    "programs:package-create": IN_PROGRAM,
    "programs:package-edit": Row(Scope.PROGRAM, _package),
    "programs:package-move": Row(Scope.PROGRAM, _package),
    "programs:package-remove": Row(Scope.PROGRAM, _package),
    "programs:requirements": IN_PROGRAM,
    "programs:requirement-create": Row(Scope.PROGRAM, _program, query="?fact=site.country"),
    "programs:requirement-edit": Row(Scope.PROGRAM, _requirement),
    "programs:requirement-library": Row(Scope.PROGRAM, _library),
    "programs:requirement-move": Row(Scope.PROGRAM, _requirement),
    "programs:requirement-remove": Row(Scope.PROGRAM, _requirement),
    "programs:requirement-restore": Row(Scope.PROGRAM, _program, empty_form_finds_nothing=True),
    "programs:demand-restore": Row(Scope.PROGRAM, _program, empty_form_finds_nothing=True),
    "programs:requirements-take-back": Row(Scope.PROGRAM, _program, empty_form_finds_nothing=True),
    "distribution:late": OPEN,
    "distribution:mine": OPEN,
    "logistics:plan": IN_PROGRAM,
    "logistics:plan-begin": IN_PROGRAM,
    "logistics:plan-edit": IN_PROGRAM,
    "logistics:plan-enforce": IN_PROGRAM,
    "logistics:undo": Row(Scope.PROGRAM, _program, empty_form_finds_nothing=True),
    "logistics:care-site": Row(Scope.PROGRAM, _plan_site),
    "logistics:lane": Row(Scope.PROGRAM, _plan_lane),
    "logistics:checks-ask": Row(Scope.PROGRAM, _plan_site),
    "logistics:legs-copy": Row(Scope.PROGRAM, _plan_lane),
    "logistics:dry-run": Row(Scope.PROGRAM, _dry_run),
    "logistics:rows": Row(Scope.PROGRAM, _plan_kind),
    "logistics:row-add": Row(Scope.PROGRAM, _plan_kind),
    "logistics:row-edit": Row(Scope.PROGRAM, _plan_row),
    "logistics:row-remove": Row(Scope.PROGRAM, _plan_row),
    "programs:proposals": IN_PROGRAM,
    "programs:proposal-create": IN_PROGRAM,
    "programs:proposal-edit": Row(Scope.PROGRAM, _proposal),
    "programs:proposal-remove": Row(Scope.PROGRAM, _proposal),
    "programs:program-members": IN_PROGRAM,
    "programs:member-add": IN_PROGRAM,
    "programs:member-remove": ONE_MEMBER,
    "programs:candidate-add": IN_PROGRAM,
    "programs:candidate-restore": Row(Scope.PROGRAM, _program, empty_form_finds_nothing=True),
    "programs:candidate-stage": ONE_CANDIDATE,
    "programs:candidate-stage-back": Row(Scope.PROGRAM, _candidate, empty_form_finds_nothing=True),
    "programs:candidate-remove": ONE_CANDIDATE,
    "questionnaires:requests": OPEN,
    "questionnaires:request": Row(Scope.ROWS, _asked),
    "questionnaires:request-review": Row(Scope.ROWS, _asked),
    "questionnaires:request-withdraw": Row(Scope.ROWS, _asked),
    "questionnaires:library": OPEN,
    "questionnaires:library-take": Row(Scope.OPEN, _ready),
    "questionnaires:new": OPEN,
    "questionnaires:questionnaire": Row(Scope.ROWS, _questionnaire),
    "questionnaires:edit": Row(Scope.ROWS, _questionnaire),
    "questionnaires:edition": Row(Scope.ROWS, _questionnaire),
    "questionnaires:send": Row(Scope.ROWS, _questionnaire),
    "questionnaires:question-add": Row(Scope.ROWS, _questionnaire),
    "questionnaires:question": Row(Scope.ROWS, _question),
    "questionnaires:question-move": Row(Scope.ROWS, _question),
    "questionnaires:question-remove": Row(Scope.ROWS, _question),
    "questionnaires:invitations": OPEN,
    "questionnaires:invitation-new": OPEN,
    "questionnaires:invitation": Row(Scope.ROWS, _invitation),
    "questionnaires:invitation-renew": Row(Scope.ROWS, _invitation),
    "questionnaires:invitation-withdraw": Row(Scope.ROWS, _invitation),
    "questionnaires:responses": OPEN,
    "questionnaires:response": Row(Scope.ROWS, _answered),
    "questionnaires:response-review": Row(Scope.ROWS, _answered),
    "records:attachment": Row(Scope.DECLARED, _attachment),
    "records:attachment-add": Row(Scope.DECLARED, _site_files),
    "records:attachment-remove": Row(Scope.DECLARED, _attachment),
    "records:audit-trail": OPEN,
    "records:record-history": Row(Scope.PROGRAM, _record),
    "records:sign": Row(Scope.DECLARED, _signing),
    "records:signature-withdraw": Row(Scope.DECLARED, _signature),
    "reports:audit-create": ONE_AUDIT,
    "reports:history-trail": OPEN,
    "reports:history-record": Row(Scope.PROGRAM, _record),
    "reports:report-list": OPEN,
    "reports:report-create": OPEN,
    "reports:report-create?program": Row(Scope.PROGRAM, _nothing, query=f"?program={CODE}", role_first=True),
    "reports:comparison-create": OPEN,
    "reports:comparison-create?program": Row(
        Scope.PROGRAM, _nothing, query=f"?program={CODE}", role_first=True
    ),
    "reports:decision-create": Row(Scope.PROGRAM, _decision_paper),
    "reports:distribution-create": IN_PROGRAM,
    "reports:report-detail": ONE_REPORT,
    "reports:report-file": ONE_REPORT,
    "reports:report-file-as": Row(Scope.PROGRAM, _report_file),
    "reports:report-retry": Row(Scope.PROGRAM, _report, asks=ReportPolicy.request),
    "scorecards:longlist": IN_PROGRAM,
    "scorecards:longlist-add": IN_PROGRAM,
    "scorecards:longlist-undo": Row(Scope.PROGRAM, _program, empty_form_finds_nothing=True),
    "scorecards:must-haves": IN_PROGRAM,
    "scorecards:scorecard": IN_PROGRAM,
    "scorecards:criterion": Row(Scope.PROGRAM, _criterion),
    "scorecards:override": Row(Scope.PROGRAM, _criterion),
    "scorecards:override-withdraw": Row(Scope.PROGRAM, _override),
    "scorecards:overrides": IN_PROGRAM,
    "scorecards:exceptions": IN_PROGRAM,
    "scorecards:exception": Row(Scope.PROGRAM, _exception),
    "scorecards:exception-add": Row(Scope.PROGRAM, _criterion),
    "scorecards:exception-withdraw": Row(Scope.PROGRAM, _exception),
    "scorecards:candidate": Row(Scope.PROGRAM, _candidate_site),
    "scorecards:side-by-side": IN_PROGRAM,
    "scorecards:head-to-head": IN_PROGRAM,
    "scorecards:robustness": IN_PROGRAM,
    "scorecards:opinions": IN_PROGRAM,
    "scorecards:changes": IN_PROGRAM,
    "scorecards:gaps": IN_PROGRAM,
    "scorecards:weights": IN_PROGRAM,
    "scorecards:weights-changes": IN_PROGRAM,
    "scorecards:weights-elicit": IN_PROGRAM,
    "scorecards:weights-preview": IN_PROGRAM,
    "scorecards:weights-save": IN_PROGRAM,
    "scorecards:weights-reset": IN_PROGRAM,
    "scorecards:weights-undo": IN_PROGRAM,
    "scorecards:template-follow": IN_PROGRAM,
    "scorecards:template-choose": IN_PROGRAM,
    "scorecards:logistics-partner": IN_PROGRAM,
    "scorecards:logistics-partner-begin": IN_PROGRAM,
    "scorecards:freeze": IN_PROGRAM,
    "scoring:work": OPEN,
    "scorecards:panels": IN_PROGRAM,
    "scorecards:panel-add": IN_PROGRAM,
    "scorecards:panel": ONE_PANEL,
    "scorecards:panel-edit": ONE_PANEL,
    "scorecards:panel-open": ONE_PANEL,
    "scorecards:panel-close": ONE_PANEL,
    "scorecards:panel-staffing": ONE_PANEL,
    "scorecards:panel-anchors": Row(Scope.PROGRAM, _panel_criterion),
    "scorecards:panel-anchors-write": Row(Scope.PROGRAM, _panel_criterion),
    "scorecards:panel-cancel": ONE_PANEL,
    "scorecards:panel-score-resume": Row(Scope.SEAT, _panel),
    "scorecards:panel-score": Row(Scope.SEAT, _panel_score),
    "scorecards:panel-mine": Row(Scope.SEAT, _panel),
    "scorecards:panel-take-back": Row(Scope.SEAT, _panel),
    "scorecards:panel-consensus": Row(Scope.PROGRAM, _closed_panel),
    "scorecards:panel-cell": Row(Scope.PROGRAM, _panel_cell),
    "scorecards:panel-agree": Row(Scope.PROGRAM, _panel_cell),
    "scorecards:panel-accept": Row(Scope.PROGRAM, _closed_panel),
    "scorecards:panel-settle": Row(Scope.PROGRAM, _closed_panel),
    "scorecards:panel-withdraw": Row(Scope.PROGRAM, _closed_panel),
    "scorecards:decisions": IN_PROGRAM,
    "scorecards:decision-add": IN_PROGRAM,
    "scorecards:decision": ONE_DECISION,
    "scorecards:decision-edit": ONE_DECISION,
    "scorecards:decision-revise": ONE_DECISION,
    "scorecards:decision-discard": ONE_DECISION,
    "scorecards:decision-restore": Row(Scope.PROGRAM, _program, empty_form_finds_nothing=True),
    "scorecards:frozen-list": IN_PROGRAM,
    "scorecards:frozen": ONE_FROZEN,
    "scorecards:frozen-verify": ONE_FROZEN,
    "scorecards:frozen-download": ONE_FROZEN,
    "workspace:home": OPEN,
    "workspace:news": OPEN,
    "workspace:news-mail": OPEN,
    "workspace:watched": OPEN,
    "workspace:site-watch": STAFF_SITE,
    "workspace:site-unwatch": STAFF_SITE,
    "templates:template-list": OPEN,
    "templates:template": Row(Scope.ROWS, _template),
    "templates:template-edit": Row(Scope.ROWS, _template),
    "workspace:compare": OPEN,
    "workspace:compare-pick": OPEN,
    "workspace:saved-view-add": OPEN,
    "workspace:saved-view-restore": Row(Scope.OPEN, _nothing, empty_form_finds_nothing=True),
    "workspace:saved-view-delete": Row(Scope.OWNER, _saved_view),
    "workspace:directory": OPEN,
    "workspace:search": OPEN,
    "workspace:site": STAFF_SITE,
    "workspace:site-record-add": Row(Scope.ROWS, _record_kind),
    "workspace:site-record-edit": Row(Scope.ROWS, _regulatory_record),
    "workspace:site-record-remove": Row(Scope.ROWS, _regulatory_record),
    "workspace:site-regulatory": STAFF_SITE,
    "workspace:site-capabilities": STAFF_SITE,
    "workspace:site-history": STAFF_SITE,
    "workspace:site-edit": STAFF_SITE,
    "workspace:site-qualification": STAFF_SITE,
    "workspace:decision-add": STAFF_SITE,
    "workspace:decision": Row(Scope.ROWS, _decision),
    "workspace:decision-edit": Row(Scope.ROWS, _decision),
    "workspace:agreement-add": STAFF_SITE,
    "workspace:agreement": Row(Scope.ROWS, _agreement),
    "workspace:agreement-edit": Row(Scope.ROWS, _agreement),
    "workspace:duty-add": Row(Scope.ROWS, _agreement),
    "workspace:duty-edit": Row(Scope.ROWS, _duty),
    "workspace:duty-remove": Row(Scope.ROWS, _duty),
    "workspace:site-classify": STAFF_SITE,
    "workspace:organization-add": OPEN,
    "workspace:organization-edit": Row(Scope.ROWS, _organization),
    "workspace:site-add": OPEN,
    "workspace:site-documents": STAFF_SITE,
    "workspace:section": Row(Scope.ROWS, _section),
    "workspace:section-file": Row(Scope.ROWS, _section_file),
    "workspace:record": Row(Scope.ROWS, _profile_record),
    "workspace:record-add": Row(Scope.ROWS, _section),
    "workspace:contact-erase": Row(Scope.ROWS, _contact),
    "workspace:record-edit": Row(Scope.ROWS, _profile_record),
    "workspace:record-remove": Row(Scope.ROWS, _profile_record),
    "workspace:records-bulk": Row(Scope.ROWS, _section),
    "workspace:system-health": OPEN,
    "workspace:system-verify": OPEN,
    "workspace:system-workers": OPEN,
    "workspace:undo": Row(Scope.OPEN, _nothing, empty_form_finds_nothing=True),
}
