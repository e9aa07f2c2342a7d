/** Calls between threads, or between windows: who asks, who answers, and what is told beside. */

import { RoomkeyError } from "../errors.ts";
import { ServiceError, type Trouble } from "./service.ts";

/** One end of something that carries messages that can be cloned. */
export interface Endpoint {
  post(message: unknown, transfer?: readonly Transferable[]): void;
  /** Have messages handed on; there is one who receives them. */
  receive(handler: (message: unknown) => void): void;
  close(): void;
}

type Message =
  | {
      readonly type: "call";
      readonly id: number;
      readonly method: string;
      readonly args: unknown[];
    }
  | { readonly type: "progress"; readonly id: number; readonly step: unknown }
  | { readonly type: "answer"; readonly id: number; readonly value: unknown }
  | { readonly type: "failure"; readonly id: number; readonly error: Trouble }
  | { readonly type: "told"; readonly what: string; readonly args: unknown[] };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: ServiceError) => void;
  readonly progress: ((step: unknown) => void) | undefined;
}

/** What a method does with what it was called with; `progress` tells how far it has come. */
export type Method = (args: readonly unknown[], progress: (step: unknown) => void) => unknown;

/** A value of an answer that goes over to the other side with what it consists of. */
export class Transferred {
  constructor(
    readonly value: unknown,
    readonly transfer: readonly Transferable[],
  ) {}
}

/** Wrap a port, a worker or a worker's own global scope. */
export function portEndpoint(port: {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close?(): void;
}): Endpoint {
  return {
    post: (message, transfer = []) => port.postMessage(message, [...transfer]),
    receive: (handler) => {
      port.onmessage = (event) => handler(event.data);
    },
    close: () => port.close?.(),
  };
}

/** Asks at one end of an endpoint. */
export class Caller {
  /** Told of what the other side tells without being asked. */
  onTold: (what: string, args: readonly unknown[]) => void = () => undefined;
  readonly #endpoint: Endpoint;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;
  #failure: ServiceError | undefined;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    endpoint.receive((message) => this.#received(message as Message));
  }

  /** Call a method of the other side; rejects with ServiceError. */
  call(
    method: string,
    args: readonly unknown[] = [],
    progress?: (step: unknown) => void,
  ): Promise<unknown> {
    const failure = this.#failure;
    if (failure !== undefined) return Promise.reject(failure);
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, progress });
      this.#endpoint.post({ type: "call", id, method, args: [...args] } satisfies Message);
    });
  }

  /** Fail what waits, and whatever is asked from now on: there is nobody to answer. */
  fail(error: ServiceError): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #received(message: Message): void {
    if (message.type === "told") this.onTold(message.what, message.args);
    else if (message.type === "progress") this.#waiting.get(message.id)?.progress?.(message.step);
    else if (message.type !== "call") this.#answered(message);
  }

  #answered(message: Extract<Message, { readonly type: "answer" | "failure" }>): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === "answer") waiting?.resolve(message.value);
    else waiting?.reject(errorOf(message.error));
  }
}

/** Answers at the other end; returns how to tell something without being asked. */
export function serve(
  endpoint: Endpoint,
  methods: Readonly<Record<string, Method>>,
): (what: string, ...args: readonly unknown[]) => void {
  const post = (message: Message, transfer?: readonly Transferable[]) =>
    endpoint.post(message, transfer);
  endpoint.receive((received) => {
    const message = received as Message;
    if (message.type !== "call") return;
    const { id, method, args } = message;
    const progress = (step: unknown) => post({ type: "progress", id, step });
    answer(methods, method, args, progress).then(
      (value) => {
        if (value instanceof Transferred) {
          post({ type: "answer", id, value: value.value }, value.transfer);
        } else {
          post({ type: "answer", id, value });
        }
      },
      (error: unknown) => post({ type: "failure", id, error: failureOf(error) }),
    );
  });
  return (what, ...args) => post({ type: "told", what, args: [...args] });
}

async function answer(
  methods: Readonly<Record<string, Method>>,
  name: string,
  args: readonly unknown[],
  progress: (step: unknown) => void,
): Promise<unknown> {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method === undefined) throw new RoomkeyError();
  return method(args, progress);
}

function failureOf(error: unknown): Trouble {
  const { code, sentence, nextStep } = toServiceError(error);
  return { code, sentence, nextStep };
}

function errorOf({ code, sentence, nextStep }: Trouble): ServiceError {
  return new ServiceError(code, sentence, nextStep);
}

/** Make of any error one that the page understands. */
export function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  // a mistake of ours has no words for people
  const known = error instanceof RoomkeyError ? error : new RoomkeyError();
  return new ServiceError(known.code, known.sentence, known.nextStep);
}
