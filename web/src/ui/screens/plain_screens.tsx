import { messages } from "../messages/messages.ts";
import type { Need } from "../needs.ts";
import { Button } from "../parts/button.tsx";
import { Frame } from "./frame.tsx";
import { Link } from "./link.tsx";

/** An address that leads nowhere. */
export function UnknownScreen() {
  const t = messages.value.common.unknownPage;
  return (
    <Frame isNarrow>
      <div class="plain">
        <h1>{t.title}</h1>
        <p>{t.text}</p>
        <p>
          <Link to={{ kind: "home" }} class="button">
            {t.action}
          </Link>
        </p>
      </div>
    </Frame>
  );
}

/** A browser, or a connection, that Roomkey cannot run in. */
export function UnsupportedScreen({ missing }: { missing: readonly Need[] }) {
  const t = messages.value.common.unsupported;
  const isInsecure = missing.includes("secure");
  return (
    <Frame isNarrow>
      <div class="plain">
        <h1>{t.title}</h1>
        {isInsecure ? (
          <>
            <p>{t.insecure}</p>
            <p>{t.insecureHelp}</p>
            <p>
              <a class="button" href={`https://${location.host}${location.pathname}`}>
                {t.insecureAction}
              </a>
            </p>
            <p class="small soft">{t.insecureOperator}</p>
          </>
        ) : (
          <>
            <p>{t.missing}</p>
            <ul class="bullets">
              {missing.map((need) => need !== "secure" && <li key={need}>{t.parts[need]}</li>)}
            </ul>
            <p>{t.missingHelp}</p>
          </>
        )}
      </div>
    </Frame>
  );
}

/** The client has ended; only a reload brings it back. */
export function StoppedScreen() {
  const t = messages.value.common;
  return (
    <Frame isNarrow>
      <div class="plain" role="alert">
        <h1>{t.stopped.title}</h1>
        <p>{t.stopped.text}</p>
        <p>{t.stopped.help}</p>
        <div class="buttons">
          <Button kind="primary" onClick={() => location.reload()}>
            {t.reload}
          </Button>
        </div>
      </div>
    </Frame>
  );
}
