import { officialVectors } from "./mls_cases.ts";
import { runPassiveClient } from "./mls_passive_client.ts";

officialVectors("passive-client-welcome", runPassiveClient);
