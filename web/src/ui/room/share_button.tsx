import { messages } from "../messages/messages.ts";
import { Button } from "../parts/button.tsx";

/** Hands the link to another program of the device; devices without that have no such button. */
export function ShareButton({ link }: { link: string }) {
  if (!("share" in navigator)) return null;
  const share = (): void => {
    // Rejected when the person turns back: nothing is wrong then.
    void navigator.share({ url: link }).catch(() => undefined);
  };
  return (
    <Button icon="share" onClick={share}>
      {messages.value.tools.invite.share}
    </Button>
  );
}
