"""What of this room falls due: CAPAs, their actions and checks, and answers to findings."""

from collections.abc import Iterable
from datetime import date

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from audits.capas.querysets import CapaQuerySet
from audits.capas.selectors import CHECKED_NEXT, next_due
from audits.models import Capa, CapaAction, Finding
from audits.portal.due import contacts_reminded
from audits.reminding import DueThing, due_source, recipients_of

CAPA = _("CAPA")
CHECK = _("effectiveness check of a CAPA")
ACTION = _("action of a CAPA")
ANSWER = _("answer to an audit finding")


def capas_due(until: date) -> Iterable[DueThing]:
    """Implementations and effectiveness checks. One query."""
    for capa in _capas():
        thing = _capa_thing(capa)
        if thing is not None and thing.due_on <= until:
            yield thing


def actions_due(until: date) -> Iterable[DueThing]:
    """Actions that are not done, of CAPAs still being implemented. One query."""
    rows = CapaAction.objects.undone().filter(due_on__lte=until)
    for action in rows.select_related("capa__site", "capa__owner", "owner").order_by("pk"):
        yield _action_thing(action)


def answers_due(until: date) -> Iterable[DueThing]:
    """Findings that wait for the site's answer; their lead auditor is told. One query."""
    waiting = (Finding.State.OPEN, Finding.State.RETURNED)
    rows = Finding.objects.standing().filter(state__in=waiting, response_due_on__lte=until)
    for finding in rows.select_related("audit__site", "audit__lead_auditor").order_by("pk"):
        yield _answer_thing(finding)


def _capas() -> CapaQuerySet:
    return Capa.objects.unfinished().select_related("site", "owner", "verifier").order_by("pk")


def _one_capa(pk: int) -> DueThing | None:
    capa = _capas().filter(pk=pk).first()
    return _capa_thing(capa) if capa else None


def _capa_thing(capa: Capa) -> DueThing | None:
    due_on = next_due(capa)
    if due_on is None:
        return None
    checked = capa.state in CHECKED_NEXT
    return DueThing(
        record_id=capa.pk,
        due_on=due_on,
        kind=CHECK if checked else CAPA,
        title=f"{capa.number} · {capa.title}",
        site=capa.site.name,
        url=capa.get_absolute_url(),
        recipients=recipients_of(capa.verifier if checked else capa.owner),
    )


def _one_action(pk: int) -> DueThing | None:
    rows = CapaAction.objects.undone().select_related("capa__site", "capa__owner", "owner")
    action = rows.filter(pk=pk).first()
    return _action_thing(action) if action else None


def _action_thing(action: CapaAction) -> DueThing:
    return DueThing(
        record_id=action.pk,
        due_on=action.due_on,
        kind=ACTION,
        title=f"{action.capa.number} · {Truncator(action.description).chars(80)}",
        site=action.capa.site.name,
        url=action.get_absolute_url(),
        recipients=recipients_of(action.owner or action.capa.owner),
    )


def _one_answer(pk: int) -> DueThing | None:
    rows = Finding.objects.standing().select_related("audit__site", "audit__lead_auditor")
    finding = rows.filter(pk=pk, state__in=(Finding.State.OPEN, Finding.State.RETURNED)).first()
    return _answer_thing(finding) if finding and finding.response_due_on else None


def _answer_thing(finding: Finding) -> DueThing:
    assert finding.response_due_on is not None
    return DueThing(
        record_id=finding.pk,
        due_on=finding.response_due_on,
        kind=ANSWER,
        title=f"{finding} · {Truncator(finding.description).chars(80)}",
        site=finding.audit.site.name,
        url=finding.get_absolute_url(),
        recipients=recipients_of(finding.audit.lead_auditor),
    )


due_source("audits.Capa", due=capas_due, one=_one_capa)
due_source("audits.CapaAction", due=actions_due, one=_one_action)
due_source("audits.Finding", due=answers_due, one=_one_answer)
contacts_reminded()
