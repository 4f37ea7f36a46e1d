import { nearest } from "../../provider/src/validation/nearest";

const COMMANDS = ["list", "get", "sweep", "graph", "trigger", "verify", "check-receiver"];

test.each<[string, string[]]>([
  ["lst", ["list"]],
  ["gte", ["get"]],
  ["ls", []],
  ["SWEEP", ["sweep"]],
  ["grahp", ["graph"]],
  ["trigegr", ["trigger"]],
  ["check-reciever", ["check-receiver"]],
  ["chek-reciever", ["check-receiver"]],
  ["chk-reciever", []],
  ["vreify-all-callbacks", []],
])("%s is probably %j", (word, words) => expect(nearest(word, COMMANDS)).toEqual(words));

test("a very long word is compared with nothing", () => expect(nearest("x".repeat(1_000_000), COMMANDS)).toEqual([]));

test("all equally close words are returned", () => {
  expect(nearest("EmailOpenx", ["EmailOpen", "EmailOpens", "EmailClick"])).toEqual(["EmailOpen", "EmailOpens"]);
});
