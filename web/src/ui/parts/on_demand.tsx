import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { thrownText } from "../messages/error_text.ts";
import { toast } from "./toast.tsx";

/** A component whose code is fetched when it is first shown; `load` fetches it before that. */
export interface OnDemand<P> extends FunctionComponent<P> {
  readonly load: () => Promise<void>;
}

/** Make a component of one that `fetch` brings; until it is there nothing shows. */
export function onDemand<P extends object>(
  fetch: () => Promise<FunctionComponent<P>>,
): OnDemand<P> {
  let Fetched: FunctionComponent<P> | undefined;
  const load = async (): Promise<void> => {
    Fetched ??= await fetch();
  };
  const Component = (props: P) => {
    const [, setThere] = useState(Fetched !== undefined);
    useEffect(() => {
      load().then(
        () => setThere(true),
        (error) => toast(thrownText(error).sentence),
      );
    }, []);
    return Fetched === undefined ? null : <Fetched {...props} />;
  };
  return Object.assign(Component, { load });
}
