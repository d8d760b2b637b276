"""Why a file as a whole is not taken. A key with parameters; the words are the screen's business."""

from collections.abc import Mapping


class Refused(Exception):
    """The file is refused and nothing of it is saved.

    `key` is one of `imports.messages.REFUSALS`, `params` fills its placeholders.
    """

    def __init__(self, key: str, params: Mapping[str, str | int] | None = None) -> None:
        self.key = key
        self.params = dict(params or {})
        super().__init__(f"{key} {self.params}" if self.params else key)
