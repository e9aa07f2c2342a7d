// One client of ts-mls, driven by JSON lines: {"do": <command>, ...} in, {"ok": true, ...} out.
// Bytes travel as hex. Usage: node ts_mls_driver.mjs <number of the cipher suite>
//
// ts-mls cannot bring pre-shared keys into an external join, and writes external_pub as bare bytes
// where RFC 9420 has a vector; `joinExternal` and `groupInfo` here are put together of its parts
// to do both as the RFC says. Its ECDSA public keys are compressed points, where the RFC has
// uncompressed ones; `newSignatureKey` gives those.

import readline from "node:readline"

import { p256, p384 } from "@noble/curves/nist.js"
import * as mls from "ts-mls"
import { exportSecret, makePskIndex, nextEpochContext, validateRatchetTree } from "ts-mls/clientState.js"
import { encode } from "ts-mls/codec/tlsEncoder.js"
import { defaultClientConfig } from "ts-mls/clientConfig.js"
import { getCiphersuiteFromId } from "ts-mls/crypto/ciphersuite.js"
import { createConfirmationTag, createContentCommitSignature } from "ts-mls/framedContent.js"
import { ratchetTreeFromExtension, signGroupInfo, verifyGroupInfoSignature } from "ts-mls/groupInfo.js"
import { initializeEpoch } from "ts-mls/keySchedule.js"
import { protectPublicMessage } from "ts-mls/messageProtectionPublic.js"
import { getCommitSecret, pathToPathSecrets } from "ts-mls/pathSecrets.js"
import { toPrivateKeyPath, updateLeafKey } from "ts-mls/privateKeyPath.js"
import { accumulatePskSecret } from "ts-mls/pskIndex.js"
import {
  addLeafNode,
  getSignaturePublicKeyFromLeafIndex,
  ratchetTreeEncoder,
  removeLeafNode,
} from "ts-mls/ratchetTree.js"
import { createSecretTree } from "ts-mls/secretTree.js"
import { treeHashRoot } from "ts-mls/treeHash.js"
import { leafWidth, nodeToLeafIndex, toLeafIndex, toNodeIndex } from "ts-mls/treemath.js"
import { createUpdatePath } from "ts-mls/updatePath.js"

const suite = await mls.defaultCryptoProvider.getCiphersuiteImpl(getCiphersuiteFromId(Number(process.argv[2])))
const text = new TextEncoder()
const toHex = (bytes) => Buffer.from(bytes).toString("hex")
const fromHex = (digits) => new Uint8Array(Buffer.from(digits, "hex"))

const curves = { 2: p256, 7: p384 }
const psks = {}
let keys // the key package, public and private
let state // the group
let previous // the group before the last own commit

async function newSignatureKey() {
  const pair = await suite.signature.keygen()
  const curve = curves[process.argv[2]]
  if (curve === undefined) return pair
  return { signKey: pair.signKey, publicKey: curve.getPublicKey(pair.signKey, false) }
}

function wrap(bytes) {
  if (bytes.length < 64) return Uint8Array.of(bytes.length, ...bytes)
  return Uint8Array.of(0x40 | (bytes.length >> 8), bytes.length & 0xff, ...bytes)
}

function unwrap(vector) {
  return vector.subarray(vector[0] >> 6 === 0 ? 1 : 2)
}

function encodeMessage(wireformat, body) {
  return toHex(mls.encodeMlsMessage({ version: "mls10", wireformat, ...body }))
}

function decodeMessage(digits) {
  const decoded = mls.decodeMlsMessage(fromHex(digits), 0)
  if (decoded === undefined) throw new Error("not an MLSMessage")
  return decoded[0]
}

function knownPsks() {
  return makePskIndex(state, psks)
}

function externalPskId(id) {
  return { psktype: "external", pskId: fromHex(id), pskNonce: suite.rng.randomBytes(suite.kdf.size) }
}

