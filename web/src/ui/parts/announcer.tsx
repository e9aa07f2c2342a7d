import { signal } from "@preact/signals";

const said = signal({ text: "", turn: 0 });

const HEARD_MS = 5000;

/** Have a screen reader say `text` when it is done with what it is saying; then it is dropped. */
export function announce(text: string): void {
  const turn = said.peek().turn + 1;
  said.value = { text, turn };
  setTimeout(() => {
    if (said.peek().turn === turn) said.value = { text: "", turn };
  }, HEARD_MS);
}

/** The polite live region; once in the page. The key makes the same words heard again. */
export function Announcer() {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      <span key={said.value.turn}>{said.value.text}</span>
    </div>
  );
}
