"""The codes an answer may carry, and the exception each one becomes on the client."""

from collections.abc import Mapping
from typing import Any

from roomkey.errors import RelayFault, RequestError


def _with_subclasses(cls: type[RequestError]) -> list[type[RequestError]]:
    return [cls, *(below for sub in cls.__subclasses__() for below in _with_subclasses(sub))]


ERRORS_BY_CODE: dict[str, type[RequestError]] = {
    cls.code: cls for cls in _with_subclasses(RequestError)
}


def error_for(answer: Mapping[str, Any]) -> RequestError:
    """Turn a relay's refusal into the exception to raise, with what came beside the code.

    A code this version does not know becomes a RelayFault that names it.
    """
    code = str(answer.get("code"))
    known = ERRORS_BY_CODE.get(code)
    if known is None:
        return RelayFault(f"unknown code {code[:40]!r}", answer)
    return known(answer=answer)