async function joinExternal(groupInfo, pskIds, resync) {
  const extension = groupInfo.extensions.find((item) => item.extensionType === "external_pub")
  const { enc, secret: initSecret } = await exportSecret(unwrap(extension.extensionData), suite)
  let tree = ratchetTreeFromExtension(groupInfo)
  const { lifetimeConfig, authService } = defaultClientConfig
  const old = groupInfo.groupContext
  const fault = await validateRatchetTree(tree, old, lifetimeConfig, authService, old.treeHash, suite)
  if (fault !== undefined) throw fault
  const signer = getSignaturePublicKeyFromLeafIndex(tree, toLeafIndex(groupInfo.signer))
  if (!(await verifyGroupInfoSignature(groupInfo, signer, suite.signature))) throw new Error("group info's signature")

  const { leafNode } = keys.publicPackage
  const { signaturePrivateKey } = keys.privatePackage
  const own = toHex(leafNode.signaturePublicKey)
  const proposals = [{ proposalType: "external_init", externalInit: { kemOutput: enc } }]
  if (resync) {
    const at = tree.findIndex((node) => node?.nodeType === "leaf" && toHex(node.leaf.signaturePublicKey) === own)
    const former = nodeToLeafIndex(toNodeIndex(at))
    tree = removeLeafNode(tree, former)
    proposals.push({ proposalType: "remove", remove: { removed: former } })
  }
  const names = pskIds.map(externalPskId)
  proposals.push(...names.map((preSharedKeyId) => ({ proposalType: "psk", psk: { preSharedKeyId } })))

  const [grown, position] = addLeafNode(tree, leafNode)
  const leaf = nodeToLeafIndex(position)
  const [newTree, path, pathSecrets, leafKey] = await createUpdatePath(grown, leaf, old, signaturePrivateKey, suite)
  const ownPath = await toPrivateKeyPath(pathToPathSecrets(pathSecrets), leaf, suite)
  const top = pathSecrets.at(-1)
  const commitSecret = await getCommitSecret(newTree, toNodeIndex(top.nodeIndex), top.secret, suite.kdf)
  const zero = new Uint8Array(suite.kdf.size)
  const [pskSecret] = await accumulatePskSecret(names, makePskIndex(undefined, psks), suite, zero)

  const format = "mls_public_message"
  const commit = { proposals: proposals.map((proposal) => ({ proposalOrRefType: "proposal", proposal })), path }
  const { signature, framedContent } = await createContentCommitSignature(
    old, format, commit, { senderType: "new_member_commit" }, new Uint8Array(), signaturePrivateKey, suite.signature,
  )
  const treeHash = await treeHashRoot(newTree, suite.hash)
  const tag = groupInfo.confirmationTag
  const context = await nextEpochContext(old, format, framedContent, signature, treeHash, tag, suite.hash)
  const epoch = await initializeEpoch(initSecret, commitSecret, context, pskSecret, suite.kdf)
  const { confirmationKey, membershipKey } = epoch.keySchedule
  const confirmationTag = await createConfirmationTag(confirmationKey, context.confirmedTranscriptHash, suite.hash)
  state = {
    ratchetTree: newTree,
    groupContext: context,
    secretTree: await createSecretTree(leafWidth(newTree.length), epoch.encryptionSecret, suite.kdf),
    privatePath: updateLeafKey(ownPath, await suite.hpke.exportPrivateKey(leafKey)),
    confirmationTag,
    historicalReceiverData: new Map(),
    signaturePrivateKey,
    keySchedule: epoch.keySchedule,
    unappliedProposals: {},
    groupActiveState: { kind: "active" },
    clientConfig: defaultClientConfig,
  }
  const auth = { signature, confirmationTag, contentType: "commit" }
  const content = { content: framedContent, auth, wireformat: format }
  const publicMessage = await protectPublicMessage(membershipKey, context, content, suite)
  return encodeMessage(format, { publicMessage })
}

async function groupInfo() {
  const pair = await suite.hpke.deriveKeyPair(state.keySchedule.externalSecret)
  const external = await suite.hpke.exportPublicKey(pair.publicKey)
  const tree = encode(ratchetTreeEncoder)(state.ratchetTree)
  const unsigned = {
    groupContext: state.groupContext,
    extensions: [
      { extensionType: "external_pub", extensionData: wrap(external) },
      { extensionType: "ratchet_tree", extensionData: tree },
    ],
    confirmationTag: state.confirmationTag,
    signer: state.privatePath.leafIndex,
  }
  const signed = await signGroupInfo(unsigned, state.signaturePrivateKey, suite.signature)
  return encodeMessage("mls_group_info", { groupInfo: signed })
}

