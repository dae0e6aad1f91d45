// Bundles the desk and the page of the interface into the folder named, with the licences of what they are made of.
// Called by build.py.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const out = process.argv[2];
const shared = { bundle: true, minify: true, target: "es2020", charset: "utf8", legalComments: "none", metafile: true, logLevel: "error" };

// Pictures inside a style sheet become files: pages may show none that is written into an address (img-src 'self').
const pictures = {
  name: "pictures",
  setup(building) {
    building.onResolve({ filter: /^data:/ }, ({ path }) => {
      const kind = /^data:image\/([a-z]+)/.exec(path)[1];
      const name = createHash("sha256").update(path).digest("hex").slice(0, 8);
      return { path: `${name}.${kind}`, namespace: "picture", pluginData: path };
    });
    building.onLoad({ filter: /.*/, namespace: "picture" }, async ({ pluginData }) => (
      { contents: new Uint8Array(await (await fetch(pluginData)).arrayBuffer()), loader: "file" }
    ));
  },
};

const built = await Promise.all([
  build({ ...shared, entryPoints: ["src/desk.tsx"], outdir: out, format: "iife", jsx: "automatic", jsxImportSource: "preact" }),
  build({ ...shared, entryPoints: ["src/worker.ts"], outdir: out, format: "iife" }),
  build({ ...shared, entryPoints: ["src/desk.css"], outdir: out, loader: { ".png": "file" } }),
  build({ ...shared, entryPoints: ["src/docs.ts"], outdir: out, format: "iife" }),
  build({ ...shared, entryPoints: ["src/docs.css"], outdir: out, plugins: [pictures] }),
]);

const packages = new Set();
const bundles = new Set(); // what is made of other packages already names their licences in a file beside it
for (const { metafile } of built) {
  for (const file of Object.keys(metafile.inputs)) {
    const found = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(file);
    if (found) packages.add(found[1]);
    bundles.add(file.replace(/^.*node_modules\//, ""));
  }
}
if (packages.size === 0) throw new Error("nothing of npm's packages is in it: their licences would be lost");
const texts = [...packages].sort().map((name) => {
  const folder = join("node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder).filter((each) => /^(licen[cs]e|notice)/i.test(each));
  if (!files.some((each) => /^licen/i.test(each))) throw new Error(`${name} has no licence file`);
  const within = readdirSync(folder).filter((each) => bundles.has(`${name}/${each.replace(/\.LICENSE\.txt$/, "")}`) && each.endsWith(".LICENSE.txt"));
  const said = [...files, ...within].map((each) => readFileSync(join(folder, each), "utf8").trim());
  return `${name} ${version} (${license})\n\n${said.join("\n\n")}\n`;
});
writeFileSync(join(out, "LICENSES.txt"), texts.join("\n----\n\n"));
