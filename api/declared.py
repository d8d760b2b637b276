"""How a route is declared: its permission, what the token must be good for, and what it answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

from ninja import Router

from accounts.policies import Permission
from api.gate import READ, AccessTokenGate, Load
from api.problems import ProblemOut

# Name of the address → method → its gate.
DECLARED: dict[str, dict[str, AccessTokenGate]] = defaultdict(dict)


class Routes(Router):
    """Routes of one part of the API. None is without a permission."""

    def declare(
        self,
        method: str,
        path: str,
        *,
        name: str,
        permission: Permission,
        answers: Any,
        status: int = 200,
        problems: Collection[int] = (),
        scopes: Collection[str] = (READ,),
        load: Load | None = None,
        address: str = "pk",
        operation: str = "",
        **more: Any,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a route; `load` and `address` as in `accounts.views.access.on_record`.

        `answers` is the schema of a success with `status`; `problems` are statuses that this route has beside
        those of every route. `operation` names it in the document, where two methods share an address.
        """
        gate = AccessTokenGate(permission, tuple(scopes), load, address)
        DECLARED[name][method] = gate
        usual = {401, 403, 422, 429} | ({404} if load else set())
        wrong = dict.fromkeys(sorted(usual | set(problems)), ProblemOut)
        declared = self.api_operation(
            [method],
            path,
            auth=gate,
            url_name=name,
            operation_id=(operation or name).replace("-", "_"),
            response={status: answers, **wrong},
            exclude_unset=True,
            **more,
        )

        def declare(view: Callable[..., Any]) -> Callable[..., Any]:
            made: Callable[..., Any] = declared(view)
            gate.query.update(_query_names(view))
            return made

        return declare


def _query_names(view: Any) -> set[str]:
    """What the address of a route may have behind its question mark."""
    models = view._ninja_operation.models
    query = [model for model in models if model.__ninja_param_source__ == "query"]
    return {name for model in query for name in model.__ninja_flatten_map__}
