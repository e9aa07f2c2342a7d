import { senderHue } from "./sender_hues.ts";

/** A sender's initial in a ring of the sender's colour; the name must stand beside it. */
export function SenderMark({ pseudonym, name }: { pseudonym: string; name: string }) {
  const [initial] = new Intl.Segmenter().segment(name.trim());
  return (
    <span class="sender-mark" data-hue={senderHue(pseudonym)} aria-hidden="true">
      <bdi>{initial?.segment}</bdi>
    </span>
  );
}

/** A sender's name in the sender's colour, kept from changing the direction of what is around it. */
export function SenderName({ pseudonym, name }: { pseudonym: string; name: string }) {
  return (
    <bdi class="sender-name" data-hue={senderHue(pseudonym)}>
      {name}
    </bdi>
  );
}
