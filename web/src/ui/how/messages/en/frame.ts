export const frame = {
  title: "How it works",
  lead: "Two people can agree on a secret while everybody listens. That sounds impossible. It needs only multiplication, and here you can watch it, change it and break it.",
  offline:
    "Everything on this page is computed on your device. Nothing that you type here is sent.",
  contents: "On this page",
  back: "To the home page",
  people: { a: "Alice", b: "Bob" },
  idea: {
    title: "A secret in the open",
    paragraphs: [
      "Alice and Bob want to write to each other in secret. For that they need a key: a number that both know and nobody else does.",
      "But they are far apart. Everything they send goes over a wire, and Eve listens to all of it. If Alice sends the key, Eve has it too.",
      "Think of paint. Both start from the same yellow, which everybody may see. Alice mixes in a colour of her own, Bob one of his. They swap the mixtures. Then each adds their own colour once more, and both hold the same shade: yellow, hers and his.",
      "Eve saw the yellow and both mixtures. To get the final shade she would have to take a mixture apart, and mixing is easy while unmixing is hard.",
      "Numbers can do the same. All it takes is a calculation that is easy one way and hard to take back. Whitfield Diffie and Martin Hellman published it in 1976.",
    ],
    picture:
      "Yellow and Alice's colour go to Bob, yellow and Bob's colour go to Alice; both end with the same shade.",
    open: "in the open",
    own: "own colour",
    mixture: "mixture",
    both: "the same shade",
  },
};
