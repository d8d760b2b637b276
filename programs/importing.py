"""Creates or updates a program from a description, all of it or nothing."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from partners.models import Site
from partners.selectors import sites_by_fei
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
    with recorded(actor=actor, reason=_("Program description imported from a file.")):
        program = Program.objects.select_for_update().filter(code=read.code).first() if read.code else None
        if program is None:
            _check_needed(read)
        _check_batch(read, program)
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
    size = read.fields.get("batch_size", program.batch_size if program else None)
    unit = read.fields.get("batch_unit", program.batch_unit if program else "")
    if size is not None and not unit:
        read.refuse("batch_unit", "", _("A batch size needs its unit."))


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
