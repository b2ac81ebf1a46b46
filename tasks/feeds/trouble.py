"""What can be wrong with a source, as one sentence that holds neither secrets nor what it sent."""

from domain.errors import Refused


class Trouble(Refused):
    """A page that was not had.

    ``again`` says that asking once more soon may help, ``after`` (seconds) when the source wants to
    be asked again, ``status`` what it answered, if it did.
    """

    def __init__(
        self, sentence: str, *, again: bool = False, after: float | None = None, status: int = 0
    ) -> None:
        super().__init__(sentence)
        self.again = again
        self.after = after
        self.status = status
