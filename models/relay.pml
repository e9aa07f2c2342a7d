/*
 * Delivery as docs/protocol/delivery.md and group.md have it: one room, one relay, two clients.
 * README.md says what is modelled and what is not, what must hold, and which macro seeds which fault.
 */

#ifndef MESSAGES
#define MESSAGES 1 /* that each client sends, three at most; each commits once, too */
#endif
#ifndef FAULTS
#define FAULTS 2 /* in all: restarts of the relay, cut connections or killed clients, lost pushes */
#endif

/* Seeded faults. */
#ifndef CHECK_THEN_ACT
#define CHECK_THEN_ACT 0
#endif
#ifndef NO_DEDUPLICATION
#define NO_DEDUPLICATION 0
#endif
#ifndef NO_GAP_CHECK
#define NO_GAP_CHECK 0
#endif
#ifndef ACKNOWLEDGE_BEFORE_WRITE
#define ACKNOWLEDGE_BEFORE_WRITE 0
#endif
#ifndef APPLY_BEFORE_ACCEPTANCE
#define APPLY_BEFORE_ACCEPTANCE 0
#endif
#ifndef RETRY_ANEW
#define RETRY_ANEW 0
#endif
#ifndef ANY_EPOCH
#define ANY_EPOCH 0
#endif
#ifndef FORGET_HEAD
#define FORGET_HEAD 0
#endif
#ifndef HEAD_BEFORE_PUSHES
#define HEAD_BEFORE_PUSHES 0
#endif

#define CLIENTS 2
#define TRIES (CLIENTS + RETRY_ANEW * FAULTS) /* to commit once: each other client can win once */
#define PLACES (CLIENTS * (MESSAGES + 1))

/* Request ids: those of a client's messages, then those of its tries to commit. */
#define OF_CLIENT (MESSAGES + TRIES)
#define MESSAGE(client, number) ((client) * OF_CLIENT + (number))
#define COMMIT(client, try) ((client) * OF_CLIENT + MESSAGES + (try))
#define SENDER(id) ((id) / OF_CLIENT)
#define IS_COMMIT(id) ((id) % OF_CLIENT >= MESSAGES)

#define BIT(number) (1 << (number))
#define BELOW(number) (BIT(number) - 1)

/* ---- what must hold ---- */

hidden byte no_acknowledged_envelope_is_lost = 1, no_envelope_is_doubled = 1,
  the_sequence_is_dense = 1, one_commit_ends_an_epoch = 1, own_commits_wait_to_be_accepted = 1,
  own_envelopes_are_known = 1, every_envelope_opens = 1, only_what_is_on_disk_is_read = 1,
  both_converge = 1;

/* Spin names the one that was violated; with PROPERTY only that one is looked at. */
inline must(property, condition) {
  property = (condition);
#ifdef PROPERTY
  assert(PROPERTY)
#else
  assert(property)
#endif
}

/* ---- the state ---- */

mtype:step = { NOTHING, ASKED, CHECKED, PLACED, ANSWERED };
mtype:verdict = { ACCEPTED, REPEATED, REFUSED };

typedef Request {
  mtype:step step = NOTHING;
  byte id, epoch;
  mtype:verdict verdict = REFUSED;
  byte seq /* its place in the log, from 1 */
}

/* Of client c: request[c] on its connection, request[LATE(c)] on one that it has given up. */
Request request[2 * CLIENTS];
#define LATE(c) (CLIENTS + (c))

/* The relay's log: as the open transaction has it, and how much of it is on disk. */
byte log_id[PLACES], log_epoch[PLACES];
byte written, on_disk, room_epoch, epoch_on_disk;

short logged, acknowledged; /* sets of request ids */
byte faults = FAULTS;

