import { useMemo } from "preact/hooks";
import { encode } from "uqr";

/** The light edge that readers need around a code, in modules (ISO/IEC 18004). */
const QUIET_ZONE = 4;

/** A text as a QR code, dark on light in both themes: many readers take no other. */
export function QrCode({ text, label }: QrCodeProps) {
  const { size, path } = useMemo(() => draw(text), [text]);
  return (
    <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <path d={path} fill="currentColor" />
    </svg>
  );
}

interface QrCodeProps {
  readonly text: string;
  readonly label: string;
}

/** One bar for each run of dark modules in a row. */
function draw(text: string): { size: number; path: string } {
  const { data, size } = encode(text, { ecc: "M", border: QUIET_ZONE });
  const path = data.flatMap((row, y) =>
    row.map((isDark, x) => {
      if (!isDark || row[x - 1]) return "";
      const end = row.indexOf(false, x);
      const width = (end < 0 ? row.length : end) - x;
      return `M${x} ${y}h${width}v1h-${width}z`;
    }),
  );
  return { size, path: path.join("") };
}
