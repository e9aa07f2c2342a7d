import type { ComponentChildren, Ref } from "preact";
import { Icon, type IconName } from "./icon.tsx";

export interface ButtonProps {
  readonly children: ComponentChildren;
  /** `primary` once a screen; `brass` for what handles a secret. */
  readonly kind?: "plain" | "primary" | "quiet" | "alarm" | "brass";
  readonly type?: "button" | "submit";
  readonly icon?: IconName;
  /** Keeps the focus where it is, unlike `disabled` of HTML, and does nothing when pressed. */
  readonly isDisabled?: boolean;
  readonly isWide?: boolean;
  /** Whether Tab comes to it; arrow keys or a list around it do otherwise. */
  readonly isTabStop?: boolean;
  readonly onClick?: (event: MouseEvent) => void;
  readonly buttonRef?: Ref<HTMLButtonElement>;
}

export function Button(props: ButtonProps) {
  const { kind = "plain", type = "button", isDisabled = false, isWide = false } = props;
  return (
    <button
      ref={props.buttonRef ?? null}
      type={type}
      class="button"
      data-kind={kind}
      data-wide={isWide || undefined}
      aria-disabled={isDisabled || undefined}
      tabIndex={props.isTabStop === false ? -1 : undefined}
      onClick={(event) => {
        if (isDisabled) event.preventDefault();
        else props.onClick?.(event);
      }}
    >
      {props.icon && <Icon name={props.icon} size={18} />}
      <span>{props.children}</span>
    </button>
  );
}

interface IconButtonProps {
  readonly icon: IconName;
  /** What it does, for screen readers and as a tooltip. */
  readonly label: string;
  readonly isTabStop?: boolean;
  readonly onClick?: (event: MouseEvent) => void;
  readonly buttonRef?: Ref<HTMLButtonElement>;
}

export function IconButton({ icon, label, isTabStop, onClick, buttonRef }: IconButtonProps) {
  return (
    <button
      ref={buttonRef ?? null}
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      tabIndex={isTabStop === false ? -1 : undefined}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
