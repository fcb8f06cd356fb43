// Calls the clients that Fastly and Cloudflare publish, as `vendors` beside this file tells it: one JSON array a line,
// [client, method, parameters], and for each one line with what the client gave, {"ok": …} or {"refused": …}.

import { createRequire } from "node:module";
import readline from "node:readline";

const [folder, control, token] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);

const Cloudflare = require("cloudflare");
const cloudflare = new Cloudflare({ apiToken: token, baseURL: `${control}/client/v4`, maxRetries: 0, timeout: 20000 });

const Fastly = require("fastly");
Fastly.ApiClient.instance.authenticate(token);
// Its operations have the service's address in them; a plug-in of its HTTP client may change it.
Fastly.ApiClient.instance.plugins = [(request) => { request.url = request.url.replace("https://api.fastly.com", control); }];

const clients = { cloudflare: cloudflare.cache, fastly: new Fastly.PurgeApi() };

for await (const line of readline.createInterface({ input: process.stdin })) {
    const [client, method, parameters] = JSON.parse(line);
    let answer;
    try {
        answer = { ok: await clients[client][method](parameters) };
    } catch (error) {
        answer = { refused: { status: error.status, body: error.body ?? error.errors ?? null, text: String(error.error ?? error) } };
    }
    console.log(JSON.stringify(answer));
}
