"""What the engine raises: every error names the entry that makes no sense."""


class EngineError(ValueError):
    """An input that makes no sense. `entry` names it, `problem` says what is wrong with it."""

    def __init__(self, entry: str, problem: str) -> None:
        super().__init__(f"{entry}: {problem}")
        self.entry = entry
        self.problem = problem

    def __reduce__(self) -> tuple[type["EngineError"], tuple[str, str]]:
        return type(self), (self.entry, self.problem)


class TreeError(EngineError):
    """The criteria do not form a tree: a cycle, an unknown parent, a key used twice."""


class WeightError(EngineError):
    """A weight is negative or not a number, or weights do not sum to what they must."""


class ValueInputError(EngineError):
    """A value is not a finite number, lies outside its domain, or has the wrong shape."""


class IntervalError(EngineError):
    """The lower end of an interval lies above its upper end."""


class UnknownKeyError(EngineError):
    """A candidate, criterion or gate is named that is not part of the evaluation."""


class PanelError(EngineError):
    """Ratings that no agreement statistic is defined for: an empty panel, zero variance."""


class MethodError(EngineError):
    """A method, an option of it or a field of its inputs is unknown or missing."""


class InfeasibleError(EngineError):
    """Constraints that no weight vector satisfies."""
