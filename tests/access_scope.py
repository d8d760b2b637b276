"""Who may know of the record behind an address, and how it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from accounts.policies import Permission
from tests.access_scene import Scene


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