async function commit(extraProposals, wireAsPublicMessage) {
  const context = { state, cipherSuite: suite, pskIndex: knownPsks() }
  const made = await mls.createCommit(context, { wireAsPublicMessage, extraProposals, ratchetTreeExtension: true })
  previous = state
  state = made.newState
  const welcome = made.welcome && encodeMessage("mls_welcome", { welcome: made.welcome })
  return { message: toHex(mls.encodeMlsMessage({ version: "mls10", ...made.commit })), welcome }
}

const commands = {
  async keyPackage({ name, keepIdentity = false }) {
    const credential = { credentialType: "basic", identity: text.encode(name) }
    const now = BigInt(Math.floor(Date.now() / 1000)) // its own default lifetime has no end
    const lifetime = { notBefore: now - 3600n, notAfter: now + 86400n }
    const about = [credential, mls.defaultCapabilities(), lifetime, []]
    const pair = keepIdentity
      ? {
          signKey: keys.privatePackage.signaturePrivateKey,
          publicKey: keys.publicPackage.leafNode.signaturePublicKey,
        }
      : await newSignatureKey()
    keys = await mls.generateKeyPackageWithKey(...about, pair, suite)
    return { keyPackage: encodeMessage("mls_key_package", { keyPackage: keys.publicPackage }) }
  },
  async psk({ id, key }) {
    psks[mls.bytesToBase64(fromHex(id))] = fromHex(key)
    return {}
  },
  async create({ group }) {
    state = await mls.createGroup(fromHex(group), keys.publicPackage, keys.privatePackage, [], suite)
    return {}
  },
  async groupInfo() {
    return { groupInfo: await groupInfo() }
  },
  async joinExternal({ groupInfo, psks = [], resync = false }) {
    return { message: await joinExternal(decodeMessage(groupInfo).groupInfo, psks, resync) }
  },
  async joinWelcome({ welcome }) {
    const known = makePskIndex(undefined, psks)
    const message = decodeMessage(welcome).welcome
    state = await mls.joinGroup(message, keys.publicPackage, keys.privatePackage, known, suite)
    return {}
  },
  async commit({ adds = [], removes = [], psks = [], visible = false }) {
    return commit(
      [
        ...removes.map((removed) => ({ proposalType: "remove", remove: { removed } })),
        ...adds.map((item) => ({ proposalType: "add", add: { keyPackage: decodeMessage(item).keyPackage } })),
        ...psks.map((id) => ({ proposalType: "psk", psk: { preSharedKeyId: externalPskId(id) } })),
      ],
      visible,
    )
  },
  async undoCommit() {
    state = previous
    return {}
  },
  async process({ message }) {
    const decoded = decodeMessage(message)
    const accept = () => "accept"
    const result =
      decoded.wireformat === "mls_private_message"
        ? await mls.processPrivateMessage(state, decoded.privateMessage, knownPsks(), suite, accept)
        : await mls.processPublicMessage(state, decoded.publicMessage, knownPsks(), suite, accept)
    state = result.newState
    return result.kind === "applicationMessage" ? { data: toHex(result.message) } : {}
  },
  async protect({ data }) {
    const made = await mls.createApplicationMessage(state, fromHex(data), suite)
    state = made.newState
    return { message: encodeMessage("mls_private_message", { privateMessage: made.privateMessage }) }
  },
  async restart() {
    const [restored] = mls.decodeGroupState(mls.encodeGroupState(state), 0)
    state = { ...restored, clientConfig: state.clientConfig }
    return {}
  },
  async look() {
    const exported = await mls.mlsExporter(
      state.keySchedule.exporterSecret, "test", text.encode("context"), 32, suite,
    )
    return {
      epoch: Number(state.groupContext.epoch),
      authenticator: toHex(state.keySchedule.epochAuthenticator),
      exported: toHex(exported),
      leaf: state.privatePath.leafIndex,
      status: state.groupActiveState.kind,
    }
  },
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line)
  const start = performance.now()
  let answer
  try {
    answer = { ok: true, ...(await commands[request.do](request)) }
  } catch (error) {
    answer = { ok: false, error: `${error?.constructor?.name}: ${error?.message}` }
  }
  console.log(JSON.stringify({ ...answer, milliseconds: performance.now() - start }))
}
