import { useEffect, useRef, useState } from "preact/hooks";
import { messages } from "../../messages/messages.ts";
import { Button } from "../../parts/button.tsx";
import { placeBeside } from "../../parts/place_beside.ts";
import { byteLength } from "../draft.ts";

const SIGNS = ["👍", "👎", "❤️", "😂", "😮", "😢", "🎉", "🙏", "👀", "🔥", "✅", "❓"];
const COLUMNS = 6;
const MAX_SIGN_BYTES = 64;

interface ReactionPickerProps {
  readonly opener: HTMLElement;
  readonly onPick: (sign: string) => void;
  readonly onClose: () => void;
}

/** A dozen signs, and a field for any other. */
export function ReactionPicker({ opener, onPick, onClose }: ReactionPickerProps) {
  const t = messages.value.room.reactions;
  const picker = useRef<HTMLFormElement>(null);
  const [typed, setTyped] = useState("");
  const [isWrong, setWrong] = useState(false);
  useEffect(() => {
    picker.current?.showPopover();
  }, []);

  const close = (): void => {
    picker.current?.hidePopover();
    opener.focus();
  };
  const pick = (sign: string): void => {
    close();
    onPick(sign);
  };
  const move = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
      return;
    }
    if (picker.current && walk(picker.current, event.key)) event.preventDefault();
  };
  return (
    <form
      ref={picker}
      class="menu picker"
      popover="auto"
      aria-label={t.add}
      onKeyDown={move}
      onToggle={(event) => {
        if (event.newState !== "open") return onClose();
        if (picker.current) placeBeside(picker.current, opener);
        picker.current?.querySelector("button")?.focus();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        if (isOneSign(typed.trim())) pick(typed.trim());
        else setWrong(true);
      }}
    >
      <Signs onPick={pick} />
      <div class="picker-other">
        <input
          class="input"
          aria-label={t.other}
          placeholder={t.other}
          aria-invalid={isWrong}
          autocomplete="off"
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setWrong(false);
          }}
        />
        <Button type="submit">{t.use}</Button>
      </div>
      {isWrong && (
        <p class="field-error" role="alert">
          {t.notOne}
        </p>
      )}
    </form>
  );
}

/** One stop for Tab; arrow keys go on from there. */
function Signs({ onPick }: { onPick: (sign: string) => void }) {
  return (
    <div class="picker-signs">
      {SIGNS.map((sign, place) => (
        <button
          key={sign}
          type="button"
          class="picker-sign"
          tabIndex={place === 0 ? 0 : -1}
          onClick={() => onPick(sign)}
        >
          {sign}
        </button>
      ))}
    </div>
  );
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowLeft: -1,
  ArrowDown: COLUMNS,
  ArrowUp: -COLUMNS,
};

/** Have the focus go from sign to sign as a key says, below them to the field; says whether it does. */
function walk(picker: HTMLElement, key: string): boolean {
  const step = STEPS[key];
  const signs = [...picker.querySelectorAll<HTMLElement>(".picker-sign")];
  const place = signs.indexOf(document.activeElement as HTMLElement);
  if (step === undefined || place < 0) return false;
  const isRightToLeft = picker.matches(":dir(rtl)");
  const next = place + (isRightToLeft && Math.abs(step) === 1 ? -step : step);
  if (next >= signs.length) picker.querySelector("input")?.focus();
  else signs[next]?.focus();
  return true;
}

/** Whether a text is one sign as a person sees it, and short enough to be sent. */
function isOneSign(text: string): boolean {
  if (text === "" || byteLength(text) > MAX_SIGN_BYTES) return false;
  return [...new Intl.Segmenter().segment(text)].length === 1;
}
