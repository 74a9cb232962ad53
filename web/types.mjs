// Generates src/api/schema.d.ts from a running program: npm run types -- http://127.0.0.1:7071
import { execFileSync } from "node:child_process";

const address = process.argv[2] ?? "http://127.0.0.1:7071";
execFileSync("npx", ["openapi-typescript", `${address}/api/openapi.json`, "--output", "src/api/schema.d.ts"], { stdio: "inherit" });
