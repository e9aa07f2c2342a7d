// What the harness adds to the page: an end of its own at the worker that the page has started.
(() => {
  const Worker = globalThis.Worker;
  let started;
  const worker = new Promise((resolve) => {
    started = resolve;
  });
  globalThis.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      started(calls(this));
    }
  };

  // the page counts its calls from one
  let count = 1e6;

  function calls(end) {
    const waiting = new Map();
    const caller = {
      told: () => undefined,
      call: (method, ...args) =>
        new Promise((resolve, reject) => {
          count += 1;
          waiting.set(count, { resolve, reject });
          end.postMessage({ type: "call", id: count, method, args });
        }),
    };
    end.addEventListener("message", ({ data }) => {
      if (data.type === "told") caller.told(data.what, data.args);
      if (data.type !== "answer" && data.type !== "failure") return;
      const { resolve, reject } = waiting.get(data.id) ?? {};
      waiting.delete(data.id);
      if (data.type === "answer") resolve?.(data.value);
      else reject?.(data.error);
    });
    end.start?.();
    return caller;
  }

  const tell = (fields) => globalThis.tellHarness(JSON.stringify(fields));
  const labels = new Map();
  const stored = new Map();
  let room;
  let view;

  function told(what, args) {
    if (what === "view") {
      [view] = args;
      const code = view.trouble?.code;
      if (code !== undefined) tell({ event: "trouble", code });
      return;
    }
    for (const item of args[0]) {
      if (item.kind === "notice" && item.what === "unreadable") {
        tell({ event: "unreadable", seq: item.seq, reason: item.reason });
      }
      if (item.kind !== "message" || item.seq === undefined) continue;
      stored.set(item.id, item.seq);
      tellStored(item.id);
    }
  }

  function tellStored(id) {
    const label = labels.get(id);
    const seq = stored.get(id);
    if (label === undefined || seq === undefined) return;
    labels.delete(id);
    tell({ event: "stored", label, seq, leaf: self() });
  }

  const self = () => view?.members.find((member) => member.isSelf)?.pseudonym ?? "";

  const commands = {
    rooms: async () => ({ rooms: await (await worker).call("rooms") }),
    create: async (wish) => ({ code: (await (await worker).call("create", wish)).code }),
    join: async (wish) => ({ code: (await (await worker).call("join", wish)).code }),
    open: async ({ code }) => {
      const { port } = await (await worker).call("resume", code);
      room = calls(port);
      room.told = told;
      await room.call("listen");
      return { code };
    },
    say: async ({ label, text, in_reply_to }) => {
      const id = await room.call("send", text, { inReplyTo: in_reply_to });
      labels.set(id, label);
      tellStored(id);
      return { id, leaf: self() };
    },
    // the page is not told where a change lies in the log
    change: async ({ what, message, text, sign }) => {
      const more = [text, sign].filter((one) => one !== undefined);
      await room.call(what, message, ...more);
      return { unknown: true };
    },
    do: async ({ what, new_key, remove, room_key, title }) => {
      if (what === "change_room_key") await room.call("changeRoomKey", new_key, remove);
      else if (what === "give_room_key") await room.call("giveRoomKey", room_key);
      else if (what === "set_title") await room.call("setTitle", title);
      else throw { code: "KeyError" };
      return {};
    },
    look: async () => {
      if (view === undefined) throw { code: "LookupError" };
      const { connection, safetyCode, members } = view;
      return {
        state: connection.state,
        waiting: connection.waiting,
        cursor: null,
        key_id: view.keyId,
        needs_room_key: view.needsRoomKey,
        pseudonym: self(),
        leaf: self(),
        epoch: safetyCode === undefined ? -1 : Number(safetyCode.epoch),
        authenticator: safetyCode === undefined ? "" : safetyCode.digits,
        statements: 0,
        has_pending: false,
        members: members.map((member) => member.pseudonym).sort(),
        title: view.title,
      };
    },
    timeline: async () => {
      const kept = JSON.parse(await room.call("exportTranscript", "json")).messages;
      const { items } = await room.call("history", 100_000);
      const messages = items.filter((item) => item.kind === "message" && item.seq !== undefined);
      const seqs = new Map(messages.map((item) => [item.id, item.seq]));
      return {
        kept: kept.map(({ id }) => seqs.get(id)),
        shown: messages.map((item) => [
          item.seq,
          item.id,
          item.sender.pseudonym,
          item.text,
          item.isDeleted ? null : (item.inReplyTo ?? null),
          item.isEdited,
          item.isDeleted,
          item.reactions
            .flatMap(({ sign, by }) => by.map(({ pseudonym }) => [pseudonym, sign]))
            .sort(),
        ]),
        on_page: [...document.querySelectorAll(".message-text")].map((text) => text.innerText.trim()),
      };
    },
    stop: async () => {
      await room?.call("close");
      room = undefined;
      view = undefined;
      return {};
    },
  };

  globalThis.faults = async (what, fields) => {
    try {
      return await commands[what](fields);
    } catch (error) {
      if (typeof error?.code === "string") return { error: error.code };
      return { crash: String(error?.stack ?? error) };
    }
  };
})();
