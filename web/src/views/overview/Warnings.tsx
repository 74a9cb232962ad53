import { Link } from "wouter";
import { Card } from "../../ui/Card";
import type { Warning } from "./findWarnings";

// What needs attention, the worst first. Nothing to say shows nothing.
export function Warnings({ warnings }: { warnings: readonly Warning[] }) {
  if (warnings.length === 0) return null;
  const ordered = [...warnings].sort((one, other) => Number(other.tone === "bad") - Number(one.tone === "bad"));
  return (
    <Card title="Needs attention">
      <ul className="warnings">
        {ordered.map((warning) => (
          <li key={warning.id} className={`notice ${warning.tone}`}>
            <span className="mark" aria-hidden="true">
              {warning.tone === "bad" ? "✕" : "!"}
            </span>
            <span>
              {warning.text} <Link href={warning.href}>{warning.link}</Link>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
