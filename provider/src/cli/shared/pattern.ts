/** Whether a name fits one of the patterns, in which `*` stands for any text. Without patterns, every name fits. */
export function matcher(patterns: readonly string[]): (name: string) => boolean {
  const exactly = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const all = patterns.map((pattern) => new RegExp(`^${pattern.split("*").map(exactly).join(".*")}$`, "s"));
  return (name) => all.length === 0 || all.some((each) => each.test(name));
}
