// Receipts' signatures: what ssh-keygen made is accepted, everything else is not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../../src/seal/hash.js";
import { verifyReceipt, verifySshsig } from "../../src/seal/sshsig.js";

/** Made by `ssh-keygen -t ed25519` and `ssh-keygen -Y sign -n scrutineer-certificate` over `certificate\n`. */
const FINGERPRINT = "SHA256:zPmzs3ajWbnoOSLKKqPu/oz5OvP0b05apXNzjZEvQTo";
const SIGNATURE = [
  "-----BEGIN SSH SIGNATURE-----",
  "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgKjDQQQhQHwOd0LavA3aybPqlOF",
  "xUI9eKprZy6vRD8gQAAAAWc2NydXRpbmVlci1jZXJ0aWZpY2F0ZQAAAAAAAAAGc2hhNTEy",
  "AAAAUwAAAAtzc2gtZWQyNTUxOQAAAEA5A2l3Zv8u6/kAIbrt3kJmSXtALhztvHhy7HLqD3",
  "c9v4cYCd0pJNFnRre68s2t6coW+FMdjy+JdURgcf6pVZcD",
  "-----END SSH SIGNATURE-----",
  "",
].join("\n");
const NAMESPACE = "scrutineer-certificate";
const MESSAGE = utf8("certificate\n");

test("what ssh-keygen made is accepted, with either kind of line end", async () => {
  assert.ok(await verifySshsig(NAMESPACE, SIGNATURE, MESSAGE, FINGERPRINT));
  assert.ok(
    await verifySshsig(NAMESPACE, `\r\n${SIGNATURE.replaceAll("\n", "\r\n")}\r\n`, MESSAGE, FINGERPRINT),
  );
});

test("other messages, purposes and keys are refused", async () => {
  assert.ok(!(await verifySshsig(NAMESPACE, SIGNATURE, utf8("certificate"), FINGERPRINT)));
  assert.ok(!(await verifySshsig("scrutineer-receipt", SIGNATURE, MESSAGE, FINGERPRINT)));
  assert.ok(!(await verifySshsig(NAMESPACE, SIGNATURE, MESSAGE, FINGERPRINT.replace("zP", "zQ"))));
  assert.ok(!(await verifySshsig(NAMESPACE, SIGNATURE, MESSAGE, "")));
});

test("a signature that was changed or cut anywhere is refused", async () => {
  const lines = SIGNATURE.split("\n").slice(0, -1);
  for (const [i] of lines.entries()) {
    const cut = lines.filter((_, k) => k !== i).join("\n");
    assert.ok(!(await verifySshsig(NAMESPACE, cut, MESSAGE, FINGERPRINT)), `line ${i}`);
  }
  for (let i = 0; i < SIGNATURE.length; i++) {
    const c = SIGNATURE[i] ?? "";
    if (/[A-Za-z0-9+/]/.test(c)) {
      const changed = SIGNATURE.slice(0, i) + (c === "A" ? "B" : "A") + SIGNATURE.slice(i + 1);
      assert.ok(!(await verifySshsig(NAMESPACE, changed, MESSAGE, FINGERPRINT)), `character ${i}`);
    }
  }
  for (const armour of [
    "",
    "no signature",
    `${SIGNATURE}${SIGNATURE}`,
    SIGNATURE.replaceAll("SSH SIGNATURE", "RSA KEY"),
  ]) {
    assert.ok(!(await verifySshsig(NAMESPACE, armour, MESSAGE, FINGERPRINT)));
  }
});

test("a receipt must be one, and be for the vote that was sent", async () => {
  const receipt = {
    tracker: "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",
    election: "ZM9Q5QG2xbtcA9",
    height: 7,
    event: "02".repeat(32),
    signature: SIGNATURE,
  };
  // The signature is under another text and for another purpose.
  assert.equal(await verifyReceipt(receipt, { receipts: FINGERPRINT }), false);
  for (const odd of [
    { tracker: "short" },
    { election: "" },
    { height: -1 },
    { height: 0.5 },
    { height: "7" as unknown as number },
    { event: "XY" },
    { signature: undefined as unknown as string },
    { signature: " ".repeat(10_000) },
  ]) {
    assert.equal(await verifyReceipt({ ...receipt, ...odd }, { receipts: FINGERPRINT }), false);
  }
});
