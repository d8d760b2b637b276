"""What a program needs: the overview, demand by year, and copying a program."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.views.access import AuthenticatedRequest
from common.charts import YearRange, YearValue, column_chart, fan_chart
from common.charts.chart import Chart
from common.exports import FORMATS, Sheet, export_response
from common.notices import notice_done
from partners.vocabulary import BatchUnit
from programs.along import offered
from programs.copying import code_of_a_copy, program_copy
from programs.demand import (
    DemandChanged,
    DemandYear,
    EnteredRow,
    ReadDemand,
    demand_of,
    demand_set,
    rows_of_text,
    rows_read,
    stamp_of,
)
from programs.models import Demand, Program
from programs.need_forms import CopyForm
from programs.policies import ProgramPolicy
from programs.requirements import Asked, requirements_of
from programs.views.access import in_program

BLANK_ROWS = 3
SALT = "programs.demand"
COLUMNS = {"low": gettext_lazy("Low"), "base": gettext_lazy("Base"), "high": gettext_lazy("High")}
LARGEST_FILE = 100_000


@in_program(ProgramPolicy.view)
def needs(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Everything the program asks for, on one page."""
    demand = demand_of(program)
    asked = [Asked.of(row) for row in requirements_of(program.package.pk)]
    context = {
        "program": program,
        "demand": demand,
        "chart": demand_chart(demand),
        "requirements": asked,
        "may_change": ProgramPolicy.change.allows(request.user),
        "may_create": ProgramPolicy.create.allows(request.user),
    }
    return render(request, "programs/needs.html", context)


