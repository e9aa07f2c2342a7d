"""What those who want to join a room see when its relay lies to them."""

from forging import Forger
from lying_relay import Fields
from playwright.sync_api import expect
from scenes import NEW_KEY, Newcomers
from told import Told

from roomkey.crypto.oprf import evaluate

OTHER_OPRF_KEY = (7).to_bytes(32, "little")


def test_an_answer_under_another_oprf_key(newcomers: Newcomers, told: Told) -> None:
    def evaluate_otherwise(event: str, asked: Fields, answer: Fields) -> Fields:
        if event != "room.evaluate":
            return answer
        return {**answer, "evaluated": evaluate(OTHER_OPRF_KEY, asked["blinded"])}

    for door in newcomers.lied_to:
        door.answered = evaluate_otherwise
    newcomers.are_refused(told.page, told.terminal)


def test_a_group_info_that_no_member_signed(newcomers: Newcomers, told: Told) -> None:
    forged = Forger(newcomers.group_info).with_own_signature()
    newcomers.admit_with(group_info=forged, epoch=2)
    newcomers.are_refused(told.page, told.terminal)


def test_another_external_pub(newcomers: Newcomers, told: Told) -> None:
    newcomers.admit_with(group_info=Forger(newcomers.group_info).with_own_external_pub())
    newcomers.are_refused(told.page, told.terminal)


def test_a_room_of_the_relays_own(newcomers: Newcomers, told: Told) -> None:
    own = Forger(newcomers.group_info).room_of_its_own()
    newcomers.admit_with(group_info=own, epoch=0)
    newcomers.are_refused(told.page, told.terminal)


def test_an_old_key_id(newcomers: Newcomers, told: Told) -> None:
    newcomers.admit_with(group_info=newcomers.first_group_info, epoch=0, key_id=0, chain=[])
    newcomers.are_refused(told.page, told.terminal)


def test_another_room_under_the_same_room_key(newcomers: Newcomers, told: Told) -> None:
    mallory = newcomers.makes_another_room("Mallory", NEW_KEY)
    for door in newcomers.lied_to:
        door.asked = lambda event, fields: (
            {**fields, "code": mallory.room.code.replace("-", "")}
            if event == "room.open"
            else fields
        )
    newcomers.dan.join(newcomers.code, NEW_KEY)
    newcomers.eva.join(newcomers.code, NEW_KEY)
    newcomers.eva.has_people("Mallory", "Dan", "Eva")
    for text in told.page:
        expect(newcomers.eva.panel).to_contain_text(text)
    for text in told.terminal:
        newcomers.dan.sees_among_people(text)
    digits = {mallory.safety_digits(), newcomers.eva.safety_digits(), newcomers.dan.safety_digits()}
    assert len(digits) == 1
    assert newcomers.ann.safety_digits() not in digits
