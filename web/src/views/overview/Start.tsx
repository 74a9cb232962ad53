import { Link } from "wouter";
import { Card } from "../../ui/Card";

// What to do first, for those who have neither keys nor calls.
export function Start() {
  return (
    <Card title="Begin here">
      <ol className="start">
        <li>
          <Link href="/keys">Add a key</Link> of Anthropic or OpenAI. MyCoach stores it encrypted and shows it to no
          one.
        </li>
        <li>
          <Link href="/budget">Set a budget</Link>, so that a month costs at most what you choose.
        </li>
        <li>
          <Link href="/try">Try it</Link> with a prompt, and see what the answer costs.
        </li>
        <li>
          <Link href="/tokens">Make a token</Link> for Claude Code, Codex or an SDK.
        </li>
      </ol>
    </Card>
  );
}
