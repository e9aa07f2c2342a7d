/** The codes an answer may carry, and the error each one becomes on the client. */

import * as errors from "../errors.ts";
import { RelayFault, RequestError } from "../errors.ts";

type RequestErrorClass = typeof RequestError;

function isRequestError(cls: object): cls is RequestErrorClass {
  return cls === RequestError || Object.prototype.isPrototypeOf.call(RequestError, cls);
}

export const ERRORS_BY_CODE: ReadonlyMap<string, RequestErrorClass> = new Map(
  Object.values(errors)
    .filter(isRequestError)
    .map((cls) => [cls.code, cls]),
);

/**
 * Turn a relay's refusal into the error to throw, with what came beside the code.
 *
 * A code this version does not know becomes a RelayFault that names it.
 */
export function errorFor(answer: Readonly<Record<string, unknown>>): RequestError {
  const code = String(answer.code);
  const known = ERRORS_BY_CODE.get(code);
  if (known === undefined) return new RelayFault(`unknown code '${code.slice(0, 40)}'`, answer);
  return new known("", answer);
}
