import type { ComponentChildren } from "preact";
import { type ErrorText, errorText } from "../messages/error_text.ts";
import { Icon, type IconName } from "./icon.tsx";

interface NoticeProps {
  readonly children?: ComponentChildren;
  readonly title?: string;
  /** `brass` for what concerns a secret. */
  readonly kind?: "plain" | "alarm" | "brass";
  readonly icon?: IconName;
  readonly role?: "alert" | "status";
}

const ICONS = { plain: "info", alarm: "warning", brass: "key" } as const;

/** Something to know, where it matters. */
export function Notice({ children, title, kind = "plain", icon, role }: NoticeProps) {
  return (
    <div class="notice" data-kind={kind} role={role}>
      <Icon name={icon ?? ICONS[kind]} />
      <div class="notice-text">
        {title && <p class="notice-title">{title}</p>}
        {children}
      </div>
    </div>
  );
}

interface ErrorNoticeProps {
  readonly error: ErrorText;
  readonly children?: ComponentChildren;
}

/** An error in words: what happened, and what to do next. */
export function ErrorNotice({ error, children }: ErrorNoticeProps) {
  const text = errorText(error);
  return (
    <Notice kind="alarm" title={text.sentence} role="alert">
      <p>{text.nextStep}</p>
      {children}
    </Notice>
  );
}
