import { describe, expect, it } from "vitest";
import { messageItem } from "../../../src/ui/dev/fake_timeline.ts";
import { byteLength, Draft, draftOf, dropDraft } from "../../../src/ui/room/draft.ts";

const sender = { pseudonym: "aa", name: "Ada" };
const item = messageItem({ id: "a", seq: 1, time: 0, sender, text: "as it was" });

function writing(text: string): Draft {
  const draft = new Draft();
  draft.text.value = text;
  return draft;
}

describe("a draft", () => {
  it("is given back after an edit, whether that was saved or given up", () => {
    for (const end of ["finish", "cancel"] as const) {
      const draft = writing("half a thought");
      draft.reply(item);
      draft.edit(item);
      expect(draft.text.value).toBe("as it was");
      draft[end]();
      expect(draft.text.value).toBe("half a thought");
      expect(draft.target.value.kind).toBe("reply");
    }
  });

  it("keeps its text when it becomes an answer, and when it is none any more", () => {
    const draft = writing("half a thought");
    draft.reply(item);
    draft.cancel();
    expect([draft.text.value, draft.target.value.kind]).toEqual(["half a thought", "new"]);
  });

  it("is empty once it was sent; how long messages last stays chosen", () => {
    const draft = writing("done");
    draft.expiresAfter.value = 60;
    draft.reply(item);
    draft.finish();
    expect([draft.text.value, draft.target.value.kind]).toEqual(["", "new"]);
    expect(draft.expiresAfter.value).toBe(60);
  });

  it("gives up one edit for another without losing what was written before both", () => {
    const draft = writing("half a thought");
    draft.edit(item);
    draft.edit({ ...item, id: "b", text: "another" });
    expect(draft.text.value).toBe("another");
    draft.cancel();
    expect(draft.text.value).toBe("half a thought");
  });

  it("belongs to its room until that is given up", () => {
    draftOf("ROOM").text.value = "later";
    expect(draftOf("ROOM").text.value).toBe("later");
    expect(draftOf("OTHER").text.value).toBe("");
    dropDraft("ROOM");
    expect(draftOf("ROOM").text.value).toBe("");
  });
});

it("bytes are those of UTF-8", () => {
  expect(["a", "é", "林", "👍"].map(byteLength)).toEqual([1, 2, 3, 4]);
});
