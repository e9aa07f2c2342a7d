/**
 * The suites of MLS (RFC 9420, 17.1) that no room uses: importing this makes them known.
 *
 * The official vectors and other implementations need them; the page does without their weight.
 */

import { AES_128_GCM, AES_256_GCM, CHACHA20_POLY1305 } from "./aead.ts";
import { DHKEM_P256, DHKEM_P384, DHKEM_P521, DHKEM_X448, DHKEM_X25519 } from "./dh_kem.ts";
import { HKDF_SHA256, HKDF_SHA384, HKDF_SHA512 } from "./hkdf.ts";
import { ECDSA_P256, ECDSA_P384, ECDSA_P521, ED448, ED25519 } from "./signature.ts";
import { addSuites, CipherSuite } from "./suite.ts";
import { XWING } from "./xwing.ts";

addSuites(
  new CipherSuite(
    0x0001,
    "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
    DHKEM_X25519,
    HKDF_SHA256,
    AES_128_GCM,
    ED25519,
  ),
  new CipherSuite(
    0x0002,
    "MLS_128_DHKEMP256_AES128GCM_SHA256_P256",
    DHKEM_P256,
    HKDF_SHA256,
    AES_128_GCM,
    ECDSA_P256,
  ),
  new CipherSuite(
    0x0004,
    "MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448",
    DHKEM_X448,
    HKDF_SHA512,
    AES_256_GCM,
    ED448,
  ),
  new CipherSuite(
    0x0005,
    "MLS_256_DHKEMP521_AES256GCM_SHA512_P521",
    DHKEM_P521,
    HKDF_SHA512,
    AES_256_GCM,
    ECDSA_P521,
  ),
  new CipherSuite(
    0x0006,
    "MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448",
    DHKEM_X448,
    HKDF_SHA512,
    CHACHA20_POLY1305,
    ED448,
  ),
  new CipherSuite(
    0x0007,
    "MLS_256_DHKEMP384_AES256GCM_SHA384_P384",
    DHKEM_P384,
    HKDF_SHA384,
    AES_256_GCM,
    ECDSA_P384,
  ),
  // As deployed by another implementation, kept so that the two can be tested together.
  new CipherSuite(
    83,
    "MLS_256_XWING_AES256GCM_SHA512_Ed25519",
    XWING,
    HKDF_SHA512,
    AES_256_GCM,
    ED25519,
  ),
);
