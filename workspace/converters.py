"""Path converters."""


class RecordKindConverter:
    """A kind of regulatory record."""

    regex = "inspection|citation|action"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
