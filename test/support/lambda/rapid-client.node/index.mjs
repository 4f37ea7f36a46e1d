// Replaces the native addon of AWS's runtime client, which has the same three functions. `require` finds this folder under
// the addon's file name. Source: src/native/rapid-client.cc of aws-lambda-ric 4.0.2.

const INVOCATION = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;

/** The last response on its way to the Runtime API. The addon blocks until the response is posted. */
let posted = Promise.resolve();

/** Waits for the next invocation. */
export async function next() {
  await posted;
  const response = await fetch(`${INVOCATION}/next`);
  if (!response.ok) throw new Error(`Failed to get next invocation, error ${response.status}`);
  return { bodyJson: await response.text(), headers: Object.fromEntries(response.headers) };
}

/** Posts the function's result. */
export function done(id, body) {
  posted = post(`${id}/response`, body);
}

/** Posts the error that the function threw. */
export function error(id, body, cause) {
  posted = post(`${id}/error`, body, { "lambda-runtime-function-xray-error-cause": cause });
}

async function post(path, body, headers = {}) {
  await fetch(`${INVOCATION}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
}
