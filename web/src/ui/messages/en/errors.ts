/** What happened and what to do, by the code of the error; a code without an entry speaks for itself. */
export const errors = {
  error: { sentence: "Something went wrong.", nextStep: "Try again." },
  malformed: {
    sentence: "The server sent something that cannot be read.",
    nextStep: "Reload the page to have the current version.",
  },
  crypto: {
    sentence: "A cryptographic check failed.",
    nextStep: "Do not trust the message; ask for it to be sent again.",
  },
  bad_signature: {
    sentence: "A signature is not valid.",
    nextStep: "Do not trust the message; ask for it to be sent again.",
  },
  decryption_failed: {
    sentence: "A message could not be decrypted.",
    nextStep: "Ask for it to be sent again.",
  },
  invalid_key: {
    sentence: "A cryptographic key is not valid.",
    nextStep: "Do not trust the message; ask for it to be sent again.",
  },
  unsupported_suite: {
    sentence: "This room uses cryptography that this version does not know.",
    nextStep: "Reload the page to have the current version.",
  },
  mls: { sentence: "The group refused a message.", nextStep: "Join again if this goes on." },
  mls_validation: {
    sentence: "A message of the group breaks the protocol's rules.",
    nextStep: "Join again if this goes on.",
  },
  wrong_epoch: {
    sentence: "This message belongs to another state of the group.",
    nextStep: "Join again if this goes on.",
  },
  generation_consumed: {
    sentence: "This message came a second time, or too late.",
    nextStep: "There is nothing to do.",
  },
  sending_exhausted: {
    sentence: "The room must be stored before more is sent.",
    nextStep: "Wait a moment, then try again.",
  },
  own_message: {
    sentence: "This message was sent from here.",
    nextStep: "There is nothing to do.",
  },
  not_a_member: {
    sentence: "You are no longer in this room.",
    nextStep: "Join again with the room code and the current room key.",
  },
  refused: { sentence: "The server refused the request.", nextStep: "Try again." },
  malformed_request: {
    sentence: "The server did not understand the request.",
    nextStep: "Reload the page to have the current version.",
  },
  unknown_event: {
    sentence: "The server does not know this request.",
    nextStep: "Reload the page to have the current version.",
  },
  unsupported_version: {
    sentence: "This server speaks another version of the protocol.",
    nextStep: "Reload the page to have the current version.",
  },
  wrong_room_key: {
    sentence: "Wrong room key, or no such room.",
    nextStep: "Check the code and the key with whoever gave them to you.",
  },
  not_admitted: {
    sentence: "This connection is not in the room.",
    nextStep: "Reload the page.",
  },
  epoch_conflict: {
    sentence: "Somebody else changed the room at the same moment.",
    nextStep: "Wait a moment: it is tried again by itself.",
  },
  stale_epoch: {
    sentence: "The room changed before the message arrived.",
    nextStep: "Wait a moment: it is sent again by itself.",
  },
  too_large: { sentence: "This is too large to send.", nextStep: "Send it in smaller parts." },
  rate_limited: {
    sentence: "Too many tries in a short time.",
    nextStep: "Wait a minute, then try again.",
  },
  room_full: {
    sentence: "This room is full.",
    nextStep: "Ask somebody in the room to make space.",
  },
  room_locked: {
    sentence: "This room is locked: nobody new comes in.",
    nextStep: "Ask a host of the room to unlock it, then try again.",
  },
  too_many_rooms: {
    sentence: "This server takes no more rooms.",
    nextStep: "Ask whoever runs it, or use another server.",
  },
  too_many_connections: {
    sentence: "This server takes no more connections.",
    nextStep: "Close other windows that use it, or try again in a minute.",
  },
  connection_full: {
    sentence: "This connection is in as many rooms as it may be.",
    nextStep: "Open the room in another window.",
  },
  room_closed: { sentence: "This room was closed.", nextStep: "Create a new room." },
  storage_full: {
    sentence: "The server's disk is full; nothing was stored.",
    nextStep: "It is sent again by itself. Tell whoever runs the server.",
  },
  relay_fault: {
    sentence: "The server failed.",
    nextStep: "Try again; if it goes on, tell whoever runs it.",
  },
  relay_unreachable: {
    sentence: "The server does not answer.",
    nextStep: "Check your connection, then try again.",
  },
  worker_failed: {
    sentence: "This page has stopped working.",
    nextStep: "Reload it: nothing that was stored is lost.",
  },
  relay_inconsistent: {
    sentence:
      "What the server shows of this room does not add up: something was left out, changed or taken back.",
    nextStep: "Compare safety codes with the others over another way, and tell whoever runs it.",
  },
  ghost_member: {
    sentence: "The server shows a member who does not know the room key.",
    nextStep: "Do not use this room on this server.",
  },
  policy_violation: {
    sentence: "A change to the room was refused: its sender may not make it.",
    nextStep: "Tell the room's host.",
  },
  room_broken: {
    sentence: "Somebody in the room sent a change that cannot be followed.",
    nextStep: "It is undone as soon as a host of the room is online; what you write waits.",
  },
  change_undone: {
    sentence:
      "A member sent a change that nobody could follow. It was undone, and the member removed.",
    nextStep: "Change the room key, so that whoever sent it does not come back.",
  },
  room_key_needed: {
    sentence: "The room key was changed, and this device does not know the new one.",
    nextStep: "Ask somebody in the room for the new room key, and give it here.",
  },
  room_key_unacceptable: {
    sentence: "This room key cannot be used.",
    nextStep: "Make a new one, or type at least eight characters.",
  },
  exchange_refused: {
    sentence: "No safe exchange can be made with these numbers.",
    nextStep: "Choose other numbers, or one of the named groups.",
  },
  state: {
    sentence: "What this browser keeps of the room cannot be used.",
    nextStep: "Forget the room here, then join again with its code and key.",
  },
  state_corrupt: {
    sentence: "What this browser keeps of the room is damaged.",
    nextStep: "Forget the room here, then join again with its code and key.",
  },
  state_locked: {
    sentence: "This room is open in another window.",
    nextStep: "Close it there first.",
  },
  state_full: {
    sentence: "This device has no space left; nothing was sent.",
    nextStep: "Free some space, then try again.",
  },
};
