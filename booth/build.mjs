// Builds the booth. Without an argument: dist/booth.js and dist/check.js, the same bytes for the same source.
//
//   node build.mjs          the scripts that the server embeds
//   node build.mjs test     the tests under test/, run by node itself
//   node build.mjs tools F  programs for the tests written in Rust, into the folder F
//   node build.mjs bench    measures sealing; one JSON document on the standard output
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { smaller } from "./smaller.mjs";

const root = dirname(fileURLToPath(import.meta.url));
const mostBytes = { "booth.js": 60_000, "check.js": 2_000 };

/** Everything that must be the same for every result, wherever it is built. */
const common = {
  absWorkingDir: root,
  bundle: true,
  charset: "utf8",
  legalComments: "none",
  loader: { ".ftl": "text" },
  logLevel: "warning",
  target: ["safari16.4", "chrome109", "firefox115"],
  tsconfigRaw: { compilerOptions: { target: "es2022", useDefineForClassFields: true } },
};

async function scripts() {
  await build({
    ...common,
    banner: {
      js: "/*! Scrutineer, Apache-2.0 OR MIT. With @noble/curves, @noble/hashes, @scure/bip39 (MIT), @fluent/bundle (Apache-2.0), qr (MIT OR Apache-2.0). */",
    },
    entryPoints: { booth: "src/main.ts", check: "src/check.ts" },
    format: "iife",
    minify: true,
    outdir: "dist",
    platform: "browser",
    plugins: smaller,
  });
  for (const [name, most] of Object.entries(mostBytes)) {
    const bytes = readFileSync(join(root, "dist", name));
    const zipped = gzipSync(bytes, { level: 9 }).length;
    const hash = createHash("sha256").update(bytes).digest("hex");
    process.stdout.write(`${name}: ${bytes.length} bytes, ${zipped} gzipped, SHA-256 ${hash}\n`);
    if (zipped > most) {
      process.stderr.write(`${name} is larger than the ${most} bytes gzipped that it may have\n`);
      process.exitCode = 1;
    }
  }
}

/** Bundles programs for node, which then needs to know nothing of TypeScript. */
async function programs(entries, folder) {
  await build({
    ...common,
    define: { BOOTH_ROOT: JSON.stringify(root) },
    entryPoints: entries.map((entry) => ({ in: join(root, entry), out: name(entry) })),
    format: "esm",
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    platform: "node",
    sourcemap: "inline",
    target: "node18",
  });
  return entries.map((entry) => join(folder, `${name(entry)}.mjs`));
}

function name(entry) {
  return entry
    .replace(/\.ts$/, "")
    .split("/")
    .filter((part) => part !== "test" && part !== "tools")
    .join("-");
}

/** Files below a folder of the booth with this ending, sorted, with `/` between the parts. */
function find(folder, ending) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) =>
      relative(root, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join("/"),
    )
    .sort();
}

/** Runs node and passes its exit code on. */
function run(args) {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (error) {
    throw error;
  }
  process.exitCode = status ?? 1;
}

async function tests(only) {
  const entries = find("test", ".test.ts").filter((entry) => only.every((part) => entry.includes(part)));
  if (entries.length === 0) {
    throw new Error("there is no such test");
  }
  await inTemporaryFolder(async (folder) => {
    // What browsers have had for long, node has by itself from 19 on.
    const crypto = globalThis.crypto === undefined ? ["--experimental-global-webcrypto"] : [];
    run([
      ...crypto,
      "--enable-source-maps",
      "--test",
      "--test-reporter=spec",
      ...(await programs(entries, folder)),
    ]);
  });
}

async function inTemporaryFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), "scrutineer-booth-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { force: true, recursive: true });
  }
}

/** Builds the programs under test/tools. */
function tools(folder) {
  return programs(find("test/tools", ".ts"), folder);
}

const [what, ...rest] = process.argv.slice(2);
if (what === undefined) {
  await scripts();
} else if (what === "test") {
  await tests(rest);
} else if (what === "tools" && rest[0] !== undefined) {
  await tools(resolve(rest[0]));
} else if (what === "bench") {
  await inTemporaryFolder(async (folder) => {
    const built = await tools(folder);
    run([built.find((file) => file.endsWith("bench.mjs")), ...rest]);
  });
} else {
  throw new Error(`${what} is none of: test, tools FOLDER, bench`);
}
