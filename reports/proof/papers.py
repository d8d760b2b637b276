"""The figures of decision papers and distribution plans computed again from what they carry."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from records.signing.content import sha256_of
from reports.figures.canonical import as_data
from reports.figures.decide import duel_for
from reports.figures.decision import DecisionPaper
from reports.figures.distribute import result_of
from reports.figures.distribution import DistributionPaper
from reports.proof.recompute import (
    CLOSE,
    CannotCompute,
    Difference,
    carried_ranking,
    comparison_differences,
    differences,
)


def decision_differences(said: DecisionPaper) -> list[Difference]:
    """What a decision paper says that follows neither from its inputs nor from the content that was signed.

    Raises:
        CannotCompute: when the official method cannot be run on the inputs, or the signed content is none.
    """
    ranking = carried_ranking(said.comparison.inputs, said.comparison.as_of)
    found = comparison_differences(said.comparison)
    outcomes = {row.site_id: row.outcome for row in said.decided.outcomes}
    computed = replace(said, duel=duel_for(ranking, outcomes))
    found += differences("duel", as_data(said.duel), as_data(computed.duel), CLOSE)
    return [*found, *_of_content(said)]


def _of_content(said: DecisionPaper) -> Iterator[Difference]:
    """The words of the decision are those that were signed, and the hashes beside the names theirs."""
    try:
        content = json.loads(said.content)
        fields, rows = content["fields"], content["children"]["outcomes"]
        signed: dict[str, Any] = {
            "revision": content["revision"],
            "decided_on": fields["decided_on"],
            "rationale": fields["rationale"],
            "risks": fields["risks"],
            "outcomes": _by_site(row["fields"] for row in rows),
        }
    except (ValueError, KeyError, TypeError) as problem:
        raise CannotCompute(_("The signed content cannot be read.")) from problem
    shown = as_data(said.decided)
    told = {name: shown[name] for name in ("revision", "decided_on", "rationale", "risks")}
    told["outcomes"] = _by_site({**row, "site": row["site_id"]} for row in shown["outcomes"])
    yield from differences("decided", told, signed, CLOSE)
    digest = sha256_of(said.content)
    for at, signature in enumerate(said.signatures):
        if signature.valid and signature.content_sha256 != digest:
            yield Difference(f"signatures[{at}].content_sha256", signature.content_sha256, digest)


def _by_site(rows: Any) -> dict[str, Any]:
    return {
        str(row["site"]): {name: row[name] for name in ("outcome", "reason", "exception")} for row in rows
    }


def distribution_differences(said: DistributionPaper) -> list[Difference]:
    """What a distribution plan says of readiness, days and time budgets that does not follow from its facts.

    Raises:
        CannotCompute: when the facts do not fit together.
    """
    try:
        computed = result_of(said.facts, said.as_of)
    except (ValueError, KeyError, IndexError, ArithmeticError, TypeError) as problem:
        raise CannotCompute(
            _("The facts do not fit together: %(problem)s") % {"problem": problem}
        ) from problem
    return list(differences("result", as_data(said.result), as_data(computed), CLOSE))
