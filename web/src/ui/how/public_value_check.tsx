import { useEffect, useState } from "preact/hooks";
import { findPrivateKey, isWithinReach } from "../../dh/eavesdropper.ts";
import { checkPublicValue } from "../../dh/exchange.ts";
import type { Group } from "../../dh/group.ts";
import { refusal } from "../../dh/refusal.ts";
import { Button } from "../parts/button.tsx";
import { TextField } from "../parts/text_field.tsx";
import { problemText } from "./problem_text.ts";
import { howTexts } from "./texts.ts";
import { problemOfText, readNumber } from "./toy.ts";

/** A public number of one's own, which Alice takes or refuses. */
export function PublicValueCheck({ group }: { group: Group }) {
  const t = howTexts.value;
  const words = t.powers.check;
  const [text, setText] = useState("22");
  const [sent, setSent] = useState<string>();
  useEffect(() => setSent(undefined), [group]);

  const value = sent === undefined ? undefined : readNumber(sent);
  const problem =
    sent === undefined
      ? undefined
      : (problemOfText(sent) ?? refusal(() => checkPublicValue(group, value ?? 0n)));
  const isTaken = value !== undefined && problem === undefined;
  const exponent = isTaken && isWithinReach(group) ? String(findPrivateKey(group, value)) : "";
  return (
    <form
      class="how-check"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setSent(text);
      }}
    >
      <h3>{words.title}</h3>
      <p>{words.lead}</p>
      <div class="how-check-line">
        <TextField
          label={words.label}
          value={text}
          hint={words.try}
          isMono
          error={problem && problemText(t, problem, String(group.p))}
          onInput={(typed) => {
            setText(typed);
            setSent(undefined);
          }}
        />
        <div class="how-controls">
          <Button type="submit">{words.action}</Button>
        </div>
      </div>
      <p role="status">{isTaken && words.fine(String(value), exponent)}</p>
    </form>
  );
}
