import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { messages } from "../messages/messages.ts";
import { Button, IconButton } from "./button.tsx";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

const toasts = signal<readonly Toast[]>([]);
let count = 0;

const SHOWN_MS = 6000;

/** Say something in passing; with an action it stays until it is answered. */
export function toast(text: string, action?: Toast["action"]): void {
  count += 1;
  toasts.value = [
    ...toasts.value.filter((other) => other.text !== text),
    { id: count, text, ...(action && { action }) },
  ];
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((other) => other.id !== id);
}

/** Where toasts appear; once in the page. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((shown) => (
        <ToastView key={shown.id} shown={shown} />
      ))}
    </div>
  );
}

function ToastView({ shown }: { shown: Toast }) {
  const { id, text, action } = shown;
  useEffect(() => {
    if (action) return;
    const timer = setTimeout(() => dismiss(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, action]);
  return (
    <div class="toast">
      <span>{text}</span>
      {action && (
        <Button
          kind="quiet"
          onClick={() => {
            dismiss(id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton icon="close" label={messages.value.common.close} onClick={() => dismiss(id)} />
    </div>
  );
}
