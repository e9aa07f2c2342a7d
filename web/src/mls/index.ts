/** Messaging Layer Security (RFC 9420): group keys without I/O, clock or global randomness. */

export { Capabilities, RequiredCapabilities } from "./capabilities.ts";
export { Commit, ProposalReference } from "./commit.ts";
export { Credential, CredentialType } from "./credential.ts";
export { Extension, ExtensionType, findExtension } from "./extension.ts";
export { ExternalSender, encodeExternalSenders } from "./external_sender.ts";
export { Sender, SenderType } from "./framing.ts";
export { Group, PendingCommit } from "./group.ts";
export { GroupContext } from "./group_context.ts";
export { GroupInfo } from "./group_info.ts";
export type { CommitChoices, CreateOptions, JoinOptions, ProposeOptions } from "./group_options.ts";
export { createKeyPackage, LAST_RESORT_EXTENSION } from "./joining.ts";
export { KeyPackage, KeyPackageBundle } from "./key_package.ts";
export { LeafNode, LeafNodeSource, Lifetime } from "./leaf_node.ts";
export { decodeMessage, encodeMessage, type Message } from "./message.ts";
export { Environment, type FindPsk, noPsks, Policy, SentProposal } from "./policy.ts";
export { PreSharedKeyId, PskType, ResumptionUsage } from "./pre_shared_key.ts";
export { PrivateMessage } from "./private_message.ts";
export {
  Add,
  ExternalInit,
  GroupContextExtensions,
  PreSharedKey,
  type Proposal,
  ProposalType,
  ReInit,
  Remove,
  UnknownProposal,
  Update,
} from "./proposal.ts";
export { PublicMessage } from "./public_message.ts";
export {
  ApplicationMessage,
  CommitProcessed,
  type Processed,
  ProposalReceived,
} from "./results.ts";
export { RULES, type Rule, type RuleId } from "./rules.ts";
export { RESERVED } from "./secret_tree.ts";
export { SigningIdentity } from "./signing_identity.ts";
export { GroupSnapshot } from "./state.ts";
export { Welcome } from "./welcome.ts";
