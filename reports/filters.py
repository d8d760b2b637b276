"""Filters over the library of reports."""

import django_filters as filters
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from programs.models import Program
from reports.models import Report, ReportCandidate, ReportFile
from reports.querysets import ReportQuerySet

STATES = (
    ("issued", _("Issued")),
    ("making", _("Being made")),
    ("failed", _("Not made")),
)


def programs_of_reader(request: object) -> object:
    """Only programs that the person may see are choices."""
    return Program.objects.visible_to(request.user) if request else Program.objects.none()  # type: ignore[attr-defined]


class ReportFilter(filters.FilterSet):  # type: ignore[misc]
    q = filters.CharFilter(method="filter_text", label=_("Search"))
    program = filters.ModelChoiceFilter(queryset=programs_of_reader, label=_("Program"), empty_label=_("Any"))
    state = filters.ChoiceFilter(
        choices=STATES, method="filter_state", label=_("State"), empty_label=_("Any")
    )
    kind = filters.ChoiceFilter(choices=Report.Kind, label=_("Kind"), empty_label=_("Any"))
    language = filters.ChoiceFilter(choices=settings.LANGUAGES, label=_("Language"), empty_label=_("Any"))

    class Meta:
        model = Report
        fields = ()

    def filter_text(self, queryset: ReportQuerySet, name: str, text: str) -> ReportQuerySet:
        """Site, FEI, program, or the beginning of a hash as it stands on paper."""
        compared = ReportCandidate.objects.filter(report=OuterRef("pk"))
        return queryset.filter(
            Q(site__name__icontains=text)
            | Q(site__fei__startswith=text)
            | Q(Exists(compared.filter(Q(site__name__icontains=text) | Q(site__fei__startswith=text))))
            | Q(program__code__icontains=text)
            | Q(program__name__icontains=text)
            | Q(audit__number__icontains=text)
            | Q(audit__site__name__icontains=text)
            | Q(record_name__icontains=text)
            | Q(inputs_sha256__startswith=text.lower())
            | Q(Exists(ReportFile.objects.filter(report=OuterRef("pk"), sha256__startswith=text.lower())))
        )

    def filter_state(self, queryset: ReportQuerySet, name: str, state: str) -> ReportQuerySet:
        if state == "issued":
            return queryset.issued()
        ended = Q(job__state__in=[Job.State.FAILED, Job.State.CANCELLED])
        waiting = queryset.filter(issued_at=None)
        return waiting.filter(ended) if state == "failed" else waiting.exclude(ended)
