import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { Announcer } from "./announcer.tsx";
import { Toasts } from "./toast.tsx";

/** How many modal dialogs are open, one above the other. */
const depth = signal(0);

/** Where the page speaks while no dialog is open, or the dialog of this level is the uppermost. */
export function Voices({ level = 0 }: { level?: number }) {
  return (
    <>
      <Announcer />
      {depth.value === level && <Toasts />}
    </>
  );
}

/**
 * Speaks from within a modal dialog: what stands outside of it is out of reach while it is open,
 * for hands and for screen readers.
 */
export function DialogVoices() {
  const [level, setLevel] = useState<number>();
  useEffect(() => {
    depth.value += 1;
    setLevel(depth.value);
    return () => {
      depth.value -= 1;
    };
  }, []);
  return level === undefined ? null : <Voices level={level} />;
}
