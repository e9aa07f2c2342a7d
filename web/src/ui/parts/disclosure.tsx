import type { ComponentChildren } from "preact";
import { Icon } from "./icon.tsx";

/** Something folded away until it is asked for. */
export function Disclosure({
  summary,
  children,
}: {
  summary: string;
  children: ComponentChildren;
}) {
  return (
    <details class="disclosure">
      <summary>
        <Icon name="chevron" size={16} />
        {summary}
      </summary>
      <div class="disclosure-body">{children}</div>
    </details>
  );
}
