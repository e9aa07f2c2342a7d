import type { ComponentChildren } from "preact";
import { messages } from "../messages/messages.ts";
import { KeyMark } from "../parts/key_mark.tsx";
import { Link } from "./link.tsx";
import { SettingsMenu } from "./settings_menu.tsx";

interface FrameProps {
  readonly children: ComponentChildren;
  /** A page of one narrow column, in the middle. */
  readonly isNarrow?: boolean;
}

/** What stands around every screen but the room. */
export function Frame({ children, isNarrow = false }: FrameProps) {
  const t = messages.value.common;
  return (
    <>
      <header class="frame-head">
        <Link to={{ kind: "home" }} class="wordmark" label={`${t.roomkey}: ${t.home}`}>
          <KeyMark />
          <span>{t.roomkey}</span>
        </Link>
        <SettingsMenu />
      </header>
      <main class="frame-main" id="content" data-narrow={isNarrow || undefined} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
