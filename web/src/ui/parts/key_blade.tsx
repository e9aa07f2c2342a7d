import { bladeOutline } from "./key_blade_shape.ts";

interface KeyBladeProps {
  /** The room code; without it the blade is uncut. */
  readonly code?: string | undefined;
  /** How many of its notches are cut; all of them without it. */
  readonly cut?: number;
  readonly isOver?: boolean;
}

/**
 * A room's key: its notches are the symbols of the room code, so no two rooms have the same.
 * It decorates; the code or the title must stand beside it.
 */
export function KeyBlade({ code = "", cut, isOver = false }: KeyBladeProps) {
  const symbols = code.slice(0, cut ?? code.length);
  return (
    <svg
      class="blade"
      viewBox="0 0 112 40"
      width="112"
      height="40"
      data-over={isOver || undefined}
      aria-hidden="true"
    >
      <path class="blade-body" fill-rule="evenodd" d={bladeOutline(symbols)} />
      <path class="blade-groove" d="M42 18H104" />
    </svg>
  );
}
