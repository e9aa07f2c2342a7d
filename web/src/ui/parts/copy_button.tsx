import { useEffect, useState } from "preact/hooks";
import { messages } from "../messages/messages.ts";
import { announce } from "./announcer.tsx";
import { Button, type ButtonProps } from "./button.tsx";
import { toast } from "./toast.tsx";

const SHOWN_MS = 2000;

/** Put a text on the clipboard and say so; answers whether that worked. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    toast(messages.value.common.copyFailed);
    return false;
  }
  announce(messages.value.common.copied);
  return true;
}

interface CopyButtonProps {
  readonly text: string;
  /** What it says; "Copy" without it. */
  readonly children?: string;
  readonly kind?: Exclude<ButtonProps["kind"], undefined>;
  readonly isTabStop?: boolean;
}

/** Copies `text` with one click and says "Copied" for a moment. */
export function CopyButton({ text, children, kind = "plain", isTabStop = true }: CopyButtonProps) {
  const t = messages.value.common;
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <Button
      kind={kind}
      isTabStop={isTabStop}
      icon={isCopied ? "check" : "copy"}
      onClick={async () => setCopied(await copyText(text))}
    >
      {isCopied ? t.copied : (children ?? t.copy)}
    </Button>
  );
}
