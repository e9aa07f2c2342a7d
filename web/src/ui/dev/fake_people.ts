import type { MemberView, Sender } from "../../client/service.ts";

/** Whoever is in a fake room; the first is this client. */
export const PEOPLE: readonly Sender[] = [
  { pseudonym: "0f3a9c5d7e214b68", name: "Ada" },
  { pseudonym: "1b7e20c49d5f8a36", name: "Grace Hopper" },
  { pseudonym: "2c88e1f05a6b7d94", name: "Łukasz" },
  { pseudonym: "3d19f2a67b8c5e40", name: "نورا" },
  { pseudonym: "4ea40b3c91d7f628", name: "Mei 林" },
  { pseudonym: "5fb51c4da2e80739", name: "Grace Норреr" },
];

export const SELF = 0;

export function person(place: number): Sender {
  return PEOPLE[place % PEOPLE.length] ?? { pseudonym: "00", name: "Nobody" };
}

/** The first `count` people as members; `hosts` are places among them. */
export function membersOf(count: number, hosts: readonly number[]): MemberView[] {
  return Array.from({ length: count }, (_, place) => {
    const { pseudonym, name } = person(place);
    const numbered = place < PEOPLE.length ? name : `${name} ${place}`;
    return {
      pseudonym: place < PEOPLE.length ? pseudonym : `${place.toString(16).padStart(16, "9")}`,
      name: numbered,
      isSelf: place === SELF,
      isHost: hosts.includes(place),
      presence: place === SELF || place % 3 === 1 ? "here" : place % 3 === 2 ? "away" : "unknown",
      isTyping: false,
      looksLikeAnother: place === 5 || (place === 1 && count > 5),
    };
  });
}
