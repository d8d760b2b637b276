"""Anchors written for a criterion that figures alone decide, so that a level says the same to everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import locked_at_version
from programs.models import WorkPackage
from records.context import recorded
from scorecards.models import Panel, PanelCriterion, WrittenAnchors
from scorecards.models.panel import HIGHEST
from scorecards.panels.services import panel_only
from scorecards.policies import PanelPolicy

LONGEST_ANCHOR = 300
type Texts = Mapping[str, Sequence[str]]


def anchors_write(
    *, panel: Panel, key: str, version: int, texts: Texts, actor: User | None
) -> PanelCriterion:
    """Let a criterion of a draft be scored against these anchors: a new version, or an equal one that stands.

    Args:
        key: of the criterion.
        version: of the panel as it was read.
        texts: by language, level 0 to 5; a language is whole or empty.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: once the panel has opened; for a criterion that has anchors of its own practice; for
            a level without words, or two that read the same, by the names of `AnchorsForm`.
        StaleRecord: when someone else changed the panel since it was read.
    """
    PanelPolicy.change.require(actor)
    whole = _whole(texts)
    with recorded(actor=actor, reason=_("Anchors written")):
        row, criterion = _held(panel, key, version)
        # Versions of one criterion are numbered one after the other, whichever panel they are written for.
        package = WorkPackage.objects.select_for_update(no_key=True).get(pk=row.work_package_id)
        latest = WrittenAnchors.objects.filter(work_package=package, key=key).first()
        if latest is None or latest.texts != whole:
            latest = WrittenAnchors.objects.create(
                work_package=package,
                key=key,
                version=latest.version + 1 if latest else 1,
                texts=whole,
                author=actor,
            )
        _use(row, criterion, latest)
    return criterion


def anchors_general(*, panel: Panel, key: str, version: int, actor: User | None) -> PanelCriterion:
    """Let a criterion of a draft be scored against the general anchors; what was written stays as a version.

    Raises: as `anchors_write`.
    """
    PanelPolicy.change.require(actor)
    with recorded(actor=actor, reason=_("General anchors chosen")):
        row, criterion = _held(panel, key, version)
        _use(row, criterion, None)
    return criterion


def _held(panel: Panel, key: str, version: int) -> tuple[Panel, PanelCriterion]:
    row = locked_at_version(Panel.objects.all(), pk=panel.pk, version=version)
    panel_only(row, Panel.State.DRAFT)
    criterion = PanelCriterion.objects.get(panel=row, criterion__key=key)
    if criterion.practice:
        raise ValidationError(_("A practice is scored against its own anchors."))
    return row, criterion


def _use(panel: Panel, criterion: PanelCriterion, anchors: WrittenAnchors | None) -> None:
    criterion.written = anchors
    criterion.save(update_fields=["written"])
    panel.version += 1
    panel.save(update_fields=["version", "updated_at"])


def _whole(texts: Texts) -> dict[str, list[str]]:
    """The languages that say something, each of them whole."""
    problems: dict[str, list[str]] = {}
    found: dict[str, list[str]] = {}
    for language, _name in settings.LANGUAGES:
        given = [" ".join(text.split()) for text in texts.get(language, ())]
        if not any(given):
            continue
        found[language] = given + [""] * (HIGHEST + 1 - len(given))
        for level, text in enumerate(found[language]):
            wrong = _wrong(found[language], level, text)
            if wrong:
                problems[f"{language}-{level}"] = [wrong]
    if problems:
        raise ValidationError(problems)
    if not found:
        raise ValidationError(_("Write what each level means, in one language at least."))
    return found


def _wrong(given: Sequence[str], level: int, text: str) -> str:
    if not text:
        return _("Say what level %(level)s means: a language is written whole or not at all.") % {
            "level": level
        }
    if len(text) > LONGEST_ANCHOR:
        return _("At most %(count)s characters: an anchor is read at a glance.") % {"count": LONGEST_ANCHOR}
    if text.casefold() in (other.casefold() for other in given[:level]):
        return _("Another level reads the same.")
    return ""
