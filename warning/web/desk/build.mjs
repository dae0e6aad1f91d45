// Bundles the desk into the folder named, with the licences of what it is made of. Called by build.py.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const out = process.argv[2];
const shared = { bundle: true, minify: true, target: "es2020", charset: "utf8", legalComments: "none", metafile: true, logLevel: "error" };

const built = await Promise.all([
  build({ ...shared, entryPoints: ["src/desk.tsx"], outdir: out, format: "iife", jsx: "automatic", jsxImportSource: "preact" }),
  build({ ...shared, entryPoints: ["src/worker.ts"], outdir: out, format: "iife" }),
  build({ ...shared, entryPoints: ["src/desk.css"], outdir: out, loader: { ".png": "file" } }),
]);

const packages = new Set();
for (const { metafile } of built) {
  for (const file of Object.keys(metafile.inputs)) {
    const found = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(file);
    if (found) packages.add(found[1]);
  }
}
if (packages.size === 0) throw new Error("nothing of npm's packages is in it: their licences would be lost");
const texts = [...packages].sort().map((name) => {
  const folder = join("node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (!file) throw new Error(`${name} has no licence file`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
});
writeFileSync(join(out, "LICENSES.txt"), texts.join("\n----\n\n"));
