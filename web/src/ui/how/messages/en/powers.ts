import type { RemarkId } from "../../../../dh/remarks.ts";

export const powers = {
  title: "Nine does not reach everywhere",
  lead: (g: string, p: string) =>
    `Multiply by ${g} again and again, keep the remainder of ${p} each time, and draw a line from each number to the next.`,
  dial: (g: string, p: string, order: string) =>
    `The powers of ${g} modulo ${p} visit ${order} numbers, then begin anew.`,
  under: (g: string, order: string, all: string) => `${g} reaches ${order} of ${all} numbers`,
  tooLarge: "The drawing shows prime numbers up to 61. Choose a smaller p to see it.",
  notPrimitive: (g: string, root: string, order: string, all: string) => [
    `${g} comes back to 1 after ${order} steps and misses the other numbers. ${root} visits all ${all} before it comes back: that is called a primitive root. ${g} is not one.`,
    `What does that change? The secret can be one of only ${order} numbers, not of ${all}, so Eve has fewer to try. Alice's \`a\` and \`a\` + ${order} do exactly the same.`,
  ],
  square: (g: string, root: string) =>
    `The reason: ${g} = ${root} × ${root}. Powers of a square are squares, and only half of the numbers are squares here.`,
  primitive: (g: string, all: string) => [
    `${g} visits all ${all} numbers before it comes back to 1. Such a base is called a primitive root.`,
  ],
  choice:
    "It is no mistake. Real exchanges often choose a base that misses half of the numbers on purpose. With a primitive root anybody can tell from `A` whether `a` is even or odd; with the squares alone this is hidden. What matters is that the circle stays huge, and that its length is a prime number or has a huge prime factor: then it cannot be taken apart into small circles.",
  remarks: {
    title: "About these numbers",
    items: {
      toy: "This is a toy: a computer breaks it in no time.",
      short: "Below 2,048 bits: too short to rely on.",
      primitive: "The base is a primitive root.",
      not_primitive: "The base is no primitive root.",
      order_unknown: "How many numbers the base reaches is not known.",
      order_composite:
        "(p − 1) / 2 is not a prime number. There are small circles to which a cheat can lead the other: each public number has to be checked.",
      safe_prime:
        "(p − 1) / 2 is a prime number too. Apart from 1 and p − 1, no number leads into a small circle.",
    } satisfies Record<RemarkId, string>,
  },
  check: {
    title: "What if somebody cheats?",
    lead: "Not every number may be taken from the wire. Play the cheat: send Alice a public number of your choice.",
    label: "Public number sent to Alice",
    action: "Send",
    fine: (value: string, exponent: string) =>
      exponent
        ? `Accepted. ${value} is a power of the base: somebody may have chosen the secret ${exponent}.`
        : `Accepted. ${value} is a power of the base.`,
    try: "Try 1, 5 and 22 with the first numbers.",
  },
};
