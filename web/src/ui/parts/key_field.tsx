import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Strength } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";
import { Button } from "./button.tsx";
import { CopyButton } from "./copy_button.tsx";
import { Icon } from "./icon.tsx";
import { StrengthMeter } from "./strength_meter.tsx";
import { FieldError } from "./text_field.tsx";

interface KeyFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly hint?: ComponentChildren;
  /** Whether the hint warns of a secret. */
  readonly isSecretHint?: boolean;
  readonly error?: string | undefined;
  readonly isShownAtFirst?: boolean;
  readonly strength?: Strength | undefined;
  /** Makes a new key; without it the field offers neither that nor copying. */
  readonly onRegenerate?: () => void;
  readonly placeholder?: string;
  /** A change of this number takes the focus to the field. */
  readonly focusTurn?: number;
}

/** A room key: hidden or shown, in brass. A shown key wraps, as six words are wider than a phone. */
export function KeyField(props: KeyFieldProps) {
  const t = messages.value;
  const id = useId();
  const [isShown, setShown] = useState(props.isShownAtFirst ?? false);
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  useEffect(() => {
    if (props.focusTurn) input.current?.focus();
  }, [props.focusTurn]);

  const hintId = props.hint ? `${id}-hint` : "";
  const errorId = props.error ? `${id}-error` : "";
  const attributes = {
    ref: input,
    id,
    class: "input",
    value: props.value,
    placeholder: props.placeholder,
    // Suggestions and correction would send or keep what is typed; a generated key is no password.
    autocomplete: "off",
    autocapitalize: "none",
    autocorrect: "off",
    spellcheck: false,
    "aria-invalid": props.error ? true : undefined,
    "aria-describedby": `${errorId} ${hintId}`.trim() || undefined,
    onInput: (event: { currentTarget: { value: string } }) =>
      props.onInput(event.currentTarget.value.replace(/[\r\n]+/g, " ")),
  } as const;

  return (
    <div class="field key-field">
      <label class="field-label key-field-label" for={id}>
        <Icon name="key" size={18} />
        {props.label}
      </label>
      {isShown ? (
        <textarea {...attributes} rows={1} dir="auto" onKeyDown={submitOnEnter} />
      ) : (
        <input {...attributes} type="password" />
      )}
      {props.error && <FieldError id={errorId}>{props.error}</FieldError>}
      <div class="key-field-below">
        <StrengthMeter strength={props.strength} />
        <div class="key-field-tools">
          <Button kind="quiet" icon={isShown ? "eyeOff" : "eye"} onClick={() => setShown(!isShown)}>
            {isShown ? t.common.hide : t.common.show}
          </Button>
          {props.onRegenerate && (
            <>
              <CopyButton kind="quiet" text={props.value} />
              <Button kind="quiet" icon="renew" onClick={props.onRegenerate}>
                {t.home.key.regenerate}
              </Button>
            </>
          )}
        </div>
      </div>
      {props.hint && (
        <p class="field-hint" data-secret={props.isSecretHint || undefined} id={hintId}>
          {props.hint}
        </p>
      )}
    </div>
  );
}

function submitOnEnter(event: KeyboardEvent & { currentTarget: HTMLTextAreaElement }): void {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  event.currentTarget.form?.requestSubmit();
}
