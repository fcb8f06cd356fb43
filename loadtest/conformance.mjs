// The part of `conformance` that has to be JavaScript: the public suite's own server, runner and verdicts, from any edition's folder.
//
//   node conformance.mjs serve SUITE PORT               the origin of the tests, on the loopback address
//   node conformance.mjs run SUITE BASE RESULTS [ID…]   runs all tests, or these, merges what they gave into the file RESULTS
//                                                       and prints, for every test there, its kind, its verdict and why
//   node conformance.mjs score SUITE RESULTS            prints the same for results that somebody else published

import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [command, suite, ...rest] = process.argv.slice(2)

// An edition has its parts at the top, or in `test-engine`.
const locate = file => ['.', 'test-engine'].map(each => path.resolve(suite, each, file)).find(each => fs.existsSync(each))
const load = file => import(pathToFileURL(locate(file)))

async function serve (port) {
  const listen = http.Server.prototype.listen
  http.Server.prototype.listen = function (port) { return listen.call(this, port, '127.0.0.1') }
  Object.assign(process.env, { npm_config_protocol: 'http', npm_config_port: port, npm_config_pidfile: '/dev/null' })
  await load('server/server.mjs')
}

async function allTests () {
  const suites = [...(await load('tests/index.mjs')).default]
  // One edition keeps a suite beside its index and adds it when it runs.
  if (locate('tests/surrogate-control.mjs')) {
    suites.push((await load('tests/surrogate-control.mjs')).default)
  }
  return suites
}

async function run (base, file, ...ids) {
  const suites = await allTests()
  const { runTests, getResults } = await load('client/runner.mjs')
  const wanted = suites
    .map(each => ({ ...each, tests: each.tests.filter(test => ids.length === 0 || ids.includes(test.id)) }))
    .filter(each => each.tests.length > 0)
  // An older edition takes the fetch function as its second argument.
  await (runTests.length > 3 ? runTests(wanted, fetch, false, base) : runTests(wanted, false, base))
  const results = { ...(fs.existsSync(file) && JSON.parse(fs.readFileSync(file))), ...getResults() }
  fs.writeFileSync(file, JSON.stringify(results))
  return verdicts(suites, results)
}

async function verdicts (suites, results) {
  const { determineTestResult } = await load(locate('lib/results.mjs') ? 'lib/results.mjs' : 'lib/display.mjs')
  const passed = ['✅', 'Y']
  const verdict = {}
  for (const test of suites.flatMap(each => each.tests)) {
    if (test.browser_only) continue
    const [, , mark] = determineTestResult(suites, test.id, results)
    const why = mark === '⚪️' ? `depends on ${test.depends_on.join(', ')}` : (results[test.id] ?? ['not run']).toString()
    verdict[test.id] = { kind: test.kind ?? 'required', name: test.name, passed: passed.includes(mark), why }
  }
  return verdict
}

if (command === 'serve') {
  await serve(rest[0])
} else {
  const verdict = command === 'run'
    ? await run(...rest)
    : await verdicts(await allTests(), JSON.parse(fs.readFileSync(rest[0])))
  // Connections that the suite left open must not keep the process.
  fs.writeSync(1, JSON.stringify(verdict))
  process.exit(0)
}
