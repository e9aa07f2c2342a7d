import type { ComponentChildren, Ref } from "preact";
import { useId } from "preact/hooks";

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly hint?: ComponentChildren;
  /** Why the value cannot be used; said at once by screen readers. */
  readonly error?: string | undefined;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly isMono?: boolean;
  readonly isRequired?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
  readonly onPaste?: (event: ClipboardEvent) => void;
}

/** One line of text with its label, hint and error. The browser neither completes nor corrects it. */
export function TextField(props: TextFieldProps) {
  const id = useId();
  const hintId = props.hint ? `${id}-hint` : "";
  const errorId = props.error ? `${id}-error` : "";
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {props.label}
      </label>
      <input
        ref={props.inputRef ?? null}
        id={id}
        class="input"
        type="text"
        dir="auto"
        value={props.value}
        placeholder={props.placeholder}
        maxLength={props.maxLength}
        data-mono={props.isMono || undefined}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-required={props.isRequired || undefined}
        aria-invalid={props.error ? true : undefined}
        aria-describedby={`${errorId} ${hintId}`.trim() || undefined}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        onPaste={props.onPaste}
      />
      {props.error && <FieldError id={errorId}>{props.error}</FieldError>}
      {props.hint && (
        <p class="field-hint" id={hintId}>
          {props.hint}
        </p>
      )}
    </div>
  );
}

export function FieldError({ id, children }: { id: string; children: ComponentChildren }) {
  return (
    <p class="field-error" id={id} role="alert">
      {children}
    </p>
  );
}
