export const large = {
  title: "The same with real numbers",
  paragraphs: [
    "Nothing changes but the size. This prime number has 2,048 bits: 617 digits. It stands in a public standard, RFC 7919, together with the base 2. It is made of the digits of Euler's number `e`, so that nobody could hide a weakness in the choice.",
    "Press the button, and your device draws two secret numbers and goes through the seven steps.",
  ],
  action: "Exchange with 2,048 bits",
  again: "Once more, with other secrets",
  busy: "Working it out …",
  result: (digits: string, seconds: string) =>
    `Both arrived at the same number of up to ${digits} digits. All of it took your device ${seconds} seconds.`,
  different: "The two results differ: this device has miscalculated.",
  labels: {
    p: "p, the prime number of the standard",
    g: "g, the base",
    a: "a, Alice's secret",
    b: "b, Bob's secret",
    A: "A, what Alice sends",
    B: "B, what Bob sends",
    sA: "s, as Alice works it out",
    sB: "s, as Bob works it out",
  },
};
