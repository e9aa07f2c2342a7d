import type { ComponentChildren } from "preact";
import { navigate, pathOf, type Route } from "../router.ts";

interface LinkProps {
  readonly to: Route;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly label?: string;
}

/** A link to another screen of the page; with a modifier key it opens as links do. */
export function Link({ to, children, class: className, label }: LinkProps) {
  return (
    <a
      href={pathOf(to)}
      class={className}
      aria-label={label}
      onClick={(event) => {
        if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
          return;
        event.preventDefault();
        navigate(to);
      }}
    >
      {children}
    </a>
  );
}
