"""Messaging Layer Security (RFC 9420): group keys without I/O, clock or global randomness."""

from .capabilities import Capabilities, RequiredCapabilities
from .commit import Commit, ProposalReference
from .credential import Credential, CredentialType
from .extension import Extension, ExtensionType, find_extension
from .external_sender import ExternalSender, encode_external_senders
from .framing import Sender, SenderType
from .group import Group, PendingCommit
from .group_context import GroupContext
from .group_info import GroupInfo
from .joining import LAST_RESORT_EXTENSION, create_key_package
from .key_package import KeyPackage, KeyPackageBundle
from .leaf_node import LeafNode, LeafNodeSource, Lifetime
from .message import Message, decode_message, encode_message
from .policy import Environment, Policy, SentProposal
from .pre_shared_key import PreSharedKeyId, PskType, ResumptionUsage
from .private_message import PrivateMessage
from .proposal import (
    Add,
    ExternalInit,
    GroupContextExtensions,
    PreSharedKey,
    Proposal,
    ProposalType,
    ReInit,
    Remove,
    UnknownProposal,
    Update,
)
from .public_message import PublicMessage
from .results import ApplicationMessage, CommitProcessed, Processed, ProposalReceived
from .rules import RULES, Rule
from .secret_tree import RESERVED
from .signing_identity import SigningIdentity
from .state import GroupSnapshot
from .welcome import Welcome

__all__ = [
    "LAST_RESORT_EXTENSION",
    "RESERVED",
    "RULES",
    "Add",
    "ApplicationMessage",
    "Capabilities",
    "Commit",
    "CommitProcessed",
    "Credential",
    "CredentialType",
    "Environment",
    "Extension",
    "ExtensionType",
    "ExternalInit",
    "ExternalSender",
    "Group",
    "GroupContext",
    "GroupContextExtensions",
    "GroupInfo",
    "GroupSnapshot",
    "KeyPackage",
    "KeyPackageBundle",
    "LeafNode",
    "LeafNodeSource",
    "Lifetime",
    "Message",
    "PendingCommit",
    "Policy",
    "PreSharedKey",
    "PreSharedKeyId",
    "PrivateMessage",
    "Processed",
    "Proposal",
    "ProposalReceived",
    "ProposalReference",
    "ProposalType",
    "PskType",
    "PublicMessage",
    "ReInit",
    "Remove",
    "RequiredCapabilities",
    "ResumptionUsage",
    "Rule",
    "Sender",
    "SenderType",
    "SentProposal",
    "SigningIdentity",
    "UnknownProposal",
    "Update",
    "Welcome",
    "create_key_package",
    "decode_message",
    "encode_external_senders",
    "encode_message",
    "find_extension",
]