/* On a client's disk is all but what the last five say. */
typedef Client {
  byte cursor, epoch;
  byte sent;   /* messages of its own that it has found in the log */
  byte sealed; /* 1 + the epoch for which its next message is sealed, or 0 */
  bool has_pending, has_committed;
  byte tries;  /* commits of its own that lost their epoch */
  short shown; /* the set of messages that it has shown */

  bool connected = true;
  byte head;     /* where it knows the log to end */
  byte inbox;    /* the set of places behind a gap whose envelopes it has */
  byte flight;   /* the set of places whose envelopes are being pushed to it */
  bool is_stale, /* it was told that its epoch is over */
    is_behind    /* a push was lost on this connection */
#if HEAD_BEFORE_PUSHES
  bool is_resuming
#endif
}
Client client[CLIENTS];

hidden byte i, taken; /* of no meaning between two steps */

#define ALL_MESSAGES (BELOW(MESSAGES) | (BELOW(MESSAGES) << OF_CLIENT))
#define IS_QUIET(c) (request[c].step == NOTHING && request[LATE(c)].step == NOTHING \
  && client[c].flight == 0)
#define HAS_ALL(c) (client[c].connected && client[c].has_committed && client[c].sent == MESSAGES \
  && client[c].cursor == written && client[c].epoch == room_epoch \
  && client[c].shown == ALL_MESSAGES)
#define AT_REST (on_disk == written && IS_QUIET(0) && IS_QUIET(1) && HAS_ALL(0) && HAS_ALL(1))

ltl converges { <> [] AT_REST }

/* ---- the relay ---- */

inline clear(r) {
  request[r].step = NOTHING;
  request[r].id = 0;
  request[r].epoch = 0;
  request[r].verdict = REFUSED;
  request[r].seq = 0
}

/* Is it a repetition, is it for the room's epoch, and which place would it get? */
inline check(r) {
  if
  :: !NO_DEDUPLICATION && (logged & BIT(request[r].id)) ->
    request[r].verdict = REPEATED;
    for (i : 0 .. PLACES - 1) {
      if
      :: i < written && log_id[i] == request[r].id -> request[r].seq = i + 1
      :: else
      fi
    }
  :: else ->
    if
    :: request[r].epoch != room_epoch && (!ANY_EPOCH || IS_COMMIT(request[r].id)) ->
      request[r].verdict = REFUSED
    :: else ->
      request[r].verdict = ACCEPTED;
      request[r].seq = written + 1
    fi
  fi;
  request[r].step = CHECKED
}

inline append(r) {
  must(no_envelope_is_doubled, !(logged & BIT(request[r].id)));
  must(the_sequence_is_dense, request[r].seq == written + 1);
  if
  :: IS_COMMIT(request[r].id) ->
    must(one_commit_ends_an_epoch, request[r].epoch == room_epoch);
    room_epoch++
  :: else
  fi;
  logged = logged | BIT(request[r].id);
  log_id[written] = request[r].id;
  log_epoch[written] = request[r].epoch;
  written++
}

inline push(c, place) {
  if
  :: client[c].connected -> client[c].flight = client[c].flight | BIT(place)
  :: else
  fi
}

/* Push to all other connections, and answer this one if it is still there. */
inline answer(r) {
  if
  :: request[r].verdict == ACCEPTED ->
    push(1 - r % CLIENTS, request[r].seq - 1);
    if
    :: r >= CLIENTS -> push(r % CLIENTS, request[r].seq - 1)
    :: else
    fi
  :: else
  fi;
  if
  :: r < CLIENTS -> request[r].step = ANSWERED
  :: else -> clear(r)
  fi
}

inline act(r) {
  if
  :: request[r].verdict == ACCEPTED -> append(r)
  :: else
  fi;
  request[r].step = PLACED;
  if
  :: ACKNOWLEDGE_BEFORE_WRITE || on_disk == written -> answer(r)
  :: else
  fi
}

inline answer_placed(r) {
  if
  :: request[r].step == PLACED -> answer(r)
  :: else
  fi
}

