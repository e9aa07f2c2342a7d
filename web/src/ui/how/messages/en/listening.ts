export const listening = {
  title: "What Eve hears, and how she breaks it",
  lead: "Eve wrote down everything on the wire. She knows how the calculation goes as well: it is public.",
  table: {
    caption: "Who has which number at the end",
    number: "Number",
    eve: "Eve",
    yes: "yes",
    no: "no",
    rows: {
      p: "the prime number",
      g: "the base",
      A: "what Alice sent",
      B: "what Bob sent",
      a: "Alice's secret",
      b: "Bob's secret",
      s: "the shared secret",
    },
  },
  task: (g: string, A: string, p: string) =>
    `She lacks one thing: the number \`a\` with ${g}^a mod ${p} = ${A}. There is no way known to simply calculate it back. But she can try.`,
  action: "Try every number",
  again: "Try again",
  stop: "Stop",
  tries: (count: string) => `${count} tried`,
  found: (exponent: string, tries: string, secret: string) =>
    `Found: \`a\` = ${exponent}, after trying ${tries}. From there Eve does what Alice does, and gets \`s\` = ${secret}. This toy is broken.`,
  sameEffect: (exponent: string, a: string) =>
    `It is not Alice's ${a} but does the same: ${exponent} and ${a} lead to the same power.`,
  tooMany: (order: string) =>
    `That would be up to ${order} tries. Choose a smaller \`p\` to watch it here; Eve would take a faster computer.`,
  marked: { A: "what Alice sent", B: "what Bob sent" },
  left: (count: string) => `… ${count} more …`,
  growth: {
    title: "The work grows faster than one can imagine",
    lead: "Each further binary digit (bit) of `p` doubles the tries, while Alice and Bob only calculate a little longer. Suppose Eve tries a billion numbers a second:",
    caption: "Tries and time for each size of p",
    size: "Size of `p`",
    tries: "Tries, up to about",
    time: "Time at a billion a second",
    bits: (count: string) => `${count} bits`,
    times: {
      instant: "less than a blink",
      seconds: (count: string) => `about ${count} seconds`,
      years: (count: string) => `about ${count} years`,
      ages: (power: string) => `10^${power} years: longer than the age of the universe`,
      universe: "The universe is 14 billion years old, about 10^10 years.",
    },
    honest:
      "To be honest: Eve is not that clumsy. For large prime numbers there are better ways than trying, called index calculus and the number field sieve. With them, researchers took back such a calculation for a prime of 795 bits in 2019. That is why real exchanges use 2,048 bits and more. Against the best method that is public, this is thought to be as much work as about 2^112 tries. Nobody has proved that there is no shortcut, and a large quantum computer would have one.",
  },
};
