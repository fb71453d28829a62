// Asks one question with the types that were made from /openapi.json. Run by test_generated_clients; arguments: the
// hub's URL and a client assertion, which is good once.
import type { components, paths } from "./hub.js";

declare const process: { argv: string[] }; // of Node, whose own types are not needed for one line

type Problem = components["schemas"]["Problem"];
type Reads<P extends keyof paths, M extends string> = paths[P] extends {
  post: { requestBody: { content: { [media in M]: infer Body } } };
}
  ? Body
  : never;
type Answers<P extends keyof paths> = paths[P] extends {
  post: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

const FORM = "application/x-www-form-urlencoded";
const [hub, assertion] = process.argv.slice(2) as [string, string];

async function post<P extends keyof paths>(path: P, body: string, media: string, token = ""): Promise<Answers<P>> {
  const headers = { "Content-Type": media, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(hub + path, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(((await answer.json()) as Problem).code);
  return (await answer.json()) as Answers<P>;
}

const form: Reads<"/oauth/token", typeof FORM> = {
  grant_type: "client_credentials",
  client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  client_assertion: assertion,
};
const granted = await post("/oauth/token", new URLSearchParams({ ...form }).toString(), FORM);

const question: Reads<"/v1/eligibility-checks", "application/json"> = {
  by: "number",
  insurer_number: "01139906",
  symbol: "99000003",
  number: "1061",
  branch: "00",
  birthdate: "1970-07-07",
  consents: ["limit"],
};
const ask = (token: string) =>
  post("/v1/eligibility-checks", JSON.stringify(question), "application/json", token);

const { answer } = await ask(granted.access_token);
console.log(answer?.validity, answer?.words.title, answer?.results?.[0]?.limit?.category);

await ask("no token").catch((refused: Error) => console.log(refused.message));
