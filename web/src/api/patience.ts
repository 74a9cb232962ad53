import { Problem } from "./problem";

// Longer than this no one watches “Loading…”: the view says what is wrong instead.
const mostSeconds = 10;

// What the API refuses stays refused; storage and connections recover.
export function isRetried(failures: number, error: unknown): boolean {
  if (!(error instanceof Problem)) return failures < 2;
  if (error.retryAfter !== null) return failures < 1 && error.status >= 500 && error.retryAfter <= mostSeconds;
  return failures < 2 && error.status >= 500;
}

export const retryDelay = (failures: number, error: unknown) => paced(1_000 * 2 ** failures, error);

// How long until the next read: never less than the API asked for. In milliseconds.
export function paced(usual: number, error: unknown): number {
  return Math.max(usual, 1_000 * ((error instanceof Problem && error.retryAfter) || 0));
}

type State = { state: { error: unknown; errorUpdatedAt: number } };

export const every =
  (usual: number) =>
  ({ state }: State) =>
    paced(usual, state.error);

// Whether a view that opens or comes to the front may read: not while the API asks to wait.
export const mayRead = ({ state }: State) => Date.now() >= state.errorUpdatedAt + paced(0, state.error);
