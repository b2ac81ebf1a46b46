"""The one family of errors that users see: each is a sentence that says what to do."""


class RectifyError(Exception):
    """Something a person must be told; ``sentence`` is what is shown, in Chinese."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Refused(RectifyError):
    """The request is understood and not allowed now (exit 1)."""


class Misuse(RectifyError):
    """The request itself is wrong (exit 2)."""
