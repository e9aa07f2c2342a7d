/** A long number or a string of bytes, under what it is. */
export function LongFigure({
  label,
  value,
  isSecret = false,
}: {
  label: string;
  value: string;
  isSecret?: boolean;
}) {
  return (
    <div class="how-long" data-secret={isSecret || undefined}>
      <dt>{label}</dt>
      <dd>
        <code>{value}</code>
      </dd>
    </div>
  );
}

/** Hexadecimal with a space after every four bytes. */
export function spaced(hex: string): string {
  return hex.replace(/.{8}(?=.)/g, "$& ");
}

/** Seconds to two figures after the point, and at least one hundredth. */
export function inSeconds(milliseconds: number): number {
  return Math.max(1, Math.round(milliseconds / 10)) / 100;
}
