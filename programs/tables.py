"""Tables of programs."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.tables import ActionsColumn, DataTable, DayColumn, MomentColumn, NumberColumn
from common.templatetags.components import status_badge
from partners.models import Organization
from partners.selectors import place_of
from partners.templatetags.partner_badges import kind_badge, standing_badge
from programs.models import Candidate, Program

STAGE_TONES = {
    Candidate.Stage.SELECTED: "good",
    Candidate.Stage.FINALIST: "info",
    Candidate.Stage.SHORTLIST: "info",
    Candidate.Stage.DECLINED: "unknown",
}


class ProgramTable(DataTable):
    table_name = "programs"
    caption = _("Programs")
    optional = ("product", "route", "member_count")

    code = tables.Column(_("Program"))
    product = tables.Column(_("Product"), empty_values=(None, ""))
    modality = tables.Column(_("Modality"))
    dosage_form = tables.Column(_("Dosage form"))
    route = tables.Column(_("Route"))
    stage = tables.Column(_("Stage"))
    candidate_count = NumberColumn(_("Candidates"), initial_sort_descending=True)
    member_count = NumberColumn(_("Members"), initial_sort_descending=True)
    updated_at = MomentColumn(_("Last changed"))

    class Meta:
        model = Program
        fields = ()
        order_by = "code"

    def render_code(self, record: Program) -> SafeString:
        return format_html(
            '<a href="{}">{}</a><div class="muted">{}</div>',
            reverse("programs:program", args=[record.code]),
            record.code,
            record.name,
        )

    def value_code(self, record: Program) -> str:
        return str(record)


class CandidateTable(DataTable):
    """The candidates of one program."""

    table_name = "candidates"
    caption = _("Candidates")
    optional = ("created_at", "reason")

    site = tables.Column(_("Site"), order_by="site__name_key", attrs={"th": {"class": "wide"}})
    fei = tables.Column(_("FEI"), accessor="site__fei", attrs={"td": {"class": "mono-id"}})
    place = tables.Column(_("Place"), empty_values=(), order_by=("site__country__code", "site__city"))
    standing = tables.Column(_("Standing"), accessor="site__standing")
    stage = tables.Column(pgettext_lazy("candidate", "Stage"), orderable=False)
    reason = tables.Column(_("Reason"), empty_values=(None, ""), orderable=False)
    created_at = DayColumn(_("Added"))
    actions = ActionsColumn("programs/_candidate_actions.html")

    class Meta:
        model = Candidate
        fields = ()

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.program = program

    def render_site(self, record: Candidate) -> SafeString:
        mark: SafeString | str = ""
        if record.site.organization.kind == Organization.Kind.UNCLASSIFIED:
            mark = format_html(" {}", kind_badge(record.site.organization.kind))
        return format_html(
            '<a href="{}">{}</a>{}', reverse("workspace:site", args=[record.site_id]), record.site.name, mark
        )

    def value_site(self, record: Candidate) -> str:
        return record.site.name

    def render_place(self, record: Candidate) -> str:
        return place_of(record.site)

    def render_standing(self, record: Candidate) -> SafeString:
        return standing_badge(record.site.standing)

    def value_standing(self, record: Candidate) -> str:
        return str(record.site.get_standing_display())

    def render_stage(self, record: Candidate) -> SafeString:
        return status_badge(
            record.get_stage_display(), STAGE_TONES.get(Candidate.Stage(record.stage), "neutral")
        )

    def value_stage(self, record: Candidate) -> str:
        return str(record.get_stage_display())
