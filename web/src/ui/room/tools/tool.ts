import type { MemberView } from "../../../client/service.ts";

/** What can be done with a room beyond writing in it; each has a dialog. */
export type Tool =
  | {
      readonly kind:
        | "invite"
        | "safety-code"
        | "export"
        | "rules"
        | "change-key"
        | "close"
        | "leave"
        | "forget";
    }
  | { readonly kind: "remove" | "name-host"; readonly member: MemberView };
