/** What tests import from vitest, for a browser without vitest around them: its parts. */

import {
  chai,
  customMatchers,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
} from "@vitest/expect";

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from "@vitest/runner";
export * as vi from "@vitest/spy";

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);

export const { expect } = chai;
Reflect.apply(Reflect.get(expect, "extend"), expect, [expect, customMatchers]);
