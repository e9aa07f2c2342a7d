/** What is known when a problem with a number is put into words. */
interface ProblemFacts {
  readonly p: string;
  /** p - 2. */
  readonly highest: string;
  /** The least divisor of a p that is not prime, and what is left. */
  readonly divisor: string;
  readonly rest: string;
  /** How many digits a number may have. */
  readonly most: string;
}

/** The numbers of an exchange by their letters. */
export type Letters = Readonly<Record<"p" | "g" | "a" | "b" | "A" | "B" | "s", string>>;

export const exchange = {
  title: "Seven steps with small numbers",
  paragraphs: [
    "The calculation works with remainders. “`mod` 23” means: divide by 23 and keep only what is left over. A clock does it with 12: five hours after 9 it shows 2.",
    "The little number on top counts factors: 9^4 is 9 × 9 × 9 × 9, “9 to the power of 4”.",
    "Here are the seven steps. What only one person knows is in brass; everything else anybody may see.",
  ],
  fields: {
    label: "The numbers",
    p: "Prime number `p`",
    g: "Base `g`",
    a: "Alice's secret `a`",
    b: "Bob's secret `b`",
    reset: "Back to 23, 9, 4, 3",
  },
  unusable: "These numbers make no exchange yet. What is wrong stands beside each of them.",
  problems: {
    not_a_number: () => "Type a whole number, in digits only.",
    too_many_digits: ({ most }: ProblemFacts) =>
      `At most ${most} digits here. Numbers of real size come further down.`,
    p_too_small: () => "Too small: p has to be at least 5, or there is nothing to choose from.",
    p_too_large: () => "Too large for this page.",
    p_not_prime: ({ p, divisor, rest }: ProblemFacts) =>
      `${p} is not a prime number: ${p} = ${divisor} × ${rest}. Take a number that nothing divides but 1 and itself.`,
    g_out_of_range: ({ highest }: ProblemFacts) =>
      `g has to be from 2 to p − 2, which is ${highest}. The powers of 1 are all 1, and those of p − 1 only swing between two numbers.`,
    private_key_out_of_range: ({ highest }: ProblemFacts) =>
      `A secret number has to be from 1 to p − 2, which is ${highest}.`,
    private_key_gives_itself_away: () =>
      "With this secret the number that goes over the wire would be 1 or p − 1. Anybody recognises that. Choose another.",
    public_value_out_of_range: ({ highest }: ProblemFacts) =>
      `Refused. A public number has to be from 2 to p − 2, which is ${highest}. Whoever sends 0, 1 or p − 1 wants the result to be a number that can be foreseen.`,
    public_value_outside_group: () =>
      "Refused. This number is no power of g, so nobody who kept to the steps can have sent it.",
  },
  board: {
    label: "Who knows what",
    wire: "On the open wire",
    nothing: "nothing yet",
    secret: "secret",
  },
  controls: {
    play: "Play",
    pause: "Pause",
    next: "Next step",
    previous: "Step back",
    all: "Show all",
    restart: "From the start",
  },
  stepOf: (number: number, all: number) => `Step ${number} of ${all}`,
  steps: [
    (n: Letters) =>
      `Both agree on a prime number \`p\` = ${n.p} and a base \`g\` = ${n.g}. They do it in the open: Eve hears it, and it does not matter.`,
    (n: Letters) =>
      `Alice thinks of a secret number, \`a\` = ${n.a}. She tells nobody, not even Bob.`,
    (n: Letters) => `Bob thinks of a secret number too, \`b\` = ${n.b}. He tells nobody either.`,
    (n: Letters) =>
      `Alice raises ${n.g} to the power of her secret, keeps the remainder, and sends it: \`A\` = ${n.A}.`,
    (n: Letters) => `Bob does the same with his secret, and sends \`B\` = ${n.B}.`,
    (n: Letters) =>
      `Alice takes Bob's ${n.B} and raises it to the power of her own secret. She gets \`s\` = ${n.s}.`,
    (n: Letters) =>
      `Bob takes Alice's ${n.A} and raises it to the power of his. He gets \`s\` = ${n.s} as well.`,
  ] as readonly ((n: Letters) => string)[],
  result: (s: string) => `Both have ${s}, and nobody ever sent it.`,
  why: "Why do they meet? Alice worked out (`g`^b)^a and Bob (`g`^a)^b. Both are `g` multiplied by itself `a` × `b` times, and it does not matter in which order.",
};