/* One transaction holds all that was placed since the one before. */
inline sync() {
  on_disk = written;
  epoch_on_disk = room_epoch;
  answer_placed(0);
  answer_placed(1);
  answer_placed(LATE(0));
  answer_placed(LATE(1))
}

inline disconnect(c) {
  client[c].connected = false;
  client[c].head = client[c].cursor;
  client[c].inbox = 0;
  client[c].flight = 0;
  client[c].is_stale = false;
  client[c].is_behind = false
}

inline restart() {
  faults--;
  for (i : 0 .. PLACES - 1) {
    if
    :: on_disk <= i && i < written ->
      must(no_acknowledged_envelope_is_lost, !(acknowledged & BIT(log_id[i])));
      logged = logged & ~BIT(log_id[i]);
      log_id[i] = 0;
      log_epoch[i] = 0
    :: else
    fi
  }
  written = on_disk;
  room_epoch = epoch_on_disk;
  clear(0);
  clear(1);
  clear(LATE(0));
  clear(LATE(1));
  disconnect(0);
  disconnect(1)
}

#if CHECK_THEN_ACT
#define SERVE(r) \
  :: d_step { request[r].step == ASKED -> check(r) } \
  :: d_step { request[r].step == CHECKED -> act(r) }
#else
#define SERVE(r) \
  :: d_step { request[r].step == ASKED -> check(r); act(r) }
#endif

active proctype relay() {
end:
  do
  SERVE(0)
  SERVE(1)
  SERVE(LATE(0))
  SERVE(LATE(1))
  :: d_step { on_disk < written -> sync() }
  :: d_step { faults > 0 -> restart() }
  od
}

/* ---- a client ---- */

#define ME client[me]
#define MINE request[me]
#define IS_FREE (ME.connected && MINE.step == NOTHING)
#define HAS_GAP (ME.cursor < ME.head)
/* It has taken all it knows of, as it does before it asks for anything. */
#define IS_READY (IS_FREE && !HAS_GAP && !ME.is_stale)

inline apply_own_commit() {
  must(own_commits_wait_to_be_accepted, logged & BIT(COMMIT(me, ME.tries)));
  ME.epoch++
}

inline take_commit(id) {
  if
  :: SENDER(id) == me ->
    must(own_envelopes_are_known, ME.has_pending && id == COMMIT(me, ME.tries));
    apply_own_commit();
    ME.has_committed = true
  :: else ->
    ME.tries = ME.tries + ME.has_pending;
    ME.epoch++
  fi;
  ME.has_pending = false;
  ME.sealed = 0;
  ME.is_stale = false
}

inline take_message(id, epoch_there) {
  must(no_envelope_is_doubled, !(ME.shown & BIT(id)));
  ME.shown = ME.shown | BIT(id);
  if
  :: SENDER(id) == me ->
    must(own_envelopes_are_known, ME.sealed == epoch_there + 1);
    ME.sealed = 0;
    ME.sent++
  :: else
  fi
}

/* One transaction of the client's store: the group, the cursor, what is shown. */
inline take(place) {
  must(only_what_is_on_disk_is_read, place < on_disk);
  if
  :: APPLY_BEFORE_ACCEPTANCE && ME.has_pending && log_id[place] == COMMIT(me, ME.tries) ->
    ME.has_pending = false;
    ME.has_committed = true
  :: else ->
    must(every_envelope_opens, log_epoch[place] == ME.epoch);
    if
    :: IS_COMMIT(log_id[place]) -> take_commit(log_id[place])
    :: else -> take_message(log_id[place], log_epoch[place])
    fi
  fi;
  ME.cursor = place + 1;
  ME.inbox = ME.inbox & ~BELOW(ME.cursor)
}

