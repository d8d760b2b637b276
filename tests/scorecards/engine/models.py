"""Strategies that make criteria trees and candidates, for the properties the engine promises."""

from dataclasses import dataclass

from hypothesis import strategies as st

from scorecards.engine import CandidateInput, CriterionNode, Evaluation, GateStatus, evaluate


@dataclass(frozen=True)
class Model:
    """Inputs of one official run."""

    nodes: tuple[CriterionNode, ...]
    candidates: tuple[CandidateInput, ...]

    def run(self) -> Evaluation:
        return evaluate(self.nodes, self.candidates)

    @property
    def leaves(self) -> tuple[str, ...]:
        parents = {node.parent for node in self.nodes}
        return tuple(node.key for node in self.nodes if node.key not in parents)


points = st.integers(0, 400).map(lambda quarter: quarter / 4)


@st.composite
def trees(draw: st.DrawFn) -> tuple[CriterionNode, ...]:
    """One to three groups with one to four leaves each; sometimes a weight of zero."""
    nodes: list[CriterionNode] = []
    groups = draw(st.integers(1, 3))
    for g, weight in enumerate(draw(shares(groups))):
        nodes.append(CriterionNode(f"g{g}", None, weight))
        for j, local in enumerate(draw(shares(draw(st.integers(1, 4))))):
            nodes.append(CriterionNode(f"g{g}.{j}", f"g{g}", local))
    return tuple(nodes)


@st.composite
def shares(draw: st.DrawFn, size: int) -> list[float]:
    """Weights that sum to one."""
    whole = draw(st.lists(st.integers(0, 20), min_size=size, max_size=size).filter(any))
    return [weight / sum(whole) for weight in whole]


@st.composite
def models(draw: st.DrawFn, *, most: int = 6, exact: bool = False) -> Model:
    """A tree and some candidates, intervals open unless `exact`, now and then a must-have not passed."""
    nodes = draw(trees())
    leaves = [node.key for node in nodes if node.parent is not None]
    candidates = []
    for i in range(draw(st.integers(1, most))):
        low = {leaf: draw(points) for leaf in leaves}
        high = low if exact else {leaf: max(value, draw(points)) for leaf, value in low.items()}
        gate = draw(st.sampled_from([GateStatus.PASS, GateStatus.PASS, GateStatus.UNKNOWN, GateStatus.FAIL]))
        candidates.append(CandidateInput(f"a{i}", low, high, {"gmp": gate}))
    return Model(nodes, tuple(candidates))