@in_program(ProgramPolicy.view)
def demand(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Demand by year: a table to fill in, its chart, and downloads."""
    saved = demand_of(program)
    wanted = request.GET.get("export", "")
    if wanted in FORMATS:
        return export_response(_sheet(saved), wanted, f"{program.code}-demand")
    entered = ReadDemand(tuple(_entered(row) for row in saved), ())
    return _demand_page(request, program, entered, _unit_of(program, saved), stamp_of(saved), saved)


@require_POST
@in_program(ProgramPolicy.change)
def demand_save(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Save the table as a whole; the second of two editors gets 409 with what is saved now."""
    columns = [request.POST.getlist(name) for name in ("year", "low", "base", "high")]
    typed = [EnteredRow(*(cell.strip() for cell in cells)) for cells in zip(*columns, strict=False)]
    entered = rows_read(typed)
    unit = request.POST.get("unit", "")
    stamp = request.POST.get("stamp", "")
    needs_unit = bool(entered.entered) and unit not in BatchUnit.values
    if entered.has_problems or needs_unit:
        problem = _("Choose the unit of the demand.") if needs_unit else ""
        saved = demand_of(program)
        return _demand_page(request, program, entered, unit, stamp, saved, status=422, unit_problem=problem)
    before = demand_of(program)
    try:
        changed = demand_set(program=program, unit=unit, years=entered.years, stamp=stamp, actor=request.user)
    except DemandChanged as clash:
        saved = demand_of(program)
        return _demand_page(
            request, program, entered, unit, stamp_of(saved), saved, status=409, clash=clash.current
        )
    total = len(entered.years)
    text = ngettext("Demand of %(total)s year was saved.", "Demand of %(total)s years was saved.", total)
    if changed:
        notice_done(request, text % {"total": total}, undo=_undo_address(program, before))
    else:
        messages.success(request, _("The demand had no changes."))
    return redirect("programs:demand", code=program.address)


def _undo_address(program: Program, before: list[Demand]) -> str:
    """Where the demand becomes again what it was before, unless somebody changed it meanwhile."""
    state = {
        "unit": before[0].unit if before else "",
        "years": [[row.year, str(row.low), str(row.base), str(row.high)] for row in before],
        "stamp": stamp_of(demand_of(program)),
    }
    token = signing.dumps(state, salt=SALT, compress=True)
    return f"{reverse('programs:demand-restore', args=[program.address])}?{urlencode({'state': token})}"


@require_POST
@in_program(ProgramPolicy.change)
def demand_restore(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Undo the last saving of the demand."""
    try:
        state = signing.loads(request.GET.get("state", ""), salt=SALT, max_age=86_400)
    except signing.BadSignature:
        raise Http404 from None
    years = [DemandYear(year, *map(Decimal, figures)) for year, *figures in state["years"]]
    try:
        demand_set(program=program, unit=state["unit"], years=years, stamp=state["stamp"], actor=request.user)
    except DemandChanged:
        messages.error(request, _("Someone else changed the demand meanwhile, so it stays as it is."))
    else:
        messages.success(request, _("The demand is what it was before."))
    return redirect("programs:demand", code=program.address)


@require_POST
@in_program(ProgramPolicy.change)
def demand_paste(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Put pasted rows, or those of a CSV file, into the table; nothing is saved before it was looked at."""
    saved = demand_of(program)
    text, problem = _pasted(request)
    rows = rows_of_text(text)
    if not rows and not problem:
        problem = _("No row was found. Each line holds a year, low, base and high.")
    entered = rows_read(rows)
    unit = request.POST.get("unit") or _unit_of(program, saved)
    status = 422 if problem or entered.has_problems else 200
    return _demand_page(
        request,
        program,
        entered if rows else ReadDemand(tuple(_entered(row) for row in saved), ()),
        unit,
        stamp_of(saved),
        saved,
        status=status,
        paste_problem=problem,
        pasted=len(rows),
    )


def demand_chart(rows: list[Demand]) -> Chart | None:
    """The forecast as a fan, or as a column where it is one year; None without any."""
    if not rows:
        return None
    unit = str(rows[0].get_unit_display())
    peak = max(rows, key=lambda row: row.base)
    words = {"year": peak.year, "unit": unit, "first": rows[0].year}
    if len(rows) == 1:
        caption = _("Demand in %(first)s, in %(unit)s") % words
        return column_chart([YearValue(peak.year, float(peak.base))], caption=caption, unit=unit)
    caption = _("Demand by year in %(unit)s; the base case is highest in %(year)s") % words
    ranges = [YearRange(row.year, float(row.low), float(row.base), float(row.high)) for row in rows]
    return fan_chart(ranges, caption=caption, unit=unit, doubled=True)


@in_program(ProgramPolicy.create)
def program_copy_view(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Start another program from what this one needs."""
    initial = {"code": code_of_a_copy(program, request.user), "name": program.name}
    form = CopyForm(request.POST or None, initial=initial, offered=offered(program))
    if request.method == "POST" and form.is_valid():
        try:
            copy = program_copy(
                program=program,
                code=form.cleaned_data["code"],
                name=form.cleaned_data["name"],
                with_candidates=form.cleaned_data["with_candidates"],
                along=form.along,
                actor=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            words = {"code": program.code, "copy": copy.code}
            messages.success(request, _("%(copy)s was copied from %(code)s.") % words)
            return redirect("programs:needs", code=copy.code)
    status = 422 if form.errors else 200
    return render(request, "programs/program_copy.html", {"program": program, "form": form}, status=status)


def _demand_page(
    request: AuthenticatedRequest,
    program: Program,
    entered: ReadDemand,
    unit: str,
    stamp: str,
    saved: list[Demand],
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponseBase:
    may_change = ProgramPolicy.change.allows(request.user)
    rows = (
        [*entered.entered, *[EnteredRow() for _place in range(BLANK_ROWS)]] if may_change else entered.entered
    )
    context = {
        "program": program,
        "rows": rows,
        "problems": [
            (row.year if name == "year" else f"{row.year}, {COLUMNS[name]}", text)
            for row in entered.entered
            for name, text in row.problems.items()
        ],
        "unit": unit,
        "units": BatchUnit.choices,
        "stamp": stamp,
        "saved": saved,
        "chart": demand_chart(saved),
        "next_year": (saved[-1].year + 1) if saved else timezone.localdate().year + 1,
        "may_change": may_change,
    } | more
    return render(request, "programs/demand.html", context, status=status)


def _entered(row: Demand) -> EnteredRow:
    low, base, high = (f"{value.normalize():f}" for value in (row.low, row.base, row.high))
    return EnteredRow(str(row.year), low, base, high)


def _unit_of(program: Program, saved: list[Demand]) -> str:
    return saved[0].unit if saved else program.batch_unit


def _pasted(request: AuthenticatedRequest) -> tuple[str, str]:
    """The text that was pasted or sent as a file, and what is wrong with the file."""
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("rows", "")[:LARGEST_FILE], ""
    if file.size is None or file.size > LARGEST_FILE:
        return "", _("The file is larger than a forecast can be.")
    try:
        return file.read().decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", _("The file is not UTF-8 text.")


def _sheet(rows: list[Demand]) -> Sheet:
    columns = (_("Year"), _("Low"), _("Base"), _("High"), _("Doubled"), _("Unit"))
    cells = [(row.year, row.low, row.base, row.high, row.base * 2, row.unit) for row in rows]
    return Sheet(_("Demand"), columns, cells)
