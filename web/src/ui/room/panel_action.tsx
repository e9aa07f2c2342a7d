import { Icon, type IconName } from "../parts/icon.tsx";

interface PanelActionProps {
  readonly icon: IconName;
  readonly children: string;
  readonly kind?: "alarm" | "brass";
  readonly onClick: () => void;
}

/** A line of the panel that opens something. */
export function PanelAction({ icon, children, kind, onClick }: PanelActionProps) {
  return (
    <li>
      <button type="button" class="panel-action" data-kind={kind} onClick={onClick}>
        <Icon name={icon} />
        {children}
      </button>
    </li>
  );
}
