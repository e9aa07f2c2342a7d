import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { messages } from "../messages/messages.ts";
import { toast } from "./toast.tsx";

/** A component whose code is fetched when it is first shown; `load` fetches it before that. */
interface OnDemand<P> extends FunctionComponent<P> {
  readonly load: () => Promise<void>;
}

/**
 * Make a component of one that `fetch` brings; until it is there nothing shows.
 *
 * If it cannot be fetched, that is told, and its `onClose` is called: whoever opens it again has it
 * fetched again.
 */
export function onDemand<P extends object>(
  fetch: () => Promise<FunctionComponent<P>>,
): OnDemand<P> {
  let Fetched: FunctionComponent<P> | undefined;
  let hasFailed = false;
  const load = async (): Promise<void> => {
    if (Fetched !== undefined) return;
    if (hasFailed) loadStylesAgain();
    try {
      Fetched = await fetch();
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  };
  const Component = (props: P) => {
    const [, setThere] = useState(Fetched !== undefined);
    useEffect(() => {
      load().then(
        () => setThere(true),
        () => {
          toast(messages.value.common.partFailed);
          if ("onClose" in props && typeof props.onClose === "function") props.onClose();
        },
      );
    }, []);
    return Fetched === undefined ? null : <Fetched {...props} />;
  };
  return Object.assign(Component, { load });
}

/** Ask for the style sheets again that did not arrive: a browser tries each link once. */
function loadStylesAgain(): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")) {
    if (link.sheet === null) link.replaceWith(link.cloneNode());
  }
}
