/** Drawn on a grid of 20 by 20 with one round pen, so that all signs are of one hand. */
const PATHS = {
  back: "M12 5l-5 5 5 5",
  check: "M4 10.5l4 4 8-9",
  chevron: "M8 5l5 5-5 5",
  clock: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 5.5V10l3 2",
  close: "M5 5l10 10M15 5L5 15",
  compare: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM7 8.5h6M7 11.5h6",
  copy: "M7.5 7.5h8v8h-8zM4.5 12.5v-8h8",
  door: "M11.5 3.5h-7v13h7M8.5 10h9M14 6.5l3.5 3.5-3.5 3.5",
  down: "M10 4v11M5 10.5l5 5 5-5",
  eye: "M2 10s3-5.2 8-5.2S18 10 18 10s-3 5.2-8 5.2S2 10 2 10zM10 12.4a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8z",
  eyeOff:
    "M3 3l14 14M8 5c.6-.2 1.3-.2 2-.2 5 0 8 5.2 8 5.2s-.9 1.6-2.5 3M5.2 6.2C3.2 7.6 2 10 2 10s3 5.2 8 5.2c1.3 0 2.4-.3 3.4-.8",
  globe:
    "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM2.5 10h15M10 2.5c2.2 2.2 3.2 4.7 3.2 7.5s-1 5.3-3.2 7.5c-2.2-2.2-3.2-4.7-3.2-7.5s1-5.3 3.2-7.5z",
  info: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 9.2v4.6M10 6.3v.1",
  invite:
    "M8 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 16.5c.3-3 2.6-4.5 5.5-4.5 1.3 0 2.5.3 3.4.9M15 11.5v6M12 14.5h6",
  key: "M6.5 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM10 10h8M15.5 10v3M13 10v2",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  minus: "M4 10h12",
  more: "M10 4.4a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2zM10 9.4a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2zM10 14.4a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2z",
  plus: "M10 4v12M4 10h12",
  renew:
    "M16 8.5A6.3 6.3 0 0 0 4.7 6.7M4 3.5v3.7h3.7M4 11.5a6.3 6.3 0 0 0 11.3 1.8M16 16.5v-3.7h-3.7",
  pencil: "M4 16l.8-3.6L13.6 3.6l2.8 2.8-8.8 8.8zM11.5 5.7l2.8 2.8",
  people:
    "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.5c.3-3 2.6-4.5 5.5-4.5s5.2 1.5 5.5 4.5M13 4a2.7 2.7 0 0 1 0 5.2M15 12.3c1.8.6 2.8 2 3 4.2",
  reply: "M8 4.5l-5 5 5 5M3 9.5h8.5c3.5 0 5.5 2 5.5 6",
  save: "M10 3v9.5M6 8.5l4 4 4-4M4 16.5h12",
  search: "M8.5 14a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM12.6 12.6L17 17",
  send: "M3 10L17 3.5 13 17l-3.5-5.5zM9.5 11.5L17 3.5",
  settings:
    "M3 6h5M12 6h5M3 14h8M15 14h2M10 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM13 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  share: "M10 12.5V3M6.5 6.5L10 3l3.5 3.5M4.5 10.5v6h11v-6",
  smile:
    "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM6.8 12c.7 1.3 1.8 2 3.2 2s2.5-.7 3.2-2M7.5 7.7v.1M12.5 7.7v.1",
  timer: "M10 17.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM8 2h4M10 7.5V11l2 1.5",
  trash: "M3.5 5.5h13M8 5.5v-2h4v2M5.5 5.5l.7 11h7.6l.7-11M8.5 8.5v5M11.5 8.5v5",
  warning: "M10 3l7.5 13.5h-15zM10 8.5v3.5M10 14.2v.1",
} as const;

export type IconName = keyof typeof PATHS;

/** A small sign beside a word; it is hidden from screen readers, so the word must be there too. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
