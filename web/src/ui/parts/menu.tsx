import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";
import { placeBeside } from "./place_beside.ts";

export interface MenuItem {
  readonly label: string;
  readonly onSelect: () => void;
  readonly icon?: IconName;
  readonly kind?: "alarm";
  /** Given for items of which one is chosen. */
  readonly isChecked?: boolean;
  /** A line stands above it. */
  readonly startsGroup?: boolean;
}

interface MenuProps {
  /** What the button is called; seen as a tooltip, or beside the icon if `isLabelShown`. */
  readonly label: string;
  readonly icon: IconName;
  readonly items: readonly MenuItem[];
  readonly isLabelShown?: boolean;
}

/** A button that opens a list of actions. */
export function Menu({ label, icon, items, isLabelShown = false }: MenuProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        ref={button}
        type="button"
        class={isLabelShown ? "button" : "icon-button"}
        data-kind={isLabelShown ? "quiet" : undefined}
        aria-label={isLabelShown ? undefined : label}
        title={isLabelShown ? undefined : label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={id}
        popovertarget={id}
      >
        <Icon name={icon} />
        {isLabelShown && <span>{label}</span>}
      </button>
      <MenuList
        id={id}
        label={label}
        items={items}
        opener={() => button.current}
        onToggle={setOpen}
      />
    </>
  );
}

interface MenuListProps {
  readonly id?: string;
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** What it opens beside, and what has the focus when it is closed. */
  readonly opener: () => HTMLElement | null;
  readonly onToggle: (isOpen: boolean) => void;
  /** Open as soon as it is rendered, without a button that does. */
  readonly isOpenAtOnce?: boolean;
}

/** A list of actions, in the top layer so that nothing cuts it off. */
export function MenuList(props: MenuListProps) {
  const menu = useRef<HTMLDivElement>(null);
  const { isOpenAtOnce = false } = props;
  useEffect(() => {
    if (isOpenAtOnce) menu.current?.showPopover();
  }, [isOpenAtOnce]);

  const focusItem = (turn: (index: number, count: number) => number): void => {
    const entries = [...(menu.current?.querySelectorAll<HTMLElement>(".menu-item") ?? [])];
    const index = entries.findIndex((entry) => entry.matches(":focus"));
    entries.at(turn(index, entries.length) % entries.length)?.focus();
  };
  const close = (): void => {
    menu.current?.hidePopover();
    props.opener()?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") focusItem((index) => index + 1);
    else if (event.key === "ArrowUp") focusItem((index) => (index < 1 ? -1 : index - 1));
    else if (event.key === "Home") focusItem(() => 0);
    else if (event.key === "End") focusItem(() => -1);
    else if (event.key === "Tab") menu.current?.hidePopover();
    else if (event.key === "Escape") {
      close();
      event.stopPropagation();
    } else return;
    if (event.key !== "Tab") event.preventDefault();
  };

  return (
    <div
      ref={menu}
      id={props.id}
      class="menu"
      role="menu"
      tabIndex={-1}
      aria-label={props.label}
      popover="auto"
      onKeyDown={onKeyDown}
      onToggle={(event) => {
        const opens = event.newState === "open";
        props.onToggle(opens);
        const opener = props.opener();
        if (!opens || !menu.current || !opener) return;
        placeBeside(menu.current, opener);
        focusItem(() => 0);
      }}
    >
      {props.items.map((item) => (
        <MenuEntry key={item.label} item={item} close={close} />
      ))}
    </div>
  );
}

function MenuEntry({ item, close }: { item: MenuItem; close: () => void }) {
  const role =
    item.isChecked === undefined
      ? ({ role: "menuitem" } as const)
      : ({ role: "menuitemradio", "aria-checked": item.isChecked } as const);
  return (
    <>
      {item.startsGroup && <div class="menu-line" role="none" />}
      <button
        type="button"
        class="menu-item"
        {...role}
        tabIndex={-1}
        data-kind={item.kind}
        onClick={() => {
          close();
          item.onSelect();
        }}
      >
        {item.icon && <Icon name={item.icon} size={18} />}
        <span>{item.label}</span>
        {item.isChecked && (
          <span class="menu-item-check">
            <Icon name="check" size={16} />
          </span>
        )}
      </button>
    </>
  );
}
