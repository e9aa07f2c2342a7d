import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { messages } from "../messages/messages.ts";
import { Button, IconButton } from "./button.tsx";
import { DialogVoices } from "./voices.tsx";

/**
 * Give a `dialog` what makes it modal: it is open as long as it is rendered, Escape and its backdrop
 * close it, and the focus returns when it goes.
 */
export function useModal(onClose: () => void) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    if (element && !element.open) element.showModal();
    return () => {
      element?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return {
    ref: dialog,
    onCancel: (event: Event): void => {
      event.preventDefault();
      onClose();
    },
    onClick: (event: MouseEvent): void => {
      if (event.target === event.currentTarget) onClose();
    },
  };
}

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** Buttons at its end. */
  readonly actions?: ComponentChildren;
  readonly isWide?: boolean;
}

/** A modal dialog under a title. */
export function Dialog({ title, onClose, children, actions, isWide = false }: DialogProps) {
  const id = useId();
  return (
    <dialog
      {...useModal(onClose)}
      class="dialog"
      data-wide={isWide || undefined}
      aria-labelledby={id}
    >
      <div class="dialog-inner">
        <div class="dialog-head">
          <h2 id={id}>{title}</h2>
          <IconButton icon="close" label={messages.value.common.close} onClick={onClose} />
        </div>
        {children}
        {actions && <div class="dialog-actions">{actions}</div>}
      </div>
      <DialogVoices />
    </dialog>
  );
}

interface ConfirmDialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** What the confirming button says: the deed, never "OK". */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Dialog
      title={props.title}
      onClose={props.onClose}
      actions={
        <>
          <Button onClick={props.onClose}>{messages.value.common.cancel}</Button>
          <Button kind="alarm" onClick={props.onConfirm}>
            {props.action}
          </Button>
        </>
      }
    >
      <p>{props.children}</p>
    </Dialog>
  );
}
