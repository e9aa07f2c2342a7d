"""A relay's refusal becomes the error of its code; an unknown code is the relay's fault."""

import pytest

from roomkey.errors import RelayFault, RequestError
from roomkey.wire.codes import ERRORS_BY_CODE, error_for


@pytest.mark.parametrize("code", ERRORS_BY_CODE)
def test_each_code_becomes_its_own_error(code: str) -> None:
    error = error_for({"code": code, "beside": 1})
    assert isinstance(error, RequestError)
    assert error.code == code
    assert error.answer == {"code": code, "beside": 1}


@pytest.mark.parametrize("answer", [{}, {"code": None}, {"code": "x" * 1000}])
def test_an_unknown_code_is_a_fault_of_the_relay_that_is_not_repeated_at_length(
    answer: dict[str, object],
) -> None:
    error = error_for(answer)
    assert type(error) is RelayFault
    assert len(str(error)) < 300
