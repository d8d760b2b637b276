"""Fields that take what their name says and nothing else, where the library would take a number for a day."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*")

# PostgreSQL takes no NUL, so nothing that is looked up or kept may have one.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200)]


def _as_day(value: Any) -> Any:
    if isinstance(value, str) and not DAY.fullmatch(value):
        raise PydanticCustomError("date_parsing", "a day")
    return value


def _as_moment(value: Any) -> Any:
    if isinstance(value, str) and not MOMENT.fullmatch(value):
        raise PydanticCustomError("datetime_parsing", "a moment")
    return value


def _as_flag(value: Any) -> Any:
    if isinstance(value, str) and value not in ("true", "false"):
        raise PydanticCustomError("bool_parsing", "true or false")
    return value


Flag = Annotated[bool, BeforeValidator(_as_flag)]
Day = Annotated[date, BeforeValidator(_as_day)]
Moment = Annotated[AwareDatetime, BeforeValidator(_as_moment)]
