import { signal } from "@preact/signals";

const said = signal({ text: "", turn: 0 });

/** Have a screen reader say `text` when it is done with what it is saying. */
export function announce(text: string): void {
  said.value = { text, turn: said.peek().turn + 1 };
}

/** The polite live region; once in the page. The key makes the same words heard again. */
export function Announcer() {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      <span key={said.value.turn}>{said.value.text}</span>
    </div>
  );
}
