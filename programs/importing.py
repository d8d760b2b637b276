"""Creates or updates a program from a description, all of it or nothing."""

from collections.abc import Iterable
from copy import copy
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from partners.models import Site
from partners.selectors import sites_by_fei
from programs.demand import demand_set
from programs.description import NEEDED, Description, Problem, description_read
from programs.models import Candidate, Program
from programs.selectors import default_package
from programs.services import candidate_remove, candidates_add, member_add, program_create, program_update
from records.context import recorded


@dataclass(frozen=True, slots=True)
class ProgramImport:
    """What an import did, or why it was refused: then `problems` is not empty and nothing was saved."""

    code: str
    created: bool = False
    updated: bool = False
    unchanged: bool = False
    candidates_added: int = 0
    candidates_removed: int = 0
    members_added: int = 0
    problems: tuple[Problem, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"problems": [asdict(problem) for problem in self.problems]}


def program_import(
    *,
    content: bytes,
    member_emails: Iterable[str] = (),
    remove_missing: bool = False,
    actor: User | None = None,
) -> ProgramImport:
    """Create the program of the description, or bring it up to date. The same file twice changes nothing.

    What the file leaves out stays as it is. Candidates that the file does not name stay too, unless
    `remove_missing`. Members are only ever added.
    """
    read = description_read(content)
    if not read.is_object:
        return ProgramImport(code="", problems=tuple(read.problems))
    with recorded(actor=actor, reason=_("Program description imported from a file.")):
        program = Program.objects.select_for_update().filter(code=read.code).first() if read.code else None
        if program is None:
            _check_needed(read)
        _check_batch(read, program)
        _check_whole(read, program)
        sites = _sites(read)
        members = _members(read, member_emails)
        if read.problems:
            return ProgramImport(code=read.code, problems=tuple(read.problems))
        return _save(read, program, sites, members, remove_missing=remove_missing, actor=actor)


def _save(
    read: Description,
    program: Program | None,
    sites: list[Site],
    members: list[User],
    *,
    remove_missing: bool,
    actor: User | None,
) -> ProgramImport:
    created = program is None
    updated = False
    if program is None:
        fields = {"name": read.code} | read.fields
        program = program_create(fields=fields, actor=actor)
    else:
        updated = program_update(program=program, version=program.version, changes=read.fields, actor=actor)
    if read.demand is not None:
        changed_demand = demand_set(
            program=program, unit=read.demand_unit, years=read.demand, stamp=None, actor=actor
        )
        updated = updated or changed_demand
    package = default_package(program)
    added = candidates_add(package=package, sites=sites, actor=actor)
    removed = 0
    if remove_missing and read.feis is not None:
        gone = Candidate.objects.filter(work_package=package).exclude(site__in=sites)
        removed = len([candidate_remove(candidate=candidate, actor=actor) for candidate in gone])
    joined = sum(member_add(program=program, user=user, actor=actor) for user in members)
    changed = bool(added or removed or joined)
    return ProgramImport(
        code=program.code,
        created=created,
        updated=not created and (updated or changed),
        unchanged=not (created or updated or changed),
        candidates_added=len(added),
        candidates_removed=removed,
        members_added=joined,
    )


def _check_needed(read: Description) -> None:
    refused = {problem.field for problem in read.problems}
    for name in NEEDED:
        if name != "code" and name not in read.fields and name not in refused:
            read.refuse(name, "", _("A new program needs this."))


def _check_batch(read: Description, program: Program | None) -> None:
    """The size and the unit may come from the file or from what is saved; together they must make sense."""
    if {"batch_size", "batch_unit"} & {problem.field for problem in read.problems}:
        return
    sizes = [
        read.fields.get(name, getattr(program, name) if program else None)
        for name in ("batch_size", "batch_size_peak")
    ]
    unit = read.fields.get("batch_unit", program.batch_unit if program else "")
    if any(size is not None for size in sizes) and not unit:
        read.refuse("batch_unit", "", _("A batch size needs its unit."))


def _check_whole(read: Description, program: Program | None) -> None:
    """What only shows when file and saved values stand together, such as a target above its limit."""
    if read.problems:
        return
    merged = copy(program) if program else Program(name=read.code)
    for name, value in read.fields.items():
        setattr(merged, name, value)
    if (merged.budget_target is not None or merged.budget_limit is not None) and not merged.currency:
        read.refuse("currency", "", _("A cost needs its currency."))
    try:
        merged.full_clean()
    except ValidationError as error:
        for name, texts in error.message_dict.items():
            read.refuse("" if name == "__all__" else name, "", " ".join(texts))


def _sites(read: Description) -> list[Site]:
    feis = read.feis or []
    known = sites_by_fei(feis)
    for fei in feis:
        if fei not in known:
            read.refuse(
                "candidates", fei, _("No site in the directory has this FEI. Import its records first.")
            )
    return list(Site.objects.filter(pk__in=known.values()).order_by("pk")) if known else []


def _members(read: Description, emails: Iterable[str]) -> list[User]:
    found = []
    for email in emails:
        try:
            found.append(User.objects.get(email__iexact=email.strip(), is_active=True))
        except (User.DoesNotExist, ValidationError):
            read.refuse("member", email, _("No active person has this e-mail address."))
    return found
