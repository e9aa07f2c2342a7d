import { messages } from "../messages/messages.ts";
import { ConfirmDialog } from "../parts/dialog.tsx";
import { MenuList } from "../parts/menu.tsx";
import type { EntryActions } from "./entry_actions.ts";
import { ReactionPicker } from "./on_demand.ts";
import { WhoReacted } from "./reactions.tsx";

/** What opens over the timeline for one of its messages. */
export function EntryPopups({ actions }: { actions: EntryActions }) {
  const t = messages.value.room;
  const opened = actions.opened.value;
  if (opened === undefined) return null;
  const { kind, item, opener } = opened;
  const close = () => actions.close(kind);
  switch (kind) {
    case "menu":
      return (
        <MenuList
          key={item.id}
          label={t.actions.label(item.sender.name)}
          items={actions.itemsFor(opened)}
          opener={() => opener}
          onToggle={(isOpen) => {
            if (!isOpen) close();
          }}
          isOpenAtOnce
        />
      );
    case "picker":
      return (
        <ReactionPicker
          key={item.id}
          opener={opener}
          onPick={(sign) => actions.toggle(item, sign)}
          onClose={close}
        />
      );
    case "who":
      return <WhoReacted item={item} onClose={close} />;
    case "deletion":
      return (
        <ConfirmDialog
          title={t.deletion.title}
          action={t.deletion.action}
          onConfirm={() => {
            close();
            actions.delete(item);
          }}
          onClose={close}
        >
          {t.deletion.text}
        </ConfirmDialog>
      );
  }
}
