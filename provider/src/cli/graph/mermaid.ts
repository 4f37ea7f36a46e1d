import type { Box, Graph } from "./model";

/** Colours that go with light and dark pages alike. */
const CLASSES = [
  "classDef good fill:#d3f9d8,stroke:#2b8a3e,color:#1b1b1b",
  "classDef waiting fill:#fff3bf,stroke:#e67700,color:#1b1b1b",
  "classDef bad fill:#ffe3e3,stroke:#c92a2a,color:#1b1b1b",
];

/** The graph in the language of Mermaid, which GitHub and GitLab draw. */
export function mermaidOf({ schemes, callbacks }: Graph): string {
  const lines = [
    ...schemes.map((box, at) => boxLine(`s${at}`, box)),
    ...callbacks.flatMap((callback, at) => [
      boxLine(`c${at}`, callback),
      ...(callback.scheme === undefined ? [] : [`s${callback.scheme} --> c${at}`]),
      ...callback.subscriptions.flatMap((box, row) => [boxLine(`c${at}s${row}`, box), `c${at} --> c${at}s${row}`]),
    ]),
  ];
  const boxes = lines.length === 0 ? ['empty["no callbacks"]'] : lines;
  return ["flowchart LR", ...[...boxes, ...CLASSES].map((line) => `  ${line}`)].join("\n");
}

const boxLine = (id: string, { title, detail, tone }: Box) =>
  `${id}["${escaped(title)}<br/>${escaped(detail)}"]:::${tone}`;

/** Whatever a name is, it does nothing: signs by their numbers, and so what would begin a list at the start. */
function escaped(text: string): string {
  const cut = [...text].length > 60 ? `${[...text].slice(0, 59).join("")}…` : text;
  return cut.replace(/^[^\p{L}]|[^\p{L}\p{N} _.,:…/()-]/gu, (sign) => `#${sign.codePointAt(0)};`);
}
