import type { MemberView } from "../../client/service.ts";
import { messages } from "../messages/messages.ts";

/** Who is writing just now; its place is kept, so that nothing moves when they begin. */
export function TypingLine({ members }: { members: readonly MemberView[] }) {
  const names = members.filter((member) => member.isTyping && !member.isSelf);
  return (
    <p class="typing-line" aria-hidden="true" dir="auto">
      {names.length > 0 && messages.value.room.typing(names.map((member) => member.name))}
    </p>
  );
}
