import type { RoomView } from "../../../client/service.ts";
import { messages } from "../../messages/messages.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { useSafetyWords } from "./use_safety_words.ts";
import "../../styles/room/safety.css";

/** The code that everybody in the room sees alike, and what to do with it. */
export function SafetyCodeDialog({ view, onClose }: { view: RoomView; onClose: () => void }) {
  const t = messages.value.tools.safety;
  const code = view.safetyCode;
  const words = useSafetyWords(code);
  return (
    <Dialog title={t.title} onClose={onClose}>
      {code ? (
        <>
          <dl class="safety">
            <dt class="visually-hidden">{t.words}</dt>
            <dd>
              <ol class="safety-words" lang="en">
                {words?.map((word, place) => (
                  <li key={`${place} ${word}`}>{word}</li>
                ))}
              </ol>
            </dd>
            <dt class="visually-hidden">{t.digits}</dt>
            <dd class="safety-digits">
              {code.digits.split(" ").map((group, place) => (
                <span key={`${place} ${group}`}>{group} </span>
              ))}
            </dd>
          </dl>
          <p>{t.compare}</p>
          <p>{t.same}</p>
          <p>{t.different}</p>
          <p class="soft small">{t.changes}</p>
        </>
      ) : (
        <p>{t.none}</p>
      )}
    </Dialog>
  );
}
