"""What `report audit` and `report history` are about: their arguments, and the report that follows."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from audits.models import Audit
from common.numbers import number_text
from records.filters import EntryFilter
from records.models import Entry
from records.selectors import entries_listed
from records.tracking import tracked_models
from reports.figures.history import MOST_PRINTED, SEARCH_SECONDS, TooMuch, printed_entries, record_entries
from reports.models import Report
from reports.papers import audit_paper, record_history, trail_history

CHANGES = {
    word: op.value for word, op in zip(("created", "changed", "deleted"), Entry.Operation, strict=True)
}


def audit_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--audit", required=True, metavar="NUMBER", help="the number of the audit")
    parser.add_argument(
        "--revision", type=int, default=0, metavar="NUMBER", help="its latest revision without"
    )


def history_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--record", default="", metavar="KIND:NUMBER", help="one record, as audits.Capa:12")
    parser.add_argument("--model", default="", metavar="KIND", help="a kind of record, as audits.Capa")
    parser.add_argument("--person", default="", metavar="EMAIL", help="who made the changes")
    parser.add_argument("--change", default="", metavar="CHANGE", help="created, changed or deleted")
    parser.add_argument("--text", default="", metavar="TEXT", help="a text in old or new values, or reasons")
    parser.add_argument("--since", default="", metavar="DATE", help="the first day")
    parser.add_argument("--until", default="", metavar="DATE", help="the last day")


def audit_asked(options: dict[str, Any]) -> Report:
    """The report on an audit, not written down."""
    number = options["audit"].strip()
    rows = Audit.objects.filter(number__iexact=number).select_related("site__organization")
    if options["revision"]:
        rows = rows.filter(revision=options["revision"])
    audit = rows.order_by("-revision").first()
    if audit is None:
        told = {"number": number}
        if options["revision"]:
            told |= {"revision": options["revision"]}
            raise CommandError(_("There is no audit %(number)s in revision %(revision)s.") % told)
        raise CommandError(_("There is no audit %(number)s.") % told)
    return audit_paper(audit)


def history_asked(options: dict[str, Any]) -> Report:
    """The extract of the change history, not written down; refused where it is too much for paper."""
    filters = {
        name: options[name].strip() for name in ("model", "person", "change", "text", "since", "until")
    }
    if options["record"]:
        if named := [f"--{name}" for name, value in filters.items() if value]:
            told = {"options": ", ".join(named)}
            raise CommandError(_("With --record, %(options)s have no meaning: leave them out.") % told)
        model, key = _record(options["record"])
        entries = record_entries(model._meta.label, key)
        report = record_history(model._base_manager.filter(pk=key).first(), model, key)
        if not entries.exists():
            raise CommandError(
                _("The change history knows no record %(record)s.") % {"record": options["record"]}
            )
    else:
        report = trail_history(_address(filters))
        chosen = EntryFilter(QueryDict(report.entry_filters), queryset=entries_listed())
        if not chosen.form.is_valid():
            raise CommandError(" ".join(text for texts in chosen.form.errors.values() for text in texts))
        entries = chosen.qs
    try:
        printed_entries(entries, seconds=SEARCH_SECONDS)
    except TooMuch as problem:
        if problem.too_long:
            raise CommandError(
                _("This search would go through too much. Choose a kind of record or dates as well.")
            ) from None
        words = _("At most %(most)s entries are printed at once. Narrow the filters, or export the data.")
        raise CommandError(words % {"most": number_text(MOST_PRINTED)}) from None
    return report


def _record(text: str) -> tuple[type[Model], int]:
    label, _colon, key = text.strip().partition(":")
    if not key.isdecimal():
        raise CommandError(_("%(record)s names no record; write it as audits.Capa:12.") % {"record": text})
    return _model(label), int(key)


def _model(label: str) -> type[Model]:
    recorded = {model._meta.label_lower: model for model in tracked_models()}
    if label.lower() not in recorded:
        raise CommandError(
            _("No kind of record is called %(kind)s; write it as audits.Capa.") % {"kind": label}
        )
    return recorded[label.lower()]


def _address(filters: dict[str, str]) -> str:
    """The filters as the page of the audit trail writes them in its address."""
    asked = QueryDict(mutable=True)
    if filters["person"]:
        person = User.objects.filter(email__iexact=filters["person"]).first()
        if person is None:
            raise CommandError(_("Nobody has the e-mail address %(email)s.") % {"email": filters["person"]})
        asked["person"] = str(person.pk)
    if filters["model"]:
        asked["model"] = _model(filters["model"])._meta.label
    if filters["change"]:
        if filters["change"].lower() not in CHANGES:
            told = {"value": filters["change"], "known": ", ".join(CHANGES)}
            raise CommandError(_("%(value)s does not fit --change; choose one of %(known)s.") % told)
        asked["op"] = CHANGES[filters["change"].lower()]
    for name in ("text", "since", "until"):
        if filters[name]:
            asked[name] = filters[name]
    return asked.urlencode()
