/** Every validation rule of RFC 9420 that this code enforces: its id, its sentence, its section. */

import { CryptoError, ValidationError } from "../errors.ts";

/** What must hold, and where RFC 9420 says so. */
export interface Rule {
  readonly sentence: string;
  readonly section: string;
}

function rule(sentence: string, section: string): Rule {
  return { sentence, section };
}

export const RULES = {
  // messages
  "msg-01": rule("A message names the group it is processed by.", "6.1"),
  "msg-02": rule("A member that sends is at a leaf that is not blank.", "6.1"),
  "msg-03": rule("A message's signature verifies with its sender's signature key.", "6.1"),
  "msg-04": rule("A member's PublicMessage has a valid membership tag.", "6.2"),
  "msg-05": rule("Application data is sent only as a PrivateMessage.", "6.2"),
  "msg-06": rule("The padding of a PrivateMessage is all zero.", "6.3.1"),
  "msg-07": rule("An external sender's index is in the external_senders extension.", "12.1.8.1"),
  "msg-08": rule("A new_member_proposal sender sends an Add proposal and nothing else.", "6"),
  "msg-09": rule("A new_member_commit sender sends a Commit and nothing else.", "6"),
  "msg-10": rule("An external sender sends proposals and nothing else.", "6"),
  "msg-11": rule("A message's generation is not further ahead than is worth deriving.", "9.1"),
  // leaf nodes
  "leaf-01": rule("A leaf node's source is that of the place it is in.", "7.3"),
  "leaf-02": rule("A leaf node's signature verifies with its signature key.", "7.3"),
  "leaf-03": rule("A leaf node from a key package is used within its lifetime.", "7.3"),
  "leaf-04": rule("A leaf node's capabilities list the extensions in it.", "7.3"),
  "leaf-05": rule("A leaf node supports the group's required capabilities.", "7.3"),
  "leaf-06": rule("A leaf node supports the extensions in the group context.", "7.3"),
  "leaf-07": rule("A leaf node's credential type is supported by all members.", "7.3"),
  "leaf-08": rule("A leaf node supports the credential types that members use.", "7.3"),
  "leaf-09": rule("A signature key is in one leaf only.", "7.3"),
  "leaf-10": rule("An encryption key is in one leaf only.", "7.3"),
  "leaf-11": rule("A leaf node's encryption key is a public key of the suite's KEM.", "5.1.1"),
  "leaf-12": rule("A leaf node's capabilities list its own credential type.", "7.2"),
  "leaf-13": rule("A list of extensions holds each type at most once.", "13.4"),
  "leaf-14": rule("A key package's lifetime is no longer than the application allows.", "7.2"),
  // key packages
  "keypkg-01": rule("A key package is of the group's protocol version.", "10.1"),
  "keypkg-02": rule("A key package is of the group's cipher suite.", "10.1"),
  "keypkg-03": rule("A key package's init key differs from its leaf's encryption key.", "10.1"),
  "keypkg-04": rule("A key package's signature verifies with its leaf's signature key.", "10.1"),
  "keypkg-05": rule("A key package's init key is a public key of the suite's KEM.", "5.1.1"),
  // single proposals
  "update-02": rule("An Update brings a new encryption key.", "12.1.2"),
  "update-03": rule("A leaf's successor has a credential acceptable for the same member.", "5.3.1"),
  "remove-01": rule("A Remove names a leaf that is not blank.", "12.1.3"),
  "psk-01": rule("A PreSharedKey proposal's nonce is as long as a hash.", "12.1.4"),
  "psk-02": rule("A resumption key for reinitialization is used only for that.", "12.1.4"),
  "psk-03": rule("A resumption key for branching is used only for that.", "12.1.4"),
  "psk-04": rule("A pre-shared key that a commit or Welcome names is known.", "8.4"),
  "reinit-01": rule("A ReInit does not lower the protocol version.", "12.1.5"),
  "extinit-01": rule("An ExternalInit's KEM output opens with the external key pair.", "8.3"),
  "gce-01": rule("All members support the required capabilities that are set.", "12.1.7"),
  "gce-02": rule("All members support the group context extensions that are set.", "12.1.7"),
  "gce-03": rule("Group context extensions that RFC 9420 defines are well formed.", "12.1.7"),
  "extprop-01": rule("A proposal from outside is of a type allowed from outside.", "12.1.8"),
  "extprop-02": rule("A proposal from outside is accepted by the application.", "12.1.8"),
  // the list of proposals in a member's commit
  "proplist-01": rule("No Update is the committer's own.", "12.2"),
  "proplist-02": rule("No Remove names the committer.", "12.2"),
  "proplist-03": rule("At most one Update or Remove applies to one leaf.", "12.2"),
  "proplist-04": rule("No two Adds are of the same client.", "12.2"),
  "proplist-05": rule("No Add is of a client that stays in the group.", "12.2"),
  "proplist-06": rule("No two PreSharedKey proposals name the same key.", "12.2"),
  "proplist-07": rule("At most one proposal sets the group context extensions.", "12.2"),
  "proplist-08": rule("A ReInit stands alone.", "12.2"),
  "proplist-09": rule("No ExternalInit is in a member's commit.", "12.2"),
  "proplist-10": rule("Proposals of other than the default types are supported by all.", "12.2"),
  "proplist-11": rule("A reference names a proposal received in this epoch.", "12.4.2"),
  // external commits
  "extcommit-01": rule("An external commit has exactly one ExternalInit.", "12.2"),
  "extcommit-02": rule("An external commit has at most one Remove.", "12.2"),
  "extcommit-03": rule(
    "An external commit has only ExternalInit, Remove and PreSharedKey proposals.",
    "12.2",
  ),
  "extcommit-04": rule("An external commit has no proposal by reference.", "12.4.3.2"),
  "extcommit-05": rule("An external commit has a path.", "12.4.3.2"),
  "extcommit-06": rule("An external commit removes only the joiner's own earlier leaf.", "12.2"),
  // commits
  "commit-01": rule("A commit has a path if its proposals need one.", "12.4"),
  "commit-02": rule("A path's leaf has another encryption key than the committer's.", "12.4.2"),
  "commit-03": rule("A path has one node for each of the filtered direct path.", "12.4.2"),
  "commit-04": rule("A path's keys are nowhere else in the tree.", "12.4.2"),
  "commit-05": rule("A path node has one ciphertext for each node to encrypt to.", "12.4.2"),
  "commit-06": rule("A path's leaf has the parent hash that follows from the path.", "7.9.2"),
  "commit-07": rule("A path's keys are public keys of the suite's KEM.", "5.1.1"),
  "commit-08": rule("A path's public keys follow from its path secrets.", "7.5"),
  "commit-09": rule("A path secret opens for those it is encrypted to.", "7.5"),
  "commit-10": rule("A commit's confirmation tag is that of the epoch it starts.", "12.4.2"),
  // group infos
  "groupinfo-01": rule("The ratchet tree comes with the group info or beside it.", "12.4.3.3"),
  "groupinfo-02": rule("The ratchet tree has the tree hash in the group context.", "12.4.3.1"),
  "groupinfo-03": rule("A group info's signer is at a leaf that is not blank.", "12.4.3.1"),
  "groupinfo-04": rule("A group info's signature verifies with its signer's key.", "12.4.3.1"),
  "groupinfo-05": rule("A group info for an external commit has an external_pub.", "12.4.3.2"),
  "groupinfo-06": rule("An external_pub is a public key of the suite's KEM.", "12.4.3.2"),
  "groupinfo-07": rule("A group info in a Welcome has the epoch's confirmation tag.", "12.4.3.1"),
  "groupinfo-08": rule("A group info is of the joiner's cipher suite.", "12.4.3.1"),
  // welcomes
  "welcome-01": rule("A Welcome has secrets for the key package.", "12.4.3.1"),
  "welcome-02": rule("A Welcome is of the key package's cipher suite.", "12.4.3.1"),
  "welcome-03": rule("A Welcome has at most one reinitialization or branch key.", "12.4.3.1"),
  "welcome-04": rule("A group that follows another by its key is in its first epoch.", "12.4.3.1"),
  "welcome-05": rule("The key package's leaf is in the tree.", "12.4.3.1"),
  "welcome-06": rule("The path's public keys follow from the Welcome's path secret.", "12.4.3.1"),
  "welcome-07": rule(
    "A group that follows another is what its ReInit or branching says.",
    "12.4.3.1",
  ),
  // ratchet trees
  "tree-01": rule("A tree's last node is not blank.", "12.4.3.3"),
  "tree-02": rule("Leaves have even positions in a tree, parents odd ones.", "12.4.3.3"),
  "tree-03": rule("Every parent's hash is in exactly one node of a child's resolution.", "7.9.2"),
  "tree-04": rule("Unmerged leaves are in ascending order, each once.", "12.4.3.1"),
  "tree-05": rule("An unmerged leaf is not blank, and below the parent that lists it.", "12.4.3.1"),
  "tree-06": rule("Every parent between lists an unmerged leaf too.", "12.4.3.1"),
  "tree-07": rule("An encryption key is in one node only.", "12.4.3.1"),
  "tree-08": rule("A parent's encryption key is a public key of the suite's KEM.", "5.1.1"),
} as const;

export type RuleId = keyof typeof RULES;

/** Throw ValidationError for the rule unless the condition holds. */
export function require(condition: boolean, rule: RuleId, detail = ""): asserts condition {
  if (!condition) throw new ValidationError(rule, detail);
}

/** Turn a primitive's refusal within the block into the breach of a rule. */
export function enforcing<T>(rule: RuleId, block: () => T): T {
  try {
    return block();
  } catch (error) {
    if (error instanceof CryptoError) throw new ValidationError(rule, error.detail);
    throw error;
  }
}
