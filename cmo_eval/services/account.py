"""Under whose name the servers run: PostgreSQL refuses root, and Valkey needs no such right either."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from cmo_eval.services.problems import ServicesProblem

UNPRIVILEGED = "nobody"


class SpawnOptions(TypedDict, total=False):
    """The part of `subprocess.Popen`'s arguments that says who a child is."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """The user a server runs as. `dropped` tells that it is another one than ours."""

    uid: int
    gid: int
    dropped: bool

    @property
    def spawn(self) -> SpawnOptions:
        if not self.dropped:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Hand a folder of ours to the server's user. It must lie where only we can put things."""
        if self.dropped:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def give_open(self, descriptor: int) -> None:
        """Hand an open file of ours to the server's user."""
        if self.dropped:
            os.fchown(descriptor, self.uid, self.gid)

    def give_all_in(self, folder: Path) -> None:
        """Hand over what lies in the server's folder.

        Its user may have put links there, by which a careless root would give other files away: left alone.
        """
        if not self.dropped:
            return
        for path in folder.rglob("*"):
            status = path.lstat()
            plain = stat.S_ISDIR(status.st_mode) or (stat.S_ISREG(status.st_mode) and status.st_nlink == 1)
            if plain and status.st_uid != self.uid:
                os.chown(path, self.uid, self.gid, follow_symlinks=False)


def account_for(cluster: Path) -> Account:
    """The user to run as: ourselves, or for root the owner of the existing data, else `nobody`.

    Raises:
        ServicesProblem: when the data belongs to a user that we cannot become, or no such user exists.
    """
    owner = cluster.stat().st_uid if cluster.exists() else None
    uid = os.geteuid()
    if uid == 0:
        return _unprivileged(owner)
    if owner is not None and owner != uid:
        raise ServicesProblem(
            f"{cluster} belongs to user {_name(owner)}, and you are {_name(uid)}: start as the user who "
            "created it, or set CMO_EVAL_DATA_DIR to a folder of your own."
        )
    if _name(uid) == str(uid):
        raise ServicesProblem(
            f"PostgreSQL needs a user with a name, and user id {uid} has none: "
            "run as a named user, or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Account(uid=uid, gid=os.getegid(), dropped=False)


def _unprivileged(owner: int | None) -> Account:
    try:
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise ServicesProblem(
            f"Root may not run PostgreSQL and there is no user {owner or UNPRIVILEGED!r} to run it as: "
            "run as an ordinary user, or set DATABASE_URL and REDIS_URL to servers of your own."
        ) from None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid, dropped=True)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
