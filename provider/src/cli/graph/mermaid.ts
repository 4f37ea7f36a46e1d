import type { Box, Graph } from "./model";

/** Colors for light and dark pages. */
const CLASSES = [
  "classDef good fill:#d3f9d8,stroke:#2b8a3e,color:#1b1b1b",
  "classDef waiting fill:#fff3bf,stroke:#e67700,color:#1b1b1b",
  "classDef bad fill:#ffe3e3,stroke:#c92a2a,color:#1b1b1b",
];

/** Returns the graph as Mermaid source, which GitHub and GitLab render. */
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

/** Escapes a name, so that it cannot act as Mermaid or Markdown syntax. The first character could begin a list. */
function escaped(text: string): string {
  const cut = [...text].length > 60 ? `${[...text].slice(0, 59).join("")}…` : text;
  return cut.replace(/^[^\p{L}]|[^\p{L}\p{N} _.,:…/()-]/gu, (sign) => `#${sign.codePointAt(0)};`);
}
