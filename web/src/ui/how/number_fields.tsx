import { useId } from "preact/hooks";
import { Button } from "../parts/button.tsx";
import { problemText } from "./problem_text.ts";
import { howTexts } from "./texts.ts";
import { EXAMPLE, LETTERS, type Letter, toy, typed } from "./toy.ts";
import { Words } from "./words.tsx";

/** The four numbers, to be changed; what is wrong with one stands under it. */
export function NumberFields() {
  const t = howTexts.value.exchange.fields;
  const isExample = LETTERS.every((letter) => typed.value[letter] === EXAMPLE[letter]);
  return (
    <fieldset class="how-fields">
      <legend class="visually-hidden">{t.label}</legend>
      {LETTERS.map((letter) => (
        <NumberField key={letter} letter={letter} />
      ))}
      {!isExample && (
        <div class="how-fields-end how-controls">
          <Button
            kind="quiet"
            onClick={() => {
              typed.value = EXAMPLE;
            }}
          >
            {t.reset}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function NumberField({ letter }: { letter: Letter }) {
  const t = howTexts.value;
  const id = useId();
  const problem = toy.value.problems[letter];
  const isSecret = letter === "a" || letter === "b";
  return (
    <div class="field how-number" data-secret={isSecret || undefined}>
      <label class="field-label" for={id}>
        <Words>{t.exchange.fields[letter]}</Words>
      </label>
      <input
        id={id}
        class="input"
        type="text"
        inputMode="numeric"
        autocomplete="off"
        data-mono
        value={typed.value[letter]}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? `${id}-error` : undefined}
        onInput={(event) => {
          typed.value = { ...typed.value, [letter]: event.currentTarget.value };
        }}
      />
      {problem && (
        <p class="field-error" id={`${id}-error`} role="alert">
          {problemText(t, problem, typed.value.p)}
        </p>
      )}
    </div>
  );
}
