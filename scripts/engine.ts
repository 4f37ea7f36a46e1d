import { resolveEngine } from "./engine/resolve.mjs";

try {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const { pulumi, version, from } = await resolveEngine({ say });
  console.log(`${pulumi} ${version} (${from})`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
