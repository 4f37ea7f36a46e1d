/** Returns a test for names that match one of the patterns. `*` matches any text. Without patterns, all names match. */
export function matcher(patterns: readonly string[]): (name: string) => boolean {
  const exactly = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const all = patterns.map((pattern) => new RegExp(`^${pattern.split("*").map(exactly).join(".*")}$`, "s"));
  return (name) => all.length === 0 || all.some((each) => each.test(name));
}
