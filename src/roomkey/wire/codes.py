"""The codes an answer may carry, and the exception each one becomes on the client."""

from roomkey.errors import RelayFault, RequestError


def _leaves(cls: type[RequestError]) -> list[type[RequestError]]:
    return [cls, *(leaf for sub in cls.__subclasses__() for leaf in _leaves(sub))]


ERRORS_BY_CODE: dict[str, type[RequestError]] = {cls.code: cls for cls in _leaves(RequestError)}


def error_for(code: str) -> RequestError:
    """Turn the code of a refused request into the exception to raise.

    A code this version does not know becomes a RelayFault that names it.
    """
    known = ERRORS_BY_CODE.get(code)
    return known() if known else RelayFault(f"unknown code {code[:40]!r}")
