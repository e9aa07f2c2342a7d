"""Every error is found by its code, and what is no code means that something failed."""

from roomkey import errors


def test_each_code_names_the_first_error_that_has_it() -> None:
    codes = {cls.code for cls in vars(errors).values() if hasattr(cls, "code")}
    assert len(codes) > 40
    for code in codes:
        assert errors.by_code(code).code == code
    assert errors.by_code("state_full") is errors.StateFull
    assert errors.by_code("no code of ours") is errors.RoomkeyError
