"""Welcomes that are opened, edited and sealed again."""

import os
from dataclasses import dataclass, replace

from roomkey.mls import (
    Add,
    Group,
    GroupInfo,
    KeyPackageBundle,
    Policy,
    SigningIdentity,
    Welcome,
    decode_message,
    encode_message,
)
from roomkey.mls.codec import decode_all
from roomkey.mls.key_schedule import derive_epoch_from_joiner, derive_welcome_key
from roomkey.mls.labels import decrypt_with_label, encrypt_with_label
from roomkey.mls.pre_shared_key import derive_psk_secret
from roomkey.mls.update_path import HpkeCiphertext
from roomkey.mls.welcome import EncryptedGroupSecrets, GroupSecrets

from .rooms import PSK_ID, PSKS, SUITE, Room, environment, new_bundle, new_identity, state_of


@dataclass(frozen=True)
class Invitation:
    """A Welcome with the key package it is for, opened; its parts may be replaced."""

    identity: SigningIdentity
    bundle: KeyPackageBundle
    welcome: Welcome
    info: GroupInfo
    secrets: GroupSecrets
    signing_key: bytes

    def seal(self) -> bytes:
        """Sign, confirm and encrypt the parts as they are now."""
        suite = SUITE
        keys = [(psk_id, PSKS[PSK_ID]) for psk_id in self.secrets.psk_ids]
        psk_secret = derive_psk_secret(suite, keys)
        joiner_secret = self.secrets.joiner_secret
        info = self.info.sign(suite, self.signing_key)
        key, key_nonce = derive_welcome_key(suite, joiner_secret, psk_secret)
        sealed_info = suite.seal(key, key_nonce, b"", info.encode())
        package = self.bundle.key_package
        sealed = encrypt_with_label(
            suite, package.init_key, b"Welcome", sealed_info, self.secrets.encode(), os.urandom
        )
        entry = EncryptedGroupSecrets(package.reference(suite), HpkeCiphertext(*sealed))
        return encode_message(Welcome(self.welcome.cipher_suite, (entry,), sealed_info))

    def confirmed(self) -> "Invitation":
        """Give the group info the confirmation tag that goes with its context and secrets."""
        suite = SUITE
        keys = [(psk_id, PSKS[PSK_ID]) for psk_id in self.secrets.psk_ids]
        secrets, _ = derive_epoch_from_joiner(
            suite,
            self.secrets.joiner_secret,
            derive_psk_secret(suite, keys),
            self.info.context,
        )
        tag = suite.mac(secrets.confirmation_key, self.info.context.confirmed_transcript_hash)
        return replace(self, info=replace(self.info, confirmation_tag=tag))

    def accept(self, policy: Policy | None = None) -> Group:
        """Try to join by the parts as they are now."""
        known = replace(environment(policy), psks=lambda _psk_id: PSKS[PSK_ID])
        return Group.join_welcome(self.identity, self.seal(), self.bundle, known)


def invite(room: Room, *, path: bool = True) -> Invitation:
    """Let the first member add somebody, and open the Welcome."""
    identity = new_identity(b"invited")
    bundle = new_bundle(identity=identity)
    pending = room.groups[0].commit([Add(bundle.key_package)], force_path=path)
    assert pending.welcome is not None
    welcome = decode_message(pending.welcome)
    assert isinstance(welcome, Welcome)
    sealed = welcome.secrets[0].ciphertext
    opened = decrypt_with_label(
        SUITE,
        bundle.init_private_key,
        b"Welcome",
        welcome.encrypted_group_info,
        sealed.kem_output,
        sealed.ciphertext,
    )
    secrets = decode_all(GroupSecrets.decode, opened)
    key, key_nonce = derive_welcome_key(SUITE, secrets.joiner_secret, bytes(SUITE.hash_length))
    info = decode_all(
        GroupInfo.decode, SUITE.open(key, key_nonce, b"", welcome.encrypted_group_info)
    )
    signing_key = state_of(room.groups[0]).signing_key
    return Invitation(identity, bundle, welcome, info, secrets, signing_key)
