"""What becomes of a vector: its reader opens it, and one that is refused names its error."""

from key_vectors.values import Vector, fixed
from roomkey.crypto import oprf
from roomkey.errors import RoomkeyError
from roomkey.keys import admission, archive, history, new_root, safety_code, sealed_name
from roomkey.keys.client_exchange import blind
from roomkey.keys.room_key import normalize_room_key


def open_vector(name: str, vector: Vector) -> None:
    """Do with a vector what its readers do; one that is refused raises."""

    def data(field: str) -> bytes:
        return bytes.fromhex(vector[field])

    key_id, epoch = vector.get("key_id", 0), vector.get("epoch", 0)
    match name, vector.get("kind"):
        case "room_key", _:
            normalize_room_key(vector["typed"])
        case "root", _:
            exchange, _ = blind(vector["typed"], data("room_id"), fixed(data("blind_uniform")))
            oprf.finalize(exchange._blinding, data("evaluated"))
        case _, "admission":
            admission.verify_admission(
                data("public"), data("room_id"), data("nonce"), data("leaf_key"), data("signature")
            )
        case _, "name":
            sealed_name.open_name(
                data("names"), key_id, data("room_id"), data("leaf_key"), data("sealed")
            )
        case _, "epoch":
            history.open_epoch_secret(
                data("history"), key_id, data("room_id"), epoch, data("sealed")
            )
        case _, "chain":
            history.open_key_chain(data("history"), key_id, data("room_id"), data("sealed"))
        case _, "archive":
            archive.open_archive(data("epoch_secret"), data("room_id"), epoch, data("sealed"))
        case "new_root", _:
            new_root.open_new_root(data("exported"), key_id, data("room_id"), data("sealed"))
        case _, "safety_code":
            safety_code.safety_code(data("epoch_authenticator"))


def with_error(name: str, vector: Vector) -> Vector:
    """Add the code of the error that a refused vector leads to."""
    if vector["result"] == "valid":
        return vector
    try:
        open_vector(name, vector)
    except RoomkeyError as error:
        return {**vector, "error": error.code}
    raise AssertionError(f"{name}: {vector['why']} is not refused")
