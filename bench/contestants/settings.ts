const SETTINGS = /^(PULUMI_|ENS_|TF_|NODE_COMPILE_CACHE$)/;

/** What a person has set for other work would change what is measured. */
export function withoutSettings(env: NodeJS.ProcessEnv) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SETTINGS.test(name)));
}
