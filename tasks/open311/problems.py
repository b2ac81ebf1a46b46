"""What is wrong with a request, as GeoReport v2 tells it: a code and a sentence."""

from domain.errors import Refused

BAD_REQUEST = 400
FORBIDDEN = 403
NOT_FOUND = 404
TOO_LARGE = 413
TOO_MANY = 429


class Problem(Refused):
    """A request that is refused; ``code`` is GeoReport's, which is HTTP's.

    ``wait`` is after how many seconds the same request may go through (429), else 0.
    """

    def __init__(self, code: int, sentence: str, wait: int = 0) -> None:
        super().__init__(sentence)
        self.code = code
        self.wait = wait


def bad(sentence: str) -> Problem:
    """Make the problem of a request that says something wrong."""
    return Problem(BAD_REQUEST, sentence)


def unknown(sentence: str) -> Problem:
    """Make the problem of a request for what is not there."""
    return Problem(NOT_FOUND, sentence)