/* Have an envelope at hand, and take what comes next, as far as it is there. */
inline receive(place) {
  if
  :: place >= ME.cursor ->
    ME.inbox = ME.inbox | BIT(place);
    ME.head = (ME.head > place -> ME.head : place + 1);
#if NO_GAP_CHECK
    take(place)
#else
    do
    :: ME.inbox & BIT(ME.cursor) -> taken = ME.cursor; take(taken)
    :: else -> break
    od
#endif
  :: else
  fi
}

/* Choose one that is being pushed. */
inline choose() {
  i = 0;
  do
  :: ME.flight & BIT(i) -> break
  :: ME.flight >> (i + 1) -> i++
  od;
  ME.flight = ME.flight & ~BIT(i)
}

/* In pages of one envelope, between which anything may happen. */
inline pull() {
  ME.head = on_disk;
  receive(ME.cursor)
}

inline ask(what, for_epoch) {
  MINE.step = ASKED;
  MINE.id = what;
  MINE.epoch = for_epoch
}

inline ask_commit() {
  if
  :: APPLY_BEFORE_ACCEPTANCE && !ME.has_pending -> apply_own_commit()
  :: else
  fi;
  ask(COMMIT(me, ME.tries), ME.epoch - APPLY_BEFORE_ACCEPTANCE);
  ME.has_pending = true
}

inline ask_message() {
  ME.sealed = ME.epoch + 1;
  ask(MESSAGE(me, ME.sent), ME.epoch)
}

inline take_answer() {
  if
  :: MINE.verdict == REFUSED -> ME.is_stale = (MINE.epoch == ME.epoch)
  :: else ->
    acknowledged = acknowledged | BIT(MINE.id);
    receive(MINE.seq - 1)
  fi;
  clear(me)
}

/* What is on its way is lost, but the relay may have a request already, and goes on with it. */
inline cut() {
  faults = faults - !ME.is_behind;
  disconnect(me);
#if RETRY_ANEW
  ME.tries = ME.tries + ME.has_pending;
  ME.has_pending = false;
#endif
  if
  :: MINE.step == NOTHING || MINE.step == ASKED || MINE.step == ANSWERED
  :: MINE.step == ASKED || MINE.step == CHECKED || MINE.step == PLACED ->
    request[LATE(me)].step = MINE.step;
    request[LATE(me)].id = MINE.id;
    request[LATE(me)].epoch = MINE.epoch;
    request[LATE(me)].verdict = MINE.verdict;
    request[LATE(me)].seq = MINE.seq
  fi;
  clear(me)
}
/* A push that is lost costs the connection, sooner or later. */
#define MAY_BE_CUT \
  (ME.connected && (faults > 0 || ME.is_behind) && request[LATE(me)].step == NOTHING)

#define THE_HEAD (FORGET_HEAD -> ME.head : on_disk)
#if HEAD_BEFORE_PUSHES
#define RESUME \
  :: d_step { !ME.connected && !ME.is_resuming -> ME.head = THE_HEAD; ME.is_resuming = true } \
  :: d_step { !ME.connected && ME.is_resuming -> ME.connected = true; ME.is_resuming = false }
#else
#define RESUME \
  :: d_step { !ME.connected -> ME.head = THE_HEAD; ME.connected = true }
#endif

proctype member(byte me) {
end:
  do
  :: d_step { IS_READY && !ME.has_committed -> ask_commit() }
  :: d_step { IS_READY && ME.sent < MESSAGES -> ask_message() }
  :: d_step { MINE.step == ANSWERED -> take_answer() }
  :: atomic { ME.flight -> choose(); d_step { receive(i) } }
  :: d_step { IS_FREE && (HAS_GAP || ME.is_stale) -> pull() }
  :: atomic { ME.flight && faults > 0 -> choose(); faults--; ME.is_behind = true }
  :: atomic { MAY_BE_CUT -> cut() }
  RESUME
  od
}

/* Nothing more can happen. */
active proctype monitor() {
  timeout -> must(both_converge, AT_REST)
}

init {
  atomic {
    run member(0);
    run member(1)
  }
}
