/** The page around the worker: `ask` puts a question to it and gives the answer as JSON. */

interface Answer {
  readonly number: number;
  readonly value?: unknown;
  readonly error?: string;
}

const waiting = new Map<number, (answer: Answer) => void>();
let asked = 0;

const worker = new Worker(`worker.js${location.search}`, { type: "module" });
worker.onmessage = ({ data }: MessageEvent<Answer>) => waiting.get(data.number)?.(data);
worker.onerror = ({ message }) => {
  for (const [number, tell] of waiting) tell({ number, error: message });
};

async function ask(question: object): Promise<string> {
  const number = ++asked;
  const answer = await new Promise<Answer>((resolve) => {
    waiting.set(number, resolve);
    worker.postMessage({ number, ...question });
  });
  waiting.delete(number);
  if (answer.error !== undefined) throw new Error(answer.error);
  return JSON.stringify(answer.value);
}

Object.assign(globalThis, { ask });
