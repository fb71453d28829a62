// Runs the script of the collection as Bruno and as Postman do, before each of some URLs. Standard input: JSON with the
// program, its script, the hub, the folder of keys and the URLs; standard output: the variables after each.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { program, script, hub, keys, urls } = JSON.parse(readFileSync(0, "utf8"));
const AsyncFunction = (async () => {}).constructor;
const builtin = createRequire(import.meta.url);
const kept = new Map();
const read = async (url) => (await fetch(url)).json();
const variables = { get: (name) => kept.get(name), set: (name, value) => kept.set(name, value) };
const form = async (url, body) => (await fetch(url, { method: "POST", body, headers: { "Content-Type": "application/x-www-form-urlencoded" } })).json();

function bruno(url) {
  const environment = { hub, keys };
  const bru = { getEnvVar: (name) => environment[name], getVar: variables.get, setVar: variables.set };
  const axios = { get: async (from) => ({ data: await read(from) }), post: async (to, body) => ({ data: await form(to, body) }) };
  const require = (name) => (name === "axios" ? axios : builtin(name));
  return new AsyncFunction("bru", "req", "require", script)(bru, { getUrl: () => url }, require);
}

function postman(url) {
  const environment = Object.fromEntries(["facility", "insurer", "review", "operator"].map((name) => [`${name}_key`, readFileSync(`${keys}/${name}-key.json`, "utf8")]));
  const pm = {
    variables: { get: (name) => environment[name], replaceIn: (text) => text.replace("{{hub}}", hub) },
    collectionVariables: variables,
    request: { url: { toString: () => url } },
    sendRequest: async ({ url: to, method, body }) => {
      if (method === "GET") {
        const told = await read(to);
        return { json: () => told };
      }
      const told = await form(to, new URLSearchParams(body.urlencoded.map(({ key, value }) => [key, value])));
      return { json: () => told };
    },
  };
  return new AsyncFunction("pm", "crypto", script)(pm, builtin("crypto").webcrypto);
}

const after = [];
for (const url of urls) {
  await (program === "bruno" ? bruno : postman)(url);
  after.push(Object.fromEntries(kept));
}
console.log(JSON.stringify(after));
