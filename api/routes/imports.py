"""Imports: hand in a file as a dry run, see what it would do, have it saved."""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Literal

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile
from ninja.responses import Status
from pydantic import ConfigDict, Field, StrictBool

from accounts.views.access import AuthenticatedRequest
from api.declared import Routes
from api.fields import Text
from api.gate import IMPORT, READ, TokenRequest
from api.paging import Cut, Page, PageQuery, cursor_of, cut_of, number_of
from api.problems import Problem, Wrong
from audits.sources import SOURCES
from imports.forms import UploadForm
from imports.messages import problem_text, refusal_text
from imports.models import ImportRun
from imports.policies import ImportPolicy
from imports.selectors import imports_listed
from imports.services import run_commit_request
from imports.views.runs import run_of_form

routes = Routes(tags=["Imports"])
EITHER = (READ, IMPORT)
SAVED = (ImportRun.State.COMMITTING, ImportRun.State.COMMITTED)


class ImportOut(Schema):
    """One reading of a file. Counts are of the check, and of the saving once it was saved."""

    id: int
    state: Literal["checking", "ready", "committing", "committed", "refused", "undoing", "undone"]
    source: str = Field(description="Blank until the check has recognized it.")
    file_name: str
    file_sha256: str
    retrieved_on: date
    covered_from: date | None
    covered_to: date | None
    row_count: int
    created: int
    updated: int
    unchanged: int
    missing: int
    unmatched: int
    rejected: int
    problem_count: int = Field(description="`/imports/{id}/problems` lists the first thousands of them.")
    refusal: str | None = Field(description="Why the file was refused, in the language of the request.")
    requested_by: str | None
    created_at: datetime
    committed_at: datetime | None


class RowProblem(Schema):
    """What is wrong with a row of the file."""

    row: int
    column: str
    value: str
    detail: str = Field(description="In the language of the request.")
    rejects: bool = Field(description="The row is left out; else it is kept without this value.")


class CommitAsked(Schema):
    model_config = ConfigDict(extra="forbid")

    good_rows: StrictBool = Field(False, description="Save the good rows although others were rejected.")


class UploadAsked(Schema):
    source: Text = Field(
        "",
        description="Recognized by the header; name one only where it is not.",
        json_schema_extra={"enum": ["", *SOURCES]},
    )
    retrieved_on: Text = Field(
        "",
        description="The day the file was downloaded.",
        json_schema_extra={"format": "date"},
    )


def import_or_404(request: AuthenticatedRequest, pk: int) -> ImportRun:
    """The import of the address, for who may see imports. One query."""
    # As on its page the role is asked first: a refusal then tells nothing of the record.
    ImportPolicy.view.require(request.user)
    run = imports_listed().filter(pk=pk).first()
    if run is None:
        raise Http404
    return run


@routes.declare(
    "GET", "imports", name="imports", permission=ImportPolicy.view, scopes=EITHER, answers=Page[ImportOut]
)
def imports(request: TokenRequest, asked: Query[PageQuery]) -> dict[str, Any]:
    """Every import, the newest first."""
    return cut_of(imports_listed(), asked).page(import_data)


def import_data(run: ImportRun) -> dict[str, Any]:
    """An import as the API tells it."""
    said = {
        "file_name": run.file.name,
        "file_sha256": run.file.sha256,
        "problem_count": run.more.get("problems", 0),
        "refusal": refusal_text(run.refusal_key, run.refusal_params) if run.refusal_key else None,
        "requested_by": str(run.requested_by) if run.requested_by else None,
    }
    return {name: getattr(run, name) for name in ImportOut.model_fields if name not in said} | said


@routes.declare(
    "POST",
    "imports",
    name="imports",
    operation="import-start",
    permission=ImportPolicy.change,
    scopes=(IMPORT,),
    answers=ImportOut,
    status=202,
    problems=(400, 413),
)
def import_start(
    request: TokenRequest, response: HttpResponse, asked: Form[UploadAsked], upload: File[UploadedFile]
) -> Status[Any]:
    """Hand in a file as an agency publishes it. It is checked in the background, and nothing is saved yet."""
    form = UploadForm(vars(asked), {"upload": upload})
    if not form.is_valid():
        raise Problem(HTTPStatus.UNPROCESSABLE_CONTENT, errors=_wrong_in(form))
    run = run_of_form(form, request.user)
    response.headers["Location"] = reverse("api:import", args=[run.pk])
    return Status(HTTPStatus.ACCEPTED, import_data(imports_listed().get(pk=run.pk)))


def _wrong_in(form: UploadForm) -> list[Wrong]:
    return [
        Wrong("file" if field == "upload" else "form", field, " ".join(map(str, told)))
        for field, told in form.errors.items()
    ]


@routes.declare(
    "GET",
    "imports/{int:pk}",
    name="import",
    permission=ImportPolicy.view,
    scopes=EITHER,
    answers=ImportOut,
    load=import_or_404,
)
def import_one(request: TokenRequest, pk: int) -> dict[str, Any]:
    """One import: checked, saved, refused or undone, or on the way there."""
    return import_data(request.record)


@routes.declare(
    "GET",
    "imports/{int:pk}/problems",
    name="import-problems",
    permission=ImportPolicy.view,
    scopes=EITHER,
    answers=Page[RowProblem],
    load=import_or_404,
)
def import_problems(request: TokenRequest, pk: int, asked: Query[PageQuery]) -> dict[str, Any]:
    """What is wrong with rows of the file, in their order."""
    listed = request.record.details_read()["problems"]
    begin = number_of(asked.cursor) or 0
    end = begin + asked.limit
    return Cut(listed[begin:end], cursor_of(end) if end < len(listed) else None).page(_problem)


def _problem(told: dict[str, Any]) -> dict[str, Any]:
    column, value = str(told.get("column") or ""), str(told.get("value") or "")
    return {
        "row": told["row"],
        "column": column,
        "value": value,
        "detail": problem_text(told),
        "rejects": told["rejects"],
    }


@routes.declare(
    "POST",
    "imports/{int:pk}/commit",
    name="import-commit",
    permission=ImportPolicy.change,
    scopes=(IMPORT,),
    answers=ImportOut,
    status=202,
    problems=(400, 409),
    load=import_or_404,
)
def import_commit(request: TokenRequest, pk: int, asked: CommitAsked | None = None) -> Status[Any]:
    """Have a checked file saved in the background. Asked again, it is saved once."""
    run: ImportRun = request.record
    run_commit_request(run=run, good_rows=bool(asked and asked.good_rows), actor=request.user)
    now = imports_listed().get(pk=run.pk)
    if now.state not in SAVED:
        told = _("Only a file that was checked can be saved; this one is: %(state)s.")
        raise Problem(HTTPStatus.CONFLICT, told % {"state": now.get_state_display()})
    return Status(HTTPStatus.ACCEPTED, import_data(now))
