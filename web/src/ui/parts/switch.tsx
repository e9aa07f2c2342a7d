import { useId } from "preact/hooks";

interface SwitchProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly hint?: string;
}

/** Something that is on or off, at once. */
export function Switch({ label, isOn, onChange, hint }: SwitchProps) {
  const id = useId();
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={isOn}
        aria-checked={isOn}
        aria-labelledby={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span id={id}>{label}</span>
      {hint && (
        <span class="field-hint switch-hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </label>
  );
}
